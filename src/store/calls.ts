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
  /** From this moment of `performance.now()` on, its calls are refused. */
  readonly deadline: number;
  readonly onBatch: OnBatch;
  readonly notes?: CallNotes | undefined;
}

/** No limits: for an operation inside a transaction, which runs to its end. */
export const unlimited: SessionOptions = { deadline: Infinity, onBatch: () => {} };

/** Runs the calls of a store. What every call needs, such as a deadline, is done here once. */
export interface Calls {
  /** Runs `answer`. `batchSize` is how many ids were given, if the call takes ids. */
  run<T>(call: string, answer: () => T | Promise<T>, batchSize?: number): Promise<T>;
}
