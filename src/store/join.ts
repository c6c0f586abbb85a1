import type { Store, StoreTransactor } from './store.ts';

/** A store whose reads and transactions are all part of one that runs already. */
export function joinTransaction(tx: StoreTransactor): Store {
  const joined: Omit<Store, keyof StoreTransactor> = {
    transact: (work) => work(tx),
    // Its reads are of one moment anyway.
    beginTurn: () => undefined,
    close: () => Promise.reject(new Error('a transaction cannot close its store')),
  };
  return new Proxy(tx as unknown as Store, {
    get(target, name) {
      if (name in joined) return joined[name as keyof typeof joined];
      const method: unknown = Reflect.get(target, name);
      return typeof method === 'function' ? method.bind(target) : method;
    },
  });
}
