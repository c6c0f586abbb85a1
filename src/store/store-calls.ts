import type { CallNotes } from './calls.ts';

/** A store call. Times are in ms of `performance.now()`. */
export interface StoreCall {
  readonly call: string;
  /** The number of ids, if the call takes a list of them. */
  readonly batchSize: number | undefined;
  readonly startedMs: number;
  readonly endedMs: number;
  /** The name of the error that the call failed with. */
  readonly errorType: string | undefined;
}

/** The number of calls kept for one request. Others are only counted: a trace of thousands is of no use. */
const maxKept = 100;

/** The store calls of one request. */
export class StoreCalls implements CallNotes {
  readonly #kept: StoreCall[] = [];
  #count = 0;

  /** The kept calls that have ended. */
  get kept(): readonly StoreCall[] {
    return this.#kept;
  }

  /** The number of calls. */
  get count(): number {
    return this.#count;
  }

  /** Records a call once it has ended. Passes on its result. */
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
 * Returns a function that reports whether only a few microtasks have run since. A store that reads synchronously, as
 * SQLite does, has its result by then, but the caller resumes only after the other batches of the same tick, whose time
 * is not part of the call.
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
