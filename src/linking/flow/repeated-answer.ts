import type { Authorization, AuthorizationOutcome } from '../../store/authorizations.ts';
import type { LinkingServices } from '../services.ts';

/** An authorization that has ended, in success or failure. */
export interface EndedAuthorization {
  readonly authorization: Authorization;
  readonly outcome: AuthorizationOutcome;
}

/** The longest that the first response may take until its authorization has ended, in ms. */
const maxRunningMs = 60_000;
/** The poll interval, in ms. */
const everyMs = 250;

/**
 * Returns how an authorization ended whose response a browser delivers again: it reloads the page, goes back, or loads it
 * twice at once. Waits while another request, of this process or another, processes the first one. Returns `undefined` if
 * there was no first one from this browser, or if it never ended.
 */
export async function repeatedAnswer(
  { store, clock }: LinkingServices,
  stateHash: Buffer,
  browser: Buffer,
): Promise<EndedAuthorization | undefined> {
  for (let waitedMs = 0; ; waitedMs += everyMs) {
    const authorization = await store.authorizations.ofState(stateHash, browser);
    if (authorization?.answered == null) return undefined;
    if (authorization.outcome) return { authorization, outcome: authorization.outcome };
    // The clock may have been set back since the response came.
    const sinceMs = Math.max(waitedMs, clock.now() - authorization.answered);
    if (sinceMs >= maxRunningMs) return undefined;
    await clock.wait(everyMs);
  }
}
