import type { Instant } from '../../domain/instant.ts';
import { moveConnection } from '../../operations/move-connection.ts';
import type { StoredCredentials } from '../../store/credentials.ts';
import type { StoreTransactor } from '../../store/store.ts';
import type { Platform } from '../../platforms/platform.ts';
import { retryWhileBusy } from '../../store/retry-while-busy.ts';
import { providerActor, type LinkingServices } from '../services.ts';
import type { AttemptFailure } from './attempt-failure.ts';
import { atLeastAsked, backoffMs } from './backoff.ts';
import { platformOf } from './platform-of.ts';
import { processed, type Outcome, type Processed } from './processed.ts';
import {
  recordRenewedScopes,
  requestRenewal,
  type RenewedCredentials,
} from './renewed-credentials.ts';
import { keptFrom, refusedWaitMs } from './restore-times.ts';
import { revokeUnkept, revokeUnlessShared } from './revoke-unkept.ts';
import { openCredentials } from './stored-credentials.ts';

/** Credentials that are kept of a connection that the platform's refusal made Deauthorized. */
type Kept = StoredCredentials & { readonly keptUntil: Instant };

/** Reports whether credentials are kept of a Deauthorized connection. */
export function isKept(stored: StoredCredentials): stored is Kept {
  return stored.keptUntil !== null;
}

/**
 * Tries to renew kept credentials that this process has leased. If the platform accepts them again, the connection
 * becomes Linked. Otherwise they are tried again later, and erased at `keptUntil`.
 */
export async function restore(services: LinkingServices, kept: Kept): Promise<Processed> {
  const { connectionId, version, keptUntil } = kept;
  return processed(
    async () => {
      if (services.clock.now() >= keptUntil) {
        const { store } = services;
        await retryWhileBusy(() =>
          store.transact((tx) => tx.credentials.erase(connectionId, version)),
        );
        return 'erased';
      }
      const credentials = await openCredentials(services.vault, kept);
      const platform = await platformOf(services, kept);
      const renewed = await requestRenewal(services, kept, credentials);
      return retryWhileBusy(() =>
        services.store.transact((tx) => linkAgain(tx, kept, renewed, platform)),
      );
    },
    (failure) => postpone(services, kept, failure),
  );
}

async function linkAgain(
  tx: StoreTransactor,
  kept: Kept,
  renewed: RenewedCredentials,
  platform: Platform,
): Promise<Outcome> {
  const { companyId, connectionId, version } = kept;
  const { sealed, scheduled: now } = renewed;
  const newest = await tx.credentials.ofConnection(connectionId);
  if (newest?.version !== version) {
    // Deleted meanwhile: the revocation queued for that has the old token.
    // Linked again meanwhile: a revocation may end the new access.
    if (newest === undefined) await revokeUnkept(tx, { ...kept, sealed }, now);
    return 'superseded';
  }
  const cause = { actor: providerActor, at: now };
  const moved = await moveConnection(tx, { companyId, connectionId }, 'authorize', {
    ...cause,
    reason: 'the platform accepts the authorization again',
  });
  if (moved.ok) {
    await tx.credentials.set(connectionId, renewed);
    await recordRenewedScopes(tx, connectionId, renewed);
    return 'restored';
  }
  await tx.credentials.erase(connectionId, version);
  const isRevoked = await revokeUnlessShared(tx, { ...kept, sealed }, platform, now);
  const [connection] = await tx.connections.byIds([connectionId]);
  if (connection !== undefined) {
    await tx.events.noteFailure(connection, {
      ...cause,
      reason: `the platform accepts the authorization again, but the company has another active ${connection.sourceType} connection: ${isRevoked ? 'the access is revoked' : 'the credentials are erased'}`,
    });
  }
  return 'erased';
}

async function postpone(
  { store, clock }: LinkingServices,
  { connectionId, version, failures, failingSince, ...kept }: Kept,
  { reason, isRefusal, retryAfterMs }: AttemptFailure,
): Promise<Outcome> {
  const now = clock.now();
  // They may have been refused while the clock was ahead.
  const keptUntil = Math.min(kept.keptUntil, keptFrom(now).keptUntil);
  const waitMs = isRefusal ? refusedWaitMs(keptUntil, now) : backoffMs(failures + 1);
  const failed = {
    keptUntil,
    // At `keptUntil` they are erased.
    renewAt: Math.min(keptUntil, now + atLeastAsked(waitMs, retryAfterMs)),
    scheduled: now,
    failures: isRefusal ? 0 : failures + 1,
    failingSince: failingSince ?? now,
    failure: reason,
    refusedAt: null,
  };
  const isNewest = await retryWhileBusy(() =>
    store.transact((tx) => tx.credentials.postponeRenewal(connectionId, version, failed)),
  );
  return isNewest ? 'postponed' : 'superseded';
}
