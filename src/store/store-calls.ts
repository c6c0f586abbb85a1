import type { CallNotes } from './calls.ts';

/** A call of the store's; moments are of `performance.now()`. */
export interface StoreCall {
  readonly call: string;
  /** How many ids it was given, if it takes a list of them. */
  readonly batchSize: number | undefined;
  readonly startedMs: number;
  readonly endedMs: number;
  /** The name of the error that it failed with. */
  readonly errorType: string | undefined;
}

/** Calls of one request that are kept; the others are only counted, since a trace of thousands is of no use. */
const maxKept = 100;

/** What one request called of the store. */
export class StoreCalls implements CallNotes {
  readonly #kept: StoreCall[] = [];
  #count = 0;

  /** Those of the first calls that have ended. */
  get kept(): readonly StoreCall[] {
    return this.#kept;
  }

  /** How many calls there were. */
  get count(): number {
    return this.#count;
  }

  /** Notes a call that was just made, once it has ended; returns what it does. */
  async note<T>(
    call: string,
    batchSize: number | undefined,
    startedMs: number,
    answer: Promise<T>,
  ): Promise<T> {
    this.#count += 1;
    if (this.#count > maxKept) return answer;
    const returnedMs = performance.now();
    const isSoon = soon();
    let errorType: string | undefined;
    try {
      return await answer;
    } catch (error) {
      errorType = error instanceof Error ? error.name : typeof error;
      throw error;
    } finally {
      const endedMs = isSoon() ? returnedMs : performance.now();
      this.#kept.push({ call, batchSize, startedMs, endedMs, errorType });
    }
  }
}

/**
 * Returns whether no more than a few microtasks have run since. A store that reads while it is called, as SQLite does,
 * has answered by then, but is heard of only after the other batches of the same tick have run, whose time is not its.
 */
function soon(): () => boolean {
  let left = 3;
  const hop = () => {
    left -= 1;
    if (left > 0) queueMicrotask(hop);
  };
  queueMicrotask(hop);
  return () => left > 0;
}
