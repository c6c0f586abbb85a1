import { expect, test } from 'vitest';
import { newId, type ConnectionId } from '../../../src/domain/id.ts';
import type { SourceType } from '../../../src/domain/source-type.ts';
import type { Move } from '../../../src/domain/status.ts';
import type { IdUse } from '../../../src/store/ids.ts';
import type { Store } from '../../../src/store/store.ts';
import {
  aCompany,
  addCompany,
  addConnection,
  anIntegration,
  cause,
  newYear,
} from '../../support/domain-records.ts';

const remove: Move = { from: 'Linked', to: null, event: 'connection.deleted' };
const unlink: Move = { from: 'Linked', to: 'Unlinked', event: 'connection.disconnected' };

function tag(key: string) {
  return { key, value: '' };
}

/** Tests that every store must pass: reads by ids. `openStore` opens a new store until the test ends. */
export function batchTests(openStore: () => Promise<Store>): void {
  test('companiesByIds leaves out what it does not find, deleted companies included', async () => {
    const store = await openStore();
    const [kept, deleted] = [await addCompany(store), await addCompany(store)];
    await store.transact((tx) => tx.companies.delete(deleted.id, cause));

    expect(await store.companies.byIds([deleted.id, newId(), kept.id])).toEqual([kept]);
  });

  test('a batch of no ids finds nothing', async () => {
    const store = await openStore();
    await addConnection(store);

    expect(await store.companies.byIds([])).toEqual([]);
    expect(await store.connections.byCompanyIds([], {}, 9)).toEqual([]);
    expect(await store.events.byConnectionIds([], { limit: 1, countedFrom: 'start' })).toEqual(
      new Map(),
    );
  });

  test('an id that is given twice is found once', async () => {
    const store = await openStore();
    const { id } = await addCompany(store);

    expect(await store.companies.byIds([id, id])).toHaveLength(1);
  });

  test('tagsByCompanyIds answers the tags of each company by key', async () => {
    const store = await openStore();
    const company = aCompany();
    const [b, a] = [
      { key: 'b', value: '2' },
      { key: 'a', value: '' },
    ];
    await store.transact((tx) => tx.companies.create(company, [b, a], cause));
    await addCompany(store);

    expect(await store.companies.tagsByIds([company.id])).toEqual([
      { companyId: company.id, ...a },
      { companyId: company.id, ...b },
    ]);
  });

  test('createCompanies creates many, each with its own tags', async () => {
    const store = await openStore();
    const [one, other] = [aCompany({ name: 'One' }), aCompany({ description: 'Ünique' })];

    await store.transact((tx) =>
      tx.companies.createAll(
        [
          { ...one, tags: [tag('a'), tag('b')] },
          { ...other, tags: [{ key: 'a', value: '"7", \\' }] },
        ],
        cause,
      ),
    );

    const [companies, tags] = [
      await store.companies.byIds([one.id, other.id]),
      await store.companies.tagsByIds([other.id]),
    ];
    expect(companies).toHaveLength(2);
    expect(companies).toEqual(expect.arrayContaining([one, other]));
    expect(tags).toEqual([{ companyId: other.id, key: 'a', value: '"7", \\' }]);
    expect(await store.companies.tagsByIds([one.id])).toHaveLength(2);
    expect(await store.companies.count({ search: 'One' })).toBe(1);
  });

  test('createConnections creates many, and appends one event for each', async () => {
    const store = await openStore();
    const first = await addConnection(store);
    const like = (sourceType: SourceType, lastSync: number | null) => ({
      ...first,
      id: newId<ConnectionId>(),
      sourceType,
      lastSync,
    });
    const made = [like('Banking', null), like('Commerce', newYear)];
    const ids = made.map(({ id }) => id);

    await store.transact((tx) => tx.connections.createAll(made, cause));

    expect(await store.connections.byIds(ids)).toEqual(expect.arrayContaining(made));
    const histories = await store.events.byConnectionIds(ids, { limit: 9, countedFrom: 'start' });
    for (const { id, status } of made) {
      expect(histories.get(id)?.entries).toMatchObject([
        { value: { type: 'connection.created', fromStatus: null, toStatus: status } },
      ]);
    }
  });

  test('of many that are created together, one that breaks a rule keeps out the others', async () => {
    const store = await openStore();
    const [good, bad] = [aCompany(), aCompany({ name: 'a'.repeat(201) })];

    const creation = store.transact((tx) =>
      tx.companies.createAll(
        [
          { ...good, tags: [] },
          { ...bad, tags: [] },
        ],
        cause,
      ),
    );

    await expect(creation).rejects.toBeInstanceOf(Error);
    expect(await store.companies.byIds([good.id])).toEqual([]);
  });

  test('to create none does nothing', async () => {
    const store = await openStore();

    await store.transact(async (tx) => {
      await tx.companies.createAll([], cause);
      await tx.connections.createAll([], cause);
    });

    expect(await store.companies.count({})).toBe(0);
  });

  test('updateCompany exchanges all tags', async () => {
    const store = await openStore();
    const company = aCompany();
    await store.transact((tx) => tx.companies.create(company, [tag('a'), tag('b')], cause));

    await store.transact((tx) =>
      tx.companies.update(company, { tags: [tag('b'), tag('c')] }, cause),
    );

    const tags = await store.companies.tagsByIds([company.id]);
    expect(tags.map(({ key }) => key)).toEqual(['b', 'c']);
  });

  test("connectionsByCompanyIds answers each company's live connections, oldest first", async () => {
    const store = await openStore();
    const { id: companyId } = await addCompany(store);
    const banking = { companyId, sourceType: 'Banking' } as const;
    const young = await addConnection(store, { ...banking, created: newYear + 1 });
    const old = await addConnection(store, { ...banking, created: newYear - 1 });
    const deleted = await addConnection(store, banking);
    await store.transact((tx) => tx.connections.move(deleted, remove, cause));
    await addConnection(store);

    expect(await store.connections.byCompanyIds([companyId], {}, 9)).toEqual([old, young]);
  });

  test.for([
    [{ status: ['Unlinked'] }, ['second']],
    [{ sourceType: ['Accounting'] }, ['first', 'second']],
    [{ status: ['Linked'], sourceType: ['Banking', 'Other'] }, ['third']],
    [{ status: [] }, []],
    [{ sourceType: [] }, []],
  ] as const)('connectionsByCompanyIds with %o finds %o', async ([filter, expected]) => {
    const store = await openStore();
    const { id: companyId } = await addCompany(store);
    const first = await addConnection(store, { companyId, created: 1 });
    const second = await addConnection(store, { companyId, status: 'Unlinked', created: 2 });
    const third = await addConnection(store, { companyId, sourceType: 'Banking', created: 3 });

    const found = await store.connections.byCompanyIds([companyId], filter, 9);

    const named = { first, second, third };
    expect(found).toEqual(expected.map((name) => named[name]));
  });

  test('connectionsByCompanyIds ends at its limit, counted over all companies', async () => {
    const store = await openStore();
    const companies = [await addCompany(store), await addCompany(store)];
    const ids = companies.map(({ id }) => id).toSorted();
    for (const companyId of ids) {
      for (const created of [2, 1, 3]) {
        await addConnection(store, { companyId, created, status: 'Unlinked' });
      }
    }
    const read = async (
      filter: Parameters<Store['connections']['byCompanyIds']>[1],
      most: number,
    ) =>
      (await store.connections.byCompanyIds(ids, filter, most)).map(
        ({ companyId, created }) => `${ids.indexOf(companyId)} ${created}`,
      );

    expect(await read({}, 4)).toEqual(['0 1', '0 2', '0 3', '1 1']);
    expect(await read({ status: ['Unlinked'] }, 4)).toEqual(['0 1', '0 2', '0 3', '1 1']);
    expect(await read({}, 6)).toHaveLength(6);
    expect(await read({}, 9)).toHaveLength(6);
  });

  test('connectionCountsByCompanyIds counts live connections up to its limit', async () => {
    const store = await openStore();
    const { id: companyId } = await addCompany(store);
    const { id: without } = await addCompany(store);
    for (const created of [1, 2, 3]) {
      await addConnection(store, { companyId, created, status: 'Unlinked' });
    }
    const deleted = await addConnection(store, { companyId, status: 'Unlinked' });
    await store.transact((tx) => tx.connections.deleteAll([deleted], cause));
    const ids = [companyId, without];

    expect(await store.connections.countsByCompanyIds(ids, 2)).toEqual(new Map([[companyId, 2]]));
    expect(await store.connections.countsByCompanyIds(ids, 9)).toEqual(new Map([[companyId, 3]]));
    expect(await store.connections.countsByCompanyIds([], 9)).toEqual(new Map());
  });

  test('deleteAll deletes connections in every status, or none if one is not live', async () => {
    const store = await openStore();
    const { id: companyId } = await addCompany(store);
    const banking = { companyId, sourceType: 'Banking' } as const;
    const all = [
      await addConnection(store, { ...banking, status: 'Linked', created: 1 }),
      await addConnection(store, { ...banking, status: 'PendingAuth', created: 2 }),
      await addConnection(store, { ...banking, status: 'Deauthorized', created: 3 }),
    ];
    const [first, ...others] = all;
    if (first === undefined) throw new Error('nothing was added');
    const deleting = (these: typeof all) =>
      store.transact((tx) => tx.connections.deleteAll(these, cause));

    await deleting([first]);
    await expect(deleting(all)).rejects.toThrow('not live');
    expect(await store.connections.byCompanyIds([companyId], {}, 9)).toEqual(others);
    await deleting(others);
    expect(await store.connections.byCompanyIds([companyId], {}, 9)).toEqual([]);
  });

  test('activeConnectionsByCompanyIds answers the Linked ones of exclusive source types', async () => {
    const store = await openStore();
    const { id: companyId } = await addCompany(store);
    const accounting = await addConnection(store, { companyId });
    const feed = await addConnection(store, { companyId, sourceType: 'BankFeed' });
    await addConnection(store, { companyId, status: 'PendingAuth' });
    await addConnection(store, { companyId, sourceType: 'Banking' });

    const active = await store.connections.activeByCompanyIds([companyId]);

    expect(active.map(({ id }) => id).toSorted()).toEqual([accounting.id, feed.id].toSorted());
  });

  test('a connection that left Linked is no longer active', async () => {
    const store = await openStore();
    const connection = await addConnection(store);
    await store.transact((tx) => tx.connections.move(connection, unlink, cause));

    expect(await store.connections.activeByCompanyIds([connection.companyId])).toEqual([]);
  });

  test('connectionSummariesByCompanyIds answers the newest lastSync of each status', async () => {
    const store = await openStore();
    const { id: companyId } = await addCompany(store);
    const banking = { companyId, sourceType: 'Banking' } as const;
    await addConnection(store, { ...banking, lastSync: newYear });
    await addConnection(store, { ...banking, lastSync: newYear + 5 });
    await addConnection(store, { ...banking, lastSync: null });
    await addConnection(store, { ...banking, status: 'PendingAuth' });

    const summaries = await store.connections.summariesByCompanyIds([companyId]);

    expect(summaries.toSorted((a, b) => (a.status < b.status ? -1 : 1))).toEqual([
      { companyId, status: 'Linked', lastSync: newYear + 5 },
      { companyId, status: 'PendingAuth', lastSync: null },
    ]);
  });

  test('historyByConnectionIds answers a part of each history, oldest first', async () => {
    const store = await openStore();
    const [one, other] = [await addConnection(store), await addConnection(store)];
    await store.transact((tx) => tx.connections.move(one, unlink, { ...cause, reason: 'left' }));

    const first = await store.events.byConnectionIds([one.id, other.id], {
      limit: 1,
      countedFrom: 'start',
    });
    const last = await store.events.byConnectionIds([one.id], { limit: 1, countedFrom: 'end' });

    expect(first.get(one.id)).toMatchObject({
      entries: [{ value: { type: 'connection.created', fromStatus: null, toStatus: 'Linked' } }],
      more: true,
    });
    expect(first.get(other.id)).toMatchObject({ entries: [{}], more: false });
    expect(last.get(one.id)).toMatchObject({
      entries: [
        { value: { type: 'connection.disconnected', toStatus: 'Unlinked', reason: 'left' } },
      ],
      more: true,
    });
  });

  test('integrations finds by key, source type and whether new connections are accepted', async () => {
    const store = await openStore();
    const mine = anIntegration({ key: 'mine', sourceType: 'Expense', enabled: false });
    await store.transact((tx) => tx.integrations.create(mine));

    expect(await store.integrations.all({ key: 'mine' })).toEqual([mine]);
    expect(await store.integrations.all({ enabled: false })).toEqual([mine]);
    expect(await store.integrations.all({ sourceType: ['Expense'] })).toEqual([mine]);
    expect(await store.integrations.all({ key: 'mine', enabled: true })).toEqual([]);
    expect(await store.integrations.all({ sourceType: [] })).toEqual([]);
  });

  test('idUses says what each id names, deleted records included', async () => {
    const store = await openStore();
    const connection = await addConnection(store);
    const { id, companyId, integrationId } = connection;

    const uses = await store.transact(async (tx) => {
      await tx.connections.move(connection, remove, cause);
      await tx.companies.delete(companyId, cause);
      return tx.ids.uses([id, companyId, integrationId, newId()]);
    });

    expect(uses).toEqual(
      new Map<string, IdUse>([
        [id, { kind: 'connection', companyId, deleted: true }],
        [companyId, { kind: 'company', companyId: null, deleted: true }],
        [integrationId, { kind: 'integration', companyId: null, deleted: false }],
      ]),
    );
  });
}
