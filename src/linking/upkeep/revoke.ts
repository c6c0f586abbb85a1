import type { Credentials } from '../../domain/credentials.ts';
import type { Instant } from '../../domain/instant.ts';
import { noClientCredentials, PlatformError, type Platform } from '../../platforms/platform.ts';
import type { Revocation } from '../../store/revocations.ts';
import type { StoreTransactor } from '../../store/store.ts';
import { attemptFailure } from './attempt-failure.ts';
import { backoffMs } from './backoff.ts';
import { retryWhileBusy } from '../../store/retry-while-busy.ts';
import { providerActor, type LinkingServices } from '../services.ts';
import { openCredentials } from './stored-credentials.ts';

/** How long a revocation is retried, in ms. Then the credentials are deleted, and stay valid until they expire. */
const givesUpMs = 24 * 60 * 60 * 1000;

/** Carries out a revocation that this process has leased, if the platform supports revocation. */
export async function revoke(services: LinkingServices, revocation: Revocation): Promise<void> {
  const { store, vault, platforms, clock } = services;
  const { id, integrationId } = revocation;
  try {
    const [integration] = await store.integrations.byIds([integrationId]);
    const platform = platforms.get(integration?.key ?? '');
    const credentials = await openCredentials(vault, revocation);
    if (platform === undefined) throw noClientCredentials();
    await revokeAt(platform, credentials);
    await retryWhileBusy(() => store.transact((tx) => tx.revocations.end(id)));
  } catch (error) {
    const { reason, isFault } = attemptFailure(error);
    await retryWhileBusy(() =>
      store.transact((tx) => noteFailure(tx, revocation, reason, clock.now())),
    );
    if (isFault) throw error;
  }
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
  { id, connectionId, failures, queued }: Revocation,
  why: string,
  now: Instant,
): Promise<void> {
  const isLast = now - queued >= givesUpMs;
  if (isLast) await tx.revocations.end(id);
  else await tx.revocations.postpone(id, failures + 1, now + backoffMs(failures + 1));
  if (failures > 0 && !isLast) return;
  // A deleted connection has no visible history.
  const [connection] = await tx.connections.byIds([connectionId]);
  if (connection === undefined) return;
  const then = isLast ? 'the gateway does not try again' : 'the gateway tries again for 24 hours';
  await tx.events.noteFailure(connection, {
    actor: providerActor,
    reason: `the access could not be revoked at the platform (${why}): ${then}`,
    at: now,
  });
}
