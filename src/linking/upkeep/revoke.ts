import type { Credentials } from '../../domain/credentials.ts';
import type { Instant } from '../../domain/instant.ts';
import { PlatformError, type Platform } from '../../platforms/platform.ts';
import type { Revocation } from '../../store/revocations.ts';
import type { StoreTransactor } from '../../store/store.ts';
import type { AttemptFailure } from './attempt-failure.ts';
import { atLeastAsked, backoffMs } from './backoff.ts';
import { platformOf } from './platform-of.ts';
import { processed, type Outcome, type Processed } from './processed.ts';
import { retryWhileBusy } from '../../store/retry-while-busy.ts';
import { providerActor, type LinkingServices } from '../services.ts';
import { openCredentials } from './stored-credentials.ts';

/** How long a revocation is retried, in ms. Then the credentials are deleted, and stay valid until they expire. */
const givesUpMs = 24 * 60 * 60 * 1000;

/** Carries out a revocation that this process has leased, if the platform supports revocation. */
export async function revoke(
  services: LinkingServices,
  revocation: Revocation,
): Promise<Processed> {
  const { store, vault, clock } = services;
  return processed(
    async () => {
      const credentials = await openCredentials(vault, revocation);
      await revokeAt(await platformOf(services, revocation), credentials);
      await retryWhileBusy(() => store.transact((tx) => tx.revocations.end(revocation.id)));
      return 'revoked';
    },
    (failure) =>
      retryWhileBusy(() =>
        store.transact((tx) => noteFailure(tx, revocation, failure, clock.now())),
      ),
  );
}

/** Revokes credentials. Credentials that the platform calls invalid count as revoked (RFC 7009, section 2.2). */
async function revokeAt(platform: Platform, credentials: Credentials): Promise<void> {
  try {
    await platform.revoke(credentials);
  } catch (error) {
    if (!(error instanceof PlatformError) || error.failure !== 'invalidGrant') throw error;
  }
}

async function noteFailure(
  tx: StoreTransactor,
  revocation: Revocation,
  { reason, retryAfterMs }: AttemptFailure,
  now: Instant,
): Promise<Outcome> {
  const { id, connectionId } = revocation;
  const failures = revocation.failures + 1;
  // It may have been queued while the clock was ahead.
  const queued = Math.min(revocation.queued, now);
  const end = queued + givesUpMs;
  const isLast = now >= end;
  if (isLast) await tx.revocations.end(id);
  else {
    // The last try is at the end, even if the platform asks to wait for longer: the credentials are kept no longer.
    const next = Math.min(end, now + atLeastAsked(backoffMs(failures), retryAfterMs));
    await tx.revocations.postpone(id, { failures, queued, next, scheduled: now });
  }
  const outcome = isLast ? 'erased' : 'postponed';
  if (failures > 1 && !isLast) return outcome;
  // A deleted connection has no visible history.
  const [connection] = await tx.connections.byIds([connectionId]);
  if (connection === undefined) return outcome;
  const then = isLast ? 'the gateway does not try again' : 'the gateway tries again for 24 hours';
  await tx.events.noteFailure(connection, {
    actor: providerActor,
    reason: `the access could not be revoked at the platform (${reason}): ${then}`,
    at: now,
  });
  return outcome;
}
