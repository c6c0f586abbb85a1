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
}: {
  /** How many operations run at a time. */
  readonly concurrent: number;
  /** How many wait for that at most. */
  readonly queued: number;
}): ConcurrencyLimit {
  let running = 0;
  const waiting: (() => void)[] = [];
  const run = async <T>(operation: () => T | Promise<T>): Promise<T> => {
    try {
      return await operation();
    } finally {
      const next = waiting.shift();
      // Whoever is next takes over the place, so that nobody can come in between.
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
      throw new OverloadedError('The gateway is overloaded: try again');
    }
    return new Promise<void>((resolve) => waiting.push(resolve)).then(() => run(operation));
  };
}
