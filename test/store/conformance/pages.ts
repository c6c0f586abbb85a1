import { expect, test } from 'vitest';
import type { Order, Position, Window } from '../../../src/store/lists.ts';
import type { Store } from '../../../src/store/store.ts';
import { addCompany, addConnection, newYear } from '../../support/domain-records.ts';

const oldestFirst = { by: 'created', descending: false } as const;

/** Tests that every store must pass: pages. `openStore` opens a new store until the test ends. */
export function pageTests(openStore: () => Promise<Store>): void {
  async function withThree(): Promise<{ store: Store; ids: string[]; places: Position[] }> {
    const store = await openStore();
    // The order of the names is the reverse of the order of the creation times.
    for (const [created, name] of ['c', 'B', 'a'].entries()) {
      await addCompany(store, { name, created });
    }
    const { entries } = await store.companies.page({}, oldestFirst, whole);
    return {
      store,
      ids: entries.map(({ value }) => value.id),
      places: entries.map(({ position }) => position),
    };
  }

  const whole: Window = { limit: 10, countedFrom: 'start' };

  test.for<[Order<'created' | 'name'>, number[]]>([
    [{ by: 'created', descending: false }, [0, 1, 2]],
    [{ by: 'created', descending: true }, [2, 1, 0]],
    [{ by: 'name', descending: false }, [2, 1, 0]],
    [{ by: 'name', descending: true }, [0, 1, 2]],
  ])('companyPage in the order %o', async ([order, expected]) => {
    const { store, ids } = await withThree();

    const { entries, more } = await store.companies.page({}, order, whole);

    expect(entries.map(({ value }) => value.id)).toEqual(expected.map((place) => ids[place]));
    expect(more).toBe(false);
  });

  test.for<[Pick<Window, 'limit' | 'countedFrom'>, number[], boolean]>([
    [{ limit: 2, countedFrom: 'start' }, [0, 1], true],
    [{ limit: 2, countedFrom: 'end' }, [1, 2], true],
    [{ limit: 3, countedFrom: 'end' }, [0, 1, 2], false],
  ])('companyPage with %o', async ([window, expected, left]) => {
    const { store, ids } = await withThree();

    const { entries, more } = await store.companies.page({}, oldestFirst, window);

    expect(entries.map(({ value }) => value.id)).toEqual(expected.map((place) => ids[place]));
    expect(more).toBe(left);
  });

  test('companyPage leaves out both of the places that it lies between', async () => {
    const { store, ids, places } = await withThree();

    const { entries } = await store.companies.page({}, oldestFirst, {
      ...whole,
      after: places[0],
      before: places[2],
    });

    expect(entries.map(({ value }) => value.id)).toEqual([ids[1]]);
  });

  test('companyPage between two places next to each other is empty', async () => {
    const { store, places } = await withThree();

    const page = await store.companies.page({}, oldestFirst, {
      ...whole,
      after: places[0],
      before: places[1],
    });

    expect(page).toEqual({ entries: [], more: false });
  });

  test('a range includes its start and excludes its end', async () => {
    const store = await openStore();
    for (const created of [newYear - 1, newYear, newYear + 1]) await addCompany(store, { created });
    const filter = { created: { from: newYear, to: newYear + 1 } };

    const { entries } = await store.companies.page(filter, oldestFirst, whole);

    expect(entries.map(({ value }) => value.created)).toEqual([newYear]);
    expect(await store.companies.count(filter)).toBe(1);
  });

  test.for([false, true])(
    'connections that were never read come before all others by lastSync (descending: %s)',
    async (descending) => {
      const store = await openStore();
      for (const lastSync of [newYear, null, -1]) await addConnection(store, { lastSync });

      const { entries } = await store.connections.page({}, { by: 'lastSync', descending }, whole);

      const ascending = [null, -1, newYear];
      expect(entries.map(({ value }) => value.lastSync)).toEqual(
        descending ? ascending.toReversed() : ascending,
      );
    },
  );

  test.for([{}, { from: 0 }, { to: newYear + 1 }])(
    'a connection that was never read is in no range of lastSync: %o',
    async (lastSync) => {
      const store = await openStore();
      for (const read of [newYear, null]) await addConnection(store, { lastSync: read });

      for (const by of ['created', 'lastSync'] as const) {
        const order = { by, descending: false };
        const { entries } = await store.connections.page({ lastSync }, order, whole);
        expect(entries.map(({ value }) => value.lastSync)).toEqual([newYear]);
      }
      expect(await store.connections.count({ lastSync })).toBe(1);
    },
  );

  test.for(['status', 'sourceType'] as const)(
    'an empty list of %s matches nothing',
    async (name) => {
      const store = await openStore();
      await addConnection(store);

      expect(await store.connections.page({ [name]: [] }, oldestFirst, whole)).toEqual({
        entries: [],
        more: false,
      });
      expect(await store.connections.count({ [name]: [] })).toBe(0);
    },
  );
}
