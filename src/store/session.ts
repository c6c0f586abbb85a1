import type { Session, StoreTransactor } from './store.ts';
import { isTurnLong, nextTurn } from './turns.ts';

/** An operation took longer than it may. */
export class DeadlineError extends Error {
  override readonly name = 'DeadlineError';
}

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

/**
 * The calls of one operation: from the deadline on, every call is refused, which ends the operation. A timer could not:
 * an operation whose reads are answered at once never lets it fire. A transaction that has begun runs to its end.
 */
export class SessionCalls implements Calls {
  readonly #calls: Calls;
  readonly #deadline: number;
  readonly #onBatch: OnBatch;
  readonly #notes: CallNotes | undefined;

  constructor(calls: Calls, { deadline, onBatch, notes }: SessionOptions) {
    this.#calls = calls;
    this.#deadline = deadline;
    this.#onBatch = onBatch;
    this.#notes = notes;
  }

  run<T>(call: string, answer: () => T | Promise<T>, batchSize?: number): Promise<T> {
    return this.#limited(call, batchSize, () => this.#calls.run(call, answer, batchSize));
  }

  /** Runs a transaction. */
  transact<T>(
    target: Pick<Session, 'transact'>,
    work: (tx: StoreTransactor) => Promise<T>,
  ): Promise<T> {
    return this.#limited('transact', undefined, () => target.transact(work));
  }

  #limited<T>(call: string, batchSize: number | undefined, run: () => Promise<T>): Promise<T> {
    if (isTurnLong()) return nextTurn().then(() => this.#begin(call, batchSize, run));
    return this.#begin(call, batchSize, run);
  }

  #begin<T>(call: string, batchSize: number | undefined, run: () => Promise<T>): Promise<T> {
    const startedMs = performance.now();
    if (startedMs > this.#deadline) return Promise.reject(new DeadlineError());
    if (batchSize !== undefined) this.#onBatch(call, batchSize);
    const answer = run();
    return this.#notes === undefined
      ? answer
      : this.#notes.note(call, batchSize, startedMs, answer);
  }
}
