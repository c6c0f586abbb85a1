import type { Instant } from '../../domain/instant.ts';
import type { KeptCredentials } from '../../store/credentials.ts';
import { atLeastAsked, spread } from './backoff.ts';

const hourMs = 60 * 60 * 1000;
const dayMs = 24 * hourMs;

/**
 * How long credentials that the platform refused are kept, in ms. Long enough that a fault of the platform is noticed and
 * mended, which may take a weekend; no longer, because the company's people may have ended the access on purpose.
 */
const keptMs = 7 * dayMs;

/** The times between attempts to renew them, in ms; the last one repeats. Few: most platforms mean what they say. */
const waitsMs = [hourMs, 6 * hourMs, dayMs];

/** Returns how long credentials that were refused at `now` are kept, and when their renewal is tried first. */
export function keptFrom(now: Instant): KeptCredentials {
  const keptUntil = now + keptMs;
  return { keptUntil, renewAt: nextAttempt(0, keptUntil, now), scheduled: now };
}

/** Returns when to try to renew them after `failures` attempts, or when to erase them if there is none any more. */
export function nextAttempt(
  failures: number,
  keptUntil: Instant,
  now: Instant,
  retryAfterMs?: number,
): Instant {
  const waitMs = waitsMs[Math.min(failures, waitsMs.length - 1)] ?? dayMs;
  return Math.min(keptUntil, now + atLeastAsked(spread(waitMs), retryAfterMs));
}
