import { isOutageReason } from '../../platforms/failures.ts';
import type { FailedRenewal, StoredCredentials } from '../../store/credentials.ts';
import { retryWhileBusy } from '../../store/retry-while-busy.ts';
import { providerActor, type LinkingServices } from '../services.ts';
import type { AttemptFailure } from './attempt-failure.ts';
import { atLeastAsked, backoffMs, spread } from './backoff.ts';
import { expire, refuse } from './deauthorize.ts';
import { processed, type Outcome, type Processed } from './processed.ts';
import {
  recordRenewedScopes,
  requestRenewal,
  type RenewedCredentials,
} from './renewed-credentials.ts';
import { revokeUnkept } from './revoke-unkept.ts';
import { openCredentials } from './stored-credentials.ts';

/**
 * How long after the first refusal of a grant the renewal is tried again, in ms. A platform that refuses a good grant,
 * because two of its servers disagree or a renewal just ran, accepts it by then.
 */
const secondTryMs = 5 * 60 * 1000;

/**
 * Renews credentials of a Linked connection that this process has leased. If the platform refuses the grant, and refuses
 * it again some minutes later, the connection becomes Deauthorized. After any other failure the connection stays as it
 * is, and the renewal is retried later.
 */
export async function renew(
  services: LinkingServices,
  stored: StoredCredentials,
): Promise<Processed> {
  return processed(
    async () => {
      const credentials = await openCredentials(services.vault, stored);
      if (credentials.refreshToken === null) return expire(services, stored);
      return replace(services, stored, await requestRenewal(services, stored, credentials));
    },
    (failure) => afterFailure(services, stored, failure),
  );
}

async function replace(
  { store }: LinkingServices,
  stored: StoredCredentials,
  renewed: RenewedCredentials,
): Promise<Outcome> {
  const { connectionId, version } = stored;
  return retryWhileBusy(() =>
    store.transact(async (tx) => {
      if (await tx.credentials.renew(connectionId, version, renewed)) {
        await recordRenewedScopes(tx, connectionId, renewed);
        return 'renewed';
      }
      // Unlinked or deleted during the renewal: the revocation queued for that has the old token, not the new one.
      const isGone = (await tx.credentials.ofConnection(connectionId)) === undefined;
      if (isGone) {
        await revokeUnkept(tx, { ...stored, sealed: renewed.sealed }, renewed.scheduled);
      }
      return 'superseded';
    }),
  );
}

async function afterFailure(
  services: LinkingServices,
  stored: StoredCredentials,
  failure: AttemptFailure,
): Promise<Outcome> {
  const now = services.clock.now();
  const { failures, failingSince, refusedAt } = stored;
  const isSecondRefusal = failure.isRefusal && refusedAt !== null && now - refusedAt >= secondTryMs;
  if (isSecondRefusal) return refuse(services, stored);
  const waitMs = failure.isRefusal ? spread(secondTryMs) : backoffMs(failures + 1);
  return postpone(services, stored, failure, {
    renewAt: now + atLeastAsked(waitMs, failure.retryAfterMs),
    scheduled: now,
    failures: failures + 1,
    failingSince: Math.min(failingSince ?? now, now),
    failure: failure.reason,
    refusedAt: failure.isRefusal ? now : refusedAt,
    keptUntil: null,
  });
}

async function postpone(
  { store }: LinkingServices,
  { connectionId, version, failure: last }: StoredCredentials,
  { reason, isOutage }: AttemptFailure,
  failed: FailedRenewal,
): Promise<Outcome> {
  return retryWhileBusy(() =>
    store.transact(async (tx) => {
      // Records nothing if another process renewed the credentials meanwhile, which makes the old ones invalid.
      if (!(await tx.credentials.postponeRenewal(connectionId, version, failed))) {
        return 'superseded';
      }
      // An outage would fill the history of each connection of the platform, and one event says enough of the rest.
      const isNoted = last !== null && !isOutageReason(last);
      const [connection] = isOutage || isNoted ? [] : await tx.connections.byIds([connectionId]);
      if (connection !== undefined) {
        const because = `the credentials could not be renewed (${reason}): the gateway tries again`;
        const cause = { actor: providerActor, reason: because, at: failed.scheduled };
        await tx.events.noteFailure(connection, cause);
      }
      return 'postponed';
    }),
  );
}
