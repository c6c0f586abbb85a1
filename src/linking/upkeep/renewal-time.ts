import type { Credentials } from '../../domain/credentials.ts';
import type { Instant } from '../../domain/instant.ts';
import type { Platform } from '../../platforms/platform.ts';

/** Credentials are renewed so long before they expire, or earlier if they live for less than five times that. */
const leadMs = 5 * 60 * 1000;
const leadShare = 0.2;

/**
 * When credentials that were given at `now` are to be renewed, or are found to have expired if they cannot be; `null`
 * if they never expire.
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
