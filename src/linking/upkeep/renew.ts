import type { Credentials } from '../../domain/credentials.ts';
import { newId, type RevocationId } from '../../domain/id.ts';
import type { Instant } from '../../domain/instant.ts';
import { isOutageReason } from '../../platforms/failures.ts';
import {
  noClientCredentials,
  PlatformError,
  type Platform,
  type Renewal,
} from '../../platforms/platform.ts';
import { moveConnection } from '../../operations/move-connection.ts';
import type { StoredCredentials } from '../../store/credentials.ts';
import { attemptFailure, type AttemptFailure } from './attempt-failure.ts';
import { backoffMs } from './backoff.ts';
import { ofConnection } from '../../vault/vault.ts';
import { retryWhileBusy } from '../../store/retry-while-busy.ts';
import { recordScopes } from './record-scopes.ts';
import { renewalTime } from './renewal-time.ts';
import { providerActor, type LinkingServices } from '../services.ts';
import { openCredentials } from './stored-credentials.ts';

/** The outcome of a renewal that was due. */
export type RenewalOutcome = 'renewed' | 'postponed' | 'deauthorized' | 'superseded';

/**
 * Renews credentials that this process has leased. If the platform no longer accepts the grant, the connection becomes
 * Deauthorized. After any other failure the connection stays as it is, and the renewal is retried later.
 */
export async function renew(
  services: LinkingServices,
  stored: StoredCredentials,
): Promise<RenewalOutcome> {
  try {
    const credentials = await openCredentials(services.vault, stored);
    if (credentials.refreshToken === null) {
      return await deauthorize(services, stored, 'the authorization has expired');
    }
    const platform = await platformOf(services, stored);
    return await renewAt(platform, services, stored, credentials);
  } catch (error) {
    const failure = attemptFailure(error);
    const outcome = await postpone(services, stored, failure);
    if (failure.isFault) throw error;
    return outcome;
  }
}

async function renewAt(
  platform: Platform,
  services: LinkingServices,
  stored: StoredCredentials,
  credentials: Credentials,
): Promise<RenewalOutcome> {
  const first = await attempt(platform, credentials);
  if (first) return keep(platform, services, stored, first);
  // Another process may have renewed or replaced the credentials meanwhile, which makes the old ones invalid.
  const newest = await services.store.credentials.ofConnection(stored.connectionId);
  if (newest?.version !== stored.version) return 'superseded';
  const second = await attempt(platform, await openCredentials(services.vault, newest));
  return second
    ? keep(platform, services, stored, second)
    : deauthorize(services, stored, 'the platform no longer accepts the authorization');
}

/** Renews credentials. Returns `undefined` if the platform says that the grant is not valid. */
async function attempt(platform: Platform, credentials: Credentials): Promise<Renewal | undefined> {
  try {
    return await platform.renew(credentials);
  } catch (error) {
    if (error instanceof PlatformError && error.failure === 'invalidGrant') return undefined;
    throw error;
  }
}

async function platformOf(
  { store, platforms }: LinkingServices,
  { integrationId }: StoredCredentials,
): Promise<Platform> {
  const [integration] = await store.integrations.byIds([integrationId]);
  const platform = platforms.get(integration?.key ?? '');
  if (platform) return platform;
  throw noClientCredentials();
}

/** The shortest time between two renewals, in ms: a platform whose tokens expire at once must not keep us busy. */
const minIntervalMs = 2000;

function notBefore(earliest: Instant, time: Instant | null): Instant | null {
  return time === null ? null : Math.max(earliest, time);
}

async function keep(
  platform: Platform,
  { store, vault, clock }: LinkingServices,
  stored: StoredCredentials,
  { scopes, ...renewed }: Renewal,
): Promise<RenewalOutcome> {
  const { companyId, connectionId, integrationId, version } = stored;
  const now = clock.now();
  const sealed = await vault.seal(renewed, ofConnection('credentials', stored));
  const { expires } = renewed;
  const next = notBefore(now + minIntervalMs, renewalTime(renewed, platform, now));
  const changes = { sealed, expires, renewAt: next };
  return retryWhileBusy(() =>
    store.transact(async (tx) => {
      if (await tx.credentials.renew(connectionId, version, changes)) {
        const cause = { actor: providerActor, at: now };
        if (scopes !== undefined) await recordScopes(tx, connectionId, scopes, cause);
        return 'renewed';
      }
      if ((await tx.credentials.ofConnection(connectionId)) === undefined) {
        // Unlinked or deleted during the renewal: the revocation queued for that has the old token, not the new one.
        const id = newId<RevocationId>();
        const ref = { id, companyId, connectionId, integrationId };
        await tx.revocations.create({ ...ref, sealed, queued: now, failures: 0 });
      }
      return 'superseded';
    }),
  );
}

async function postpone(
  { store, clock }: LinkingServices,
  { connectionId, version, failures, failingSince, failure: last }: StoredCredentials,
  { reason, isOutage }: AttemptFailure,
): Promise<RenewalOutcome> {
  const now = clock.now();
  return retryWhileBusy(() =>
    store.transact(async (tx) => {
      const isPostponed = await tx.credentials.postponeRenewal(connectionId, version, {
        renewAt: now + backoffMs(failures + 1),
        failures: failures + 1,
        failingSince: failingSince ?? now,
        failure: reason,
      });
      if (!isPostponed) return 'superseded';
      // An outage would fill the history of each connection of the platform, and one event says enough of the rest.
      const isNoted = last !== null && !isOutageReason(last);
      const [connection] = isOutage || isNoted ? [] : await tx.connections.byIds([connectionId]);
      if (connection !== undefined) {
        const because = `the credentials could not be renewed (${reason}): the gateway tries again`;
        await tx.events.noteFailure(connection, { actor: providerActor, reason: because, at: now });
      }
      return 'postponed';
    }),
  );
}

async function deauthorize(
  { store, clock }: LinkingServices,
  { companyId, connectionId, version }: StoredCredentials,
  reason: string,
): Promise<RenewalOutcome> {
  return retryWhileBusy(() =>
    store.transact(async (tx) => {
      const newest = await tx.credentials.ofConnection(connectionId);
      if (newest?.version !== version) return 'superseded';
      const cause = { actor: providerActor, reason, at: clock.now() };
      const moved = await moveConnection(tx, { companyId, connectionId }, 'deauthorize', cause);
      return moved.ok ? 'deauthorized' : 'superseded';
    }),
  );
}
