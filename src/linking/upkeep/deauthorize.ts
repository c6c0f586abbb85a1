import type { Instant } from '../../domain/instant.ts';
import { moveConnection } from '../../operations/move-connection.ts';
import type { StoredCredentials } from '../../store/credentials.ts';
import type { StoreTransactor } from '../../store/store.ts';
import { retryWhileBusy } from '../../store/retry-while-busy.ts';
import { providerActor, type LinkingServices } from '../services.ts';
import type { Outcome } from './processed.ts';
import { keptFrom } from './restore-times.ts';

/**
 * Makes a connection whose grant the platform refused Deauthorized, and keeps its credentials for some days: the refusal
 * may pass.
 */
export async function refuse(
  { store, clock }: LinkingServices,
  stored: StoredCredentials,
): Promise<Outcome> {
  const now = clock.now();
  return retryWhileBusy(() =>
    store.transact(async (tx) => {
      const { connectionId, version } = stored;
      if (!(await tx.credentials.keep(connectionId, version, keptFrom(now)))) return 'superseded';
      return deauthorize(tx, stored, 'the platform no longer accepts the authorization', now);
    }),
  );
}

/**
 * Makes a connection Deauthorized whose credentials have expired and cannot be renewed, and erases them. If they expire
 * later, they were stored while the clock was ahead: then waits until they do.
 */
export async function expire(
  { store, clock }: LinkingServices,
  stored: StoredCredentials,
): Promise<Outcome> {
  const { connectionId, version, sealed } = stored;
  const now = clock.now();
  const { expires, obtained } = asOf(now, stored);
  return retryWhileBusy(() =>
    store.transact(async (tx) => {
      if (expires !== null && expires > now) {
        const times = { expires, renewAt: expires, scheduled: now, obtained };
        const isNewest = await tx.credentials.renew(connectionId, version, { sealed, ...times });
        return isNewest ? 'postponed' : 'superseded';
      }
      const newest = await tx.credentials.ofConnection(connectionId);
      if (newest?.version !== version) return 'superseded';
      return deauthorize(tx, stored, 'the authorization has expired', now);
    }),
  );
}

/** Returns the times of credentials, moved back if the clock was ahead when the platform issued them. */
function asOf(now: Instant, { expires, obtained }: StoredCredentials) {
  if (expires === null || obtained === null || obtained <= now) return { expires, obtained };
  return { expires: expires - (obtained - now), obtained: now };
}

async function deauthorize(
  tx: StoreTransactor,
  { companyId, connectionId }: StoredCredentials,
  reason: string,
  at: Instant,
): Promise<Outcome> {
  const cause = { actor: providerActor, reason, at };
  const moved = await moveConnection(tx, { companyId, connectionId }, 'deauthorize', cause);
  if (!moved.ok) throw new Error('a connection with credentials must be Linked');
  return 'deauthorized';
}
