import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { Move } from '../../../src/domain/status.ts';
import type { Store } from '../../../src/store/store.ts';
import { aCompany, addCompany, addConnection, cause } from '../../support/domain-records.ts';

const unlink: Move = { from: 'Linked', to: 'Unlinked', event: 'connection.disconnected' };
const remove: Move = { from: 'Linked', to: null, event: 'connection.deleted' };

/** Tests that every store must pass: transactions. `openStore` opens a new store until the test ends. */
export function transactionTests(openStore: () => Promise<Store>): void {
  test('transact keeps all of its changes and answers what its work answers', async () => {
    const store = await openStore();
    const [one, two] = [aCompany(), aCompany()];

    const answer = await store.transact(async (tx) => {
      await tx.companies.create(one, [], cause);
      await tx.companies.create(two, [], cause);
      return 'done';
    });

    expect(answer).toBe('done');
    expect(await store.companies.byIds([one.id, two.id])).toHaveLength(2);
  });

  test('transact keeps none of its changes if its work throws', async () => {
    const store = await openStore();
    const company = aCompany();

    const transaction = store.transact(async (tx) => {
      await tx.companies.create(company, [], cause);
      throw new Error('changed my mind');
    });

    await expect(transaction).rejects.toThrow('changed my mind');
    expect(await store.companies.byIds([company.id])).toEqual([]);
  });

  test('transact keeps none of its changes if its work throws in a later turn', async () => {
    const store = await openStore();
    const company = aCompany();

    const transaction = store.transact(async (tx) => {
      await tx.companies.create(company, [], cause);
      await nextTurn();
      throw new Error('changed my mind');
    });

    await expect(transaction).rejects.toThrow('changed my mind');
    expect(await store.companies.byIds([company.id])).toEqual([]);
  });

  test('of several at once, transact keeps those whose work does not throw', async () => {
    const store = await openStore();
    const companies = Array.from({ length: 6 }, () => aCompany());

    const answers = await Promise.allSettled(
      companies.map((company, index) =>
        store.transact(async (tx) => {
          await tx.companies.create(company, [], cause);
          if (index % 3 === 1) throw new Error(`no ${index}`);
          return index;
        }),
      ),
    );

    expect(answers).toEqual([
      { status: 'fulfilled', value: 0 },
      { status: 'rejected', reason: new Error('no 1') },
      { status: 'fulfilled', value: 2 },
      { status: 'fulfilled', value: 3 },
      { status: 'rejected', reason: new Error('no 4') },
      { status: 'fulfilled', value: 5 },
    ]);
    const kept = await store.companies.byIds(companies.map(({ id }) => id));
    expect(new Set(kept.map(({ id }) => id))).toEqual(
      new Set([0, 2, 3, 5].map((index) => companies[index]?.id)),
    );
  });

  test('transact keeps none of its changes if the store refuses one of them', async () => {
    const store = await openStore();
    const company = aCompany();

    const transaction = store.transact(async (tx) => {
      await tx.companies.create(company, [], cause);
      await tx.companies.create(company, [], cause);
    });

    await expect(transaction).rejects.toThrow(/unique/i);
    expect(await store.companies.byIds([company.id])).toEqual([]);
  });

  test('a transaction that failed is followed by others', async () => {
    const store = await openStore();
    await expect(store.transact(() => Promise.reject(new Error('no')))).rejects.toThrow('no');

    const company = await addCompany(store);

    expect(await store.companies.byIds([company.id])).toEqual([company]);
  });

  test('reads see no change before it is committed, and every change after', async () => {
    const store = await openStore();
    const company = aCompany();

    const during = await store.transact(async (tx) => {
      await tx.companies.create(company, [], cause);
      await nextTurn();
      return {
        inside: await tx.companies.byIds([company.id]),
        outside: await store.companies.byIds([company.id]),
      };
    });

    expect(during).toEqual({ inside: [company], outside: [] });
    expect(await store.companies.byIds([company.id])).toEqual([company]);
  });

  test('transactions of one process run one after another, in the order of asking', async () => {
    const store = await openStore();
    const steps: string[] = [];
    const run = (name: string) =>
      store.transact(async () => {
        steps.push(`${name} begins`);
        await nextTurn();
        steps.push(`${name} ends`);
      });

    await Promise.all([run('first'), run('second'), run('third')]);

    expect(steps).toEqual([
      'first begins',
      'first ends',
      'second begins',
      'second ends',
      'third begins',
      'third ends',
    ]);
  });

  test('a store closes after the transactions that were asked for', async () => {
    const store = await openStore();
    const steps: string[] = [];
    const transaction = store.transact(async (tx) => {
      await nextTurn();
      await tx.companies.create(aCompany(), [], cause);
      steps.push('changed');
    });

    await store.close();

    steps.push('closed');
    await transaction;
    expect(steps).toEqual(['changed', 'closed']);
  });

  test('moveConnection answers the connection as it is afterwards, and appends one event', async () => {
    const store = await openStore();
    const connection = await addConnection(store);

    const moved = await store.transact((tx) => tx.connections.move(connection, unlink, cause));

    expect(moved).toEqual({ ...connection, status: 'Unlinked' });
    expect(await store.connections.byIds([connection.id])).toEqual([moved]);
    expect(await store.events.countsByConnectionIds([connection.id])).toEqual(
      new Map([[connection.id, 2]]),
    );
  });

  test('moveConnection answers a deleted connection as it was', async () => {
    const store = await openStore();
    const connection = await addConnection(store);

    const moved = await store.transact((tx) => tx.connections.move(connection, remove, cause));

    expect(moved).toEqual(connection);
    expect(await store.connections.byIds([connection.id])).toEqual([]);
  });

  test.for([
    ['left the status', unlink],
    ['was deleted', remove],
  ] as const)(
    'moveConnection changes nothing, event included, once the connection %s',
    async ([, earlier]) => {
      const store = await openStore();
      const connection = await addConnection(store);
      await store.transact((tx) => tx.connections.move(connection, earlier, cause));

      const moved = await store.transact((tx) => tx.connections.move(connection, unlink, cause));

      expect(moved).toBeUndefined();
      const history = await store.events.countsByConnectionIds([connection.id]);
      expect(history.get(connection.id)).toBe(2);
    },
  );
}
