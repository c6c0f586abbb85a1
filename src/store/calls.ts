// What every call of a store goes through, whichever database is behind it.

/** Told of a read of many records at once: which call of the store it was, and of how many ids. */
export type OnBatch = (call: string, size: number) => void;

/** Notes calls of a store, for traces; returns what the call does. */
export interface CallNotes {
  note<T>(
    call: string,
    batchSize: number | undefined,
    startedMs: number,
    answer: Promise<T>,
  ): Promise<T>;
}

/** How one operation uses the store. */
export interface SessionOptions {
  /** The moment from which on its calls are refused, as `performance.now()` tells it. */
  readonly deadline: number;
  readonly onBatch: OnBatch;
  readonly notes?: CallNotes | undefined;
}

/** For work that nobody waits for. */
export const unlimited: SessionOptions = { deadline: Infinity, onBatch: () => {} };

/** Runs the calls of a store: what concerns every call is here, and not in each. */
export interface Calls {
  /** Runs `answer`; `batchSize` is of how many ids, where it is of ids. */
  run<T>(call: string, answer: () => T | Promise<T>, batchSize?: number): Promise<T>;
}
