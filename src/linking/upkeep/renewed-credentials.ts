import type { Credentials } from '../../domain/credentials.ts';
import type { ConnectionId } from '../../domain/id.ts';
import type { SealedCredentials, StoredCredentials } from '../../store/credentials.ts';
import type { StoreTransactor } from '../../store/store.ts';
import { ofConnection } from '../../vault/vault.ts';
import type { Renewal } from '../../platforms/platform.ts';
import { providerActor, type LinkingServices } from '../services.ts';
import { platformOf } from './platform-of.ts';
import { recordScopes } from './record-scopes.ts';
import { renewalTime } from './renewal-time.ts';

/** The shortest time between two renewals, in ms: a platform whose tokens expire at once must not keep us busy. */
const minIntervalMs = 2000;

/** Credentials that a renewal brought. */
export interface RenewedCredentials extends SealedCredentials {
  readonly scheduled: number;
  /** The scopes that the platform granted, if it says so. */
  readonly scopes: Renewal['scopes'];
}

/** Requests new credentials from the platform, and seals them. Throws `PlatformError`. */
export async function requestRenewal(
  services: LinkingServices,
  stored: StoredCredentials,
  credentials: Credentials,
): Promise<RenewedCredentials> {
  const platform = await platformOf(services, stored);
  const { scopes, ...renewed } = await platform.renew(credentials, lifetimeMs(stored));
  const now = services.clock.now();
  const next = renewalTime(renewed, platform, now);
  return {
    sealed: await services.vault.seal(renewed, ofConnection('credentials', stored)),
    expires: renewed.expires,
    renewAt: next === null ? null : Math.max(now + minIntervalMs, next),
    scheduled: now,
    obtained: now,
    scopes,
  };
}

/** Returns how long credentials last, in ms; `null` if the platform did not say, or if a caller supplied them. */
function lifetimeMs({ expires, obtained }: StoredCredentials): number | null {
  return expires !== null && obtained !== null && expires > obtained ? expires - obtained : null;
}

/** Records the scopes of a renewal whose credentials are kept. */
export async function recordRenewedScopes(
  tx: StoreTransactor,
  connectionId: ConnectionId,
  { scopes, scheduled: at }: RenewedCredentials,
): Promise<void> {
  if (scopes !== undefined)
    await recordScopes(tx, connectionId, scopes, { actor: providerActor, at });
}
