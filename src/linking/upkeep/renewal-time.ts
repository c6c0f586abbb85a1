import type { Credentials } from '../../domain/credentials.ts';
import type { Instant } from '../../domain/instant.ts';
import type { Platform } from '../../platforms/platform.ts';

/** Credentials are renewed this long before they expire, in ms, but within the last `leadShare` of their lifetime. */
const leadMs = 5 * 60 * 1000;
const leadShare = 0.2;

/**
 * Returns when to renew credentials that were issued at `now`; their expiry if they cannot be renewed; `null` if they
 * never expire.
 */
export function renewalTime(
  { expires, refreshToken }: Credentials,
  platform: Pick<Platform, 'renewableBeforeExpiryMs'> | undefined,
  now: Instant,
): Instant | null {
  if (expires === null || refreshToken === null) return expires;
  const lead = Math.min(leadMs, (expires - now) * leadShare);
  const earliest = platform?.renewableBeforeExpiryMs ?? Infinity;
  return Math.max(now, Math.round(expires - Math.min(lead, earliest)));
}
