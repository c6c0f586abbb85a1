import { methodNames } from '../store/methods.ts';
import type { Store } from '../store/store.ts';
import type { StoreCalls } from '../tracing/store-calls.ts';
import { isTurnLong, nextTurn } from './turns.ts';

/** An operation took longer than it may. */
export class DeadlineError extends Error {
  override readonly name = 'DeadlineError';
}

/** Told of a read of many records at once: which method of the store it was, and of how many ids. */
export type OnBatch = (method: string, size: number) => void;

/**
 * The store for one operation: from the deadline on, every call is refused, which ends the operation. A timer could not:
 * an operation whose reads are answered at once never lets it fire. A transaction that has begun runs to its end. The
 * calls are noted in `calls`, if that is given.
 */
export function operationStore(
  store: Store,
  allowedMs: number,
  onBatch: OnBatch,
  calls?: StoreCalls,
): Store {
  const deadline = performance.now() + allowedMs;
  const State = stateFor(store);
  return new State(store, deadline, onBatch, calls) as unknown as Store;
}

type Method = (...args: readonly unknown[]) => Promise<unknown>;

/** What the calls of one operation share; its class has the store's methods. */
class OperationState {
  readonly integrationsAtHand: Store['integrationsAtHand'];
  readonly deadline: number;
  readonly onBatch: OnBatch;
  readonly calls: StoreCalls | undefined;

  constructor(store: Store, deadline: number, onBatch: OnBatch, calls: StoreCalls | undefined) {
    this.integrationsAtHand = store.integrationsAtHand;
    this.deadline = deadline;
    this.onBatch = onBatch;
    this.calls = calls;
  }
}

const states = new WeakMap<Store, typeof OperationState>();

/** A class with the methods of a store, made once: a proxy for each operation takes longer than to read a record. */
function stateFor(store: Store): typeof OperationState {
  let State = states.get(store);
  if (State === undefined) {
    State = class extends OperationState {};
    // A store that joins a transaction has `transact` without its prototype knowing.
    for (const name of new Set([...methodNames(store), 'transact'])) {
      const method = Reflect.get(store, name) as Method;
      const value = limited(name, method.bind(store));
      Object.defineProperty(State.prototype, name, { value });
    }
    states.set(store, State);
  }
  return State;
}

function limited(name: string, method: Method) {
  const run = (operation: OperationState, args: readonly unknown[]): Promise<unknown> => {
    const { deadline, onBatch, calls } = operation;
    const startedMs = performance.now();
    if (startedMs > deadline) return Promise.reject(new DeadlineError());
    const [first] = args;
    const batchSize = Array.isArray(first) ? first.length : undefined;
    if (batchSize !== undefined) onBatch(name, batchSize);
    const answer = method(...args);
    return calls === undefined ? answer : calls.note(name, batchSize, startedMs, answer);
  };
  return function call(this: OperationState, ...args: readonly unknown[]): Promise<unknown> {
    return isTurnLong() ? nextTurn().then(() => run(this, args)) : run(this, args);
  };
}
