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
  return new Proxy(store, {
    get(target, name) {
      const method: unknown = Reflect.get(target, name);
      if (typeof method !== 'function') return method;
      return async (...args: unknown[]): Promise<unknown> => {
        if (isTurnLong()) await nextTurn();
        if (performance.now() > deadline) throw new DeadlineError();
        const batchSize = Array.isArray(args[0]) ? args[0].length : undefined;
        if (batchSize !== undefined) onBatch(String(name), batchSize);
        if (calls === undefined) return Reflect.apply(method, target, args);
        const startedMs = performance.now();
        const answer = Reflect.apply(method, target, args) as Promise<unknown>;
        return calls.note(String(name), batchSize, startedMs, answer);
      };
    },
  });
}
