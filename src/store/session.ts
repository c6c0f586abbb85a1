import type { Answer, Calls, CallNotes, OnBatch, SessionOptions } from './calls.ts';
import type { Session, StoreTransactor } from './store.ts';
import { isTurnLong, nextTurn } from './turns.ts';

/** An operation exceeded its deadline. */
export class DeadlineError extends Error {
  override readonly name = 'DeadlineError';
}

/**
 * The store calls of one operation. After the deadline every call fails, which ends the operation. A timer could not do
 * this: an operation whose reads return at once never lets it fire. A transaction that has begun runs to its end.
 */
export class SessionCalls implements Calls {
  readonly #calls: Calls;
  readonly #deadline: number;
  readonly #onBatch: OnBatch;
  readonly #notes: CallNotes | undefined;
  readonly #takesTurns: boolean;

  /** `takesTurns` says whether calls yield the event loop to other work. Not while they hold the write lock. */
  constructor(calls: Calls, { deadline, onBatch, notes }: SessionOptions, takesTurns: boolean) {
    this.#calls = calls;
    this.#deadline = deadline;
    this.#onBatch = onBatch;
    this.#notes = notes;
    this.#takesTurns = takesTurns;
  }

  run<T>(call: string, answer: Answer<T>, batchSize?: number): Promise<T> {
    const limited = () => answer(this.#deadline);
    return this.#limited(call, batchSize, () => this.#calls.run(call, limited, batchSize));
  }

  transact<T>(
    target: Pick<Session, 'transact'>,
    work: (tx: StoreTransactor) => Promise<T>,
  ): Promise<T> {
    return this.#limited('transact', undefined, () => target.transact(work));
  }

  #limited<T>(call: string, batchSize: number | undefined, run: () => Promise<T>): Promise<T> {
    if (this.#takesTurns && isTurnLong())
      return nextTurn().then(() => this.#begin(call, batchSize, run));
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
