import type { Store, StoreTransactor } from './store.ts';

/** A store whose reads and transactions are all part of one that runs already. */
export function joinTransaction(tx: StoreTransactor): Store {
  const joined: Pick<Store, 'transact' | 'close'> = {
    transact: (work) => work(tx),
    close: () => Promise.reject(new Error('a transaction cannot close its store')),
  };
  return new Proxy(tx as unknown as Store, {
    get(target, name) {
      if (name === 'transact' || name === 'close') return joined[name];
      const method: unknown = Reflect.get(target, name);
      return typeof method === 'function' ? method.bind(target) : method;
    },
  });
}
