import type { Instant } from '../../domain/instant.ts';
import type { KeptCredentials } from '../../store/credentials.ts';
import { spread } from './backoff.ts';

const hourMs = 60 * 60 * 1000;
const dayMs = 24 * hourMs;

/**
 * How long credentials that the platform refused are kept, in ms. Long enough that a fault of the platform is noticed and
 * mended, which may take a weekend; no longer, because the company's people may have ended the access on purpose.
 */
const keptMs = 7 * dayMs;

/** Returns how long credentials that were refused at `now` are kept, and when their renewal is tried first. */
export function keptFrom(now: Instant): KeptCredentials {
  const keptUntil = now + keptMs;
  return { keptUntil, renewAt: now + refusedWaitMs(keptUntil, now), scheduled: now };
}

/**
 * Returns how long to wait, in ms, until kept credentials that were refused at `now` are tried again: an hour, then six
 * hours, then each time a day. Few times, because most platforms mean what they say.
 */
export function refusedWaitMs(keptUntil: Instant, now: Instant): number {
  const triedForMs = now - (keptUntil - keptMs);
  const waitMs = triedForMs < hourMs ? hourMs : triedForMs < 7 * hourMs ? 6 * hourMs : dayMs;
  return spread(waitMs);
}
