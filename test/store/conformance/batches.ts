import { expect, test } from 'vitest';
import { newId, type ConnectionId } from '../../../src/domain/id.ts';
import type { SourceType } from '../../../src/domain/source-type.ts';
import type { Move } from '../../../src/domain/status.ts';
import type { IdUse, Store } from '../../../src/store/store.ts';
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

/** What every store owes to those who read by ids; `openStore` opens a new one until the test ends. */
export function batchTests(openStore: () => Promise<Store>): void {
  test('companiesByIds leaves out what it does not find, deleted companies included', async () => {
    const store = await openStore();
    const [kept, deleted] = [await addCompany(store), await addCompany(store)];
    await store.transact((tx) => tx.deleteCompany(deleted.id, cause));

    expect(await store.companiesByIds([deleted.id, newId(), kept.id])).toEqual([kept]);
  });

  test('a batch of no ids finds nothing', async () => {
    const store = await openStore();
    await addConnection(store);

    expect(await store.companiesByIds([])).toEqual([]);
    expect(await store.connectionsByCompanyIds([], {})).toEqual([]);
    expect(await store.historyByConnectionIds([], { limit: 1, countedFrom: 'start' })).toEqual(
      new Map(),
    );
  });

  test('an id that is given twice is found once', async () => {
    const store = await openStore();
    const { id } = await addCompany(store);

    expect(await store.companiesByIds([id, id])).toHaveLength(1);
  });

  test('tagsByCompanyIds answers the tags of each company by key', async () => {
    const store = await openStore();
    const company = aCompany();
    const [b, a] = [
      { key: 'b', value: '2' },
      { key: 'a', value: '' },
    ];
    await store.transact((tx) => tx.createCompany(company, [b, a], cause));
    await addCompany(store);

    expect(await store.tagsByCompanyIds([company.id])).toEqual([
      { companyId: company.id, ...a },
      { companyId: company.id, ...b },
    ]);
  });

  test('createCompanies creates many, each with its own tags', async () => {
    const store = await openStore();
    const [one, other] = [aCompany({ name: 'One' }), aCompany({ description: 'Ünique' })];

    await store.transact((tx) =>
      tx.createCompanies(
        [
          { ...one, tags: [tag('a'), tag('b')] },
          { ...other, tags: [{ key: 'a', value: '"7", \\' }] },
        ],
        cause,
      ),
    );

    const [companies, tags] = [
      await store.companiesByIds([one.id, other.id]),
      await store.tagsByCompanyIds([other.id]),
    ];
    expect(companies).toHaveLength(2);
    expect(companies).toEqual(expect.arrayContaining([one, other]));
    expect(tags).toEqual([{ companyId: other.id, key: 'a', value: '"7", \\' }]);
    expect(await store.tagsByCompanyIds([one.id])).toHaveLength(2);
    expect(await store.companyCount({ search: 'One' })).toBe(1);
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

    await store.transact((tx) => tx.createConnections(made, cause));

    expect(await store.connectionsByIds(ids)).toEqual(expect.arrayContaining(made));
    const histories = await store.historyByConnectionIds(ids, { limit: 9, countedFrom: 'start' });
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
      tx.createCompanies(
        [
          { ...good, tags: [] },
          { ...bad, tags: [] },
        ],
        cause,
      ),
    );

    await expect(creation).rejects.toBeInstanceOf(Error);
    expect(await store.companiesByIds([good.id])).toEqual([]);
  });

  test('to create none does nothing', async () => {
    const store = await openStore();

    await store.transact(async (tx) => {
      await tx.createCompanies([], cause);
      await tx.createConnections([], cause);
    });

    expect(await store.companyCount({})).toBe(0);
  });

  test('updateCompany exchanges all tags', async () => {
    const store = await openStore();
    const company = aCompany();
    await store.transact((tx) => tx.createCompany(company, [tag('a'), tag('b')], cause));

    await store.transact((tx) => tx.updateCompany(company, { tags: [tag('b'), tag('c')] }, cause));

    const tags = await store.tagsByCompanyIds([company.id]);
    expect(tags.map(({ key }) => key)).toEqual(['b', 'c']);
  });

  test("connectionsByCompanyIds answers each company's live connections, oldest first", async () => {
    const store = await openStore();
    const { id: companyId } = await addCompany(store);
    const banking = { companyId, sourceType: 'Banking' } as const;
    const young = await addConnection(store, { ...banking, created: newYear + 1 });
    const old = await addConnection(store, { ...banking, created: newYear - 1 });
    const deleted = await addConnection(store, banking);
    await store.transact((tx) => tx.moveConnection(deleted, remove, cause));
    await addConnection(store);

    expect(await store.connectionsByCompanyIds([companyId], {})).toEqual([old, young]);
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

    const found = await store.connectionsByCompanyIds([companyId], filter);

    const named = { first, second, third };
    expect(found).toEqual(expected.map((name) => named[name]));
  });

  test('activeConnectionsByCompanyIds answers the Linked ones of exclusive source types', async () => {
    const store = await openStore();
    const { id: companyId } = await addCompany(store);
    const accounting = await addConnection(store, { companyId });
    const feed = await addConnection(store, { companyId, sourceType: 'BankFeed' });
    await addConnection(store, { companyId, status: 'PendingAuth' });
    await addConnection(store, { companyId, sourceType: 'Banking' });

    const active = await store.activeConnectionsByCompanyIds([companyId]);

    expect(active.map(({ id }) => id).toSorted()).toEqual([accounting.id, feed.id].toSorted());
  });

  test('a connection that left Linked is no longer active', async () => {
    const store = await openStore();
    const connection = await addConnection(store);
    await store.transact((tx) => tx.moveConnection(connection, unlink, cause));

    expect(await store.activeConnectionsByCompanyIds([connection.companyId])).toEqual([]);
  });

  test('connectionSummariesByCompanyIds answers the newest lastSync of each status', async () => {
    const store = await openStore();
    const { id: companyId } = await addCompany(store);
    const banking = { companyId, sourceType: 'Banking' } as const;
    await addConnection(store, { ...banking, lastSync: newYear });
    await addConnection(store, { ...banking, lastSync: newYear + 5 });
    await addConnection(store, { ...banking, lastSync: null });
    await addConnection(store, { ...banking, status: 'PendingAuth' });

    const summaries = await store.connectionSummariesByCompanyIds([companyId]);

    expect(summaries.toSorted((a, b) => (a.status < b.status ? -1 : 1))).toEqual([
      { companyId, status: 'Linked', lastSync: newYear + 5 },
      { companyId, status: 'PendingAuth', lastSync: null },
    ]);
  });

  test('historyByConnectionIds answers a part of each history, oldest first', async () => {
    const store = await openStore();
    const [one, other] = [await addConnection(store), await addConnection(store)];
    await store.transact((tx) => tx.moveConnection(one, unlink, { ...cause, reason: 'left' }));

    const first = await store.historyByConnectionIds([one.id, other.id], {
      limit: 1,
      countedFrom: 'start',
    });
    const last = await store.historyByConnectionIds([one.id], { limit: 1, countedFrom: 'end' });

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
    await store.transact((tx) => tx.createIntegration(mine));

    expect(await store.integrations({ key: 'mine' })).toEqual([mine]);
    expect(await store.integrations({ enabled: false })).toEqual([mine]);
    expect(await store.integrations({ sourceType: ['Expense'] })).toEqual([mine]);
    expect(await store.integrations({ key: 'mine', enabled: true })).toEqual([]);
    expect(await store.integrations({ sourceType: [] })).toEqual([]);
  });

  test('idUses says what each id names, deleted records included', async () => {
    const store = await openStore();
    const connection = await addConnection(store);
    const { id, companyId, integrationId } = connection;

    const uses = await store.transact(async (tx) => {
      await tx.moveConnection(connection, remove, cause);
      await tx.deleteCompany(companyId, cause);
      return tx.idUses([id, companyId, integrationId, newId()]);
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
