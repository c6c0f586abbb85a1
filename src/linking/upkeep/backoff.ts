const firstMs = 5000;
const maxMs = 15 * 60 * 1000;

/**
 * Returns the backoff after this many failures in a row, in ms. It doubles each time, up to 15 minutes, and is random
 * within its upper half, so that a platform that recovers does not get all retries at once.
 */
export function backoffMs(failures: number): number {
  const full = Math.min(firstMs * 2 ** (failures - 1), maxMs);
  return Math.round(full * (0.5 + Math.random() / 2));
}
