/** Too many operations are waiting. */
export class OverloadedError extends Error {
  override readonly name = 'OverloadedError';
}

/** Runs an operation as soon as there is room. Throws `OverloadedError` at once if too many are waiting. */
export type ConcurrencyLimit = <T>(operation: () => T | Promise<T>) => Promise<T>;

/** Makes the limit that all APIs of a gateway share, because they share one process and one store. */
export function createConcurrencyLimit({
  concurrent,
  queued,
}: {
  /** The maximum number of operations that run at a time. */
  readonly concurrent: number;
  /** The maximum number of operations that wait. */
  readonly queued: number;
}): ConcurrencyLimit {
  let running = 0;
  const waiting: (() => void)[] = [];
  const run = async <T>(operation: () => T | Promise<T>): Promise<T> => {
    try {
      return await operation();
    } finally {
      const next = waiting.shift();
      // Pass the slot directly to the next operation, so that no other can take it first.
      if (next) next();
      else running -= 1;
    }
  };
  return (operation) => {
    if (running < concurrent) {
      running += 1;
      return run(operation);
    }
    if (waiting.length >= queued) {
      throw new OverloadedError('The gateway is overloaded: try again later');
    }
    return new Promise<void>((resolve) => waiting.push(resolve)).then(() => run(operation));
  };
}
