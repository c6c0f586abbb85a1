import pLimit from 'p-limit';
import type { Limits } from './limits.ts';

/** Too many operations wait already. */
export class OverloadedError extends Error {
  override readonly name = 'OverloadedError';
}

/** Runs an operation when there is room for it; throws `OverloadedError` at once if too many wait for that already. */
export type ConcurrencyLimit = <T>(operation: () => T | Promise<T>) => Promise<T>;

/** Makes the limit that all faces of a gateway share: what they compete for is one process and one store. */
export function createConcurrencyLimit({
  concurrent,
  queued,
}: Pick<Limits, 'concurrent' | 'queued'>): ConcurrencyLimit {
  const limit = pLimit(concurrent);
  return (operation) => {
    if (limit.activeCount >= concurrent && limit.pendingCount >= queued) {
      throw new OverloadedError('The gateway is overloaded: try again');
    }
    return limit(operation);
  };
}
