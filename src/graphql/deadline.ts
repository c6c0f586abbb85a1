import type { Store } from '../store/store.ts';

/** An operation took longer than it may. */
export class DeadlineError extends Error {
  override readonly name = 'DeadlineError';
}

/**
 * The store for one operation: from the deadline on, every call is refused, which ends the operation. A timer could not:
 * an operation whose reads are answered at once never lets it fire. A transaction that has begun runs to its end.
 */
export function withDeadline(store: Store, allowedMs: number): Store {
  const deadline = performance.now() + allowedMs;
  return new Proxy(store, {
    get(target, name) {
      const method: unknown = Reflect.get(target, name);
      if (typeof method !== 'function') return method;
      return async (...args: unknown[]): Promise<unknown> => {
        if (performance.now() > deadline) throw new DeadlineError();
        return Reflect.apply(method, target, args);
      };
    },
  });
}
