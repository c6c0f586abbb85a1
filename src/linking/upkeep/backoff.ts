const firstMs = 5000;
const maxMs = 15 * 60 * 1000;

/**
 * How long to wait after so many failures in a row, in ms: twice as long each time, and never the same for all, so that
 * a platform that comes back is not met by everybody at once.
 */
export function backoffMs(failures: number): number {
  const full = Math.min(firstMs * 2 ** (failures - 1), maxMs);
  return Math.round(full * (0.5 + Math.random() / 2));
}
