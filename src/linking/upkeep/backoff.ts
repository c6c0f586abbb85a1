const firstMs = 5000;

/** The longest backoff, in ms, unless the platform asks for more. */
export const maxBackoffMs = 15 * 60 * 1000;

/**
 * Returns the backoff after this many failures in a row, in ms. It doubles each time, up to 15 minutes, and is random
 * within its upper half, so that a platform that recovers does not get all retries at once.
 */
export function backoffMs(failures: number): number {
  const full = Math.min(firstMs * 2 ** (failures - 1), maxBackoffMs);
  return Math.round(full * (0.5 + Math.random() / 2));
}

/** Returns `ms` or, at random, up to a tenth more, so that what became due together is not retried together. */
export function spread(ms: number): number {
  return Math.round(ms * (1 + Math.random() / 10));
}

/** Returns `ms`, or the time that the platform asks to wait if that is longer. */
export function atLeastAsked(ms: number, retryAfterMs: number | undefined): number {
  return Math.max(ms, spread(retryAfterMs ?? 0));
}
