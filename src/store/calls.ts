// The types that wrap every call of a store, whatever the database.

/** Called before each store call that takes a list of ids, with the name of the call and the number of ids. */
export type OnBatch = (call: string, size: number) => void;

/** Records store calls for traces. `note` passes on the result of the call. */
export interface CallNotes {
  note<T>(
    call: string,
    batchSize: number | undefined,
    startedMs: number,
    answer: Promise<T>,
  ): Promise<T>;
}

/** The limits and callbacks of one operation on the store. */
export interface SessionOptions {
  /** The time, in ms of `performance.now()`, after which calls fail with `DeadlineError`. */
  readonly deadline: number;
  readonly onBatch: OnBatch;
  readonly notes?: CallNotes | undefined;
}

/** No limits: for an operation inside a transaction, which always runs to its end. */
export const unlimited: SessionOptions = { deadline: Infinity, onBatch: () => {} };

/**
 * The work of a call. `deadline` is the value of `performance.now()`, in ms, at which it must end; `Infinity` if it has no
 * deadline.
 */
export type Answer<T> = (deadline: number) => T | Promise<T>;

/** Runs the calls of a store, and applies what every call needs, such as a deadline. */
export interface Calls {
  /** Runs `answer`. `batchSize` is the number of ids, if the call takes ids. */
  run<T>(call: string, answer: Answer<T>, batchSize?: number): Promise<T>;
}
