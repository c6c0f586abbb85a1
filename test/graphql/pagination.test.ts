import { expect, test } from 'vitest';
import { change } from '../support/change.ts';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { askPage, readAll, readPage, walk, type List } from '../support/pages.ts';
import { companyRecord } from '../support/records.ts';

const companyOrders = [
  { field: 'CREATED', direction: 'ASC' },
  { field: 'CREATED', direction: 'DESC' },
  { field: 'NAME', direction: 'ASC' },
  { field: 'NAME', direction: 'DESC' },
] as const;

const tied = { name: 'Twin Ltd', created: '2024-01-01T00:00:00Z' };

/** Adds companies that have the same sequence in every order, with a tie between each two. */
async function withCompanies(gateway: TestGateway, count: number): Promise<string[]> {
  const records = Array.from({ length: count }, (_, number) =>
    companyRecord(placedAt(Math.floor(number / 2))),
  );
  await gateway.import(records);
  return records.map(({ id }) => id);
}

/** Returns a name and a creation time that sort at this place of the list. */
function placedAt(place: number) {
  const digits = place.toFixed(1).padStart(4, '0');
  return { name: `Company ${digits}`, created: new Date(place * 10_000).toISOString() };
}

test('a page holds 20 records unless told how many', async () => {
  const gateway = await startTestGateway();
  await withCompanies(gateway, 21);

  const { data } = await gateway.query('{ companies { nodes { id } } }');

  expect(data.companies.nodes).toHaveLength(20);
});

test.for(companyOrders)('ties by $field $direction are broken by id', async (orderBy) => {
  const gateway = await startTestGateway();
  const records = Array.from({ length: 7 }, () => companyRecord(tied));
  await gateway.import(records);

  const ids = await readAll(gateway, { of: 'companies', orderBy }, 2);

  const ascending = records.map(({ id }) => id).toSorted();
  expect(ids).toEqual(orderBy.direction === 'ASC' ? ascending : ascending.toReversed());
});

test('ties of connections that were never read are broken by id', async () => {
  const gateway = await startTestGateway();
  const { connectionIds } = await gateway.withCompany({
    connections: Array.from({ length: 5 }, () => ({ sourceType: 'Banking', lastSync: null })),
  });
  const list: List = {
    of: 'connections',
    orderBy: { field: 'LAST_SYNC', direction: 'ASC' },
  };

  expect(await readAll(gateway, list, 2)).toEqual(connectionIds.toSorted());
});

/** Adds companies at the start, in the middle and at the end of the list, and deletes the given ones. */
async function disturb(gateway: TestGateway, toDelete: readonly (string | undefined)[]) {
  await gateway.import([-1, 2.5, 99].map((place) => companyRecord(placedAt(place))));
  for (const companyId of toDelete) {
    if (companyId !== undefined) await change(gateway, 'deleteCompany', { companyId });
  }
}

test.for(
  companyOrders.flatMap(
    (orderBy) =>
      [
        { ...orderBy, from: 'start' },
        { ...orderBy, from: 'end' },
      ] as const,
  ),
)(
  'pages by $field $direction from the $from miss and repeat nothing under inserts and deletes',
  async ({ from, ...orderBy }) => {
    const gateway = await startTestGateway();
    const list: List = { of: 'companies', orderBy };
    await withCompanies(gateway, 14);
    const before = await readAll(gateway, list);
    const deleted = new Set<string | undefined>();
    const seen: string[] = [];

    for await (const { ids } of walk(gateway, list, 3, from)) {
      seen.splice(from === 'start' ? seen.length : 0, 0, ...ids);
      if (deleted.size >= 6) continue;
      // The record that the next page's cursor refers to, and one that was not read yet.
      const atCursor = from === 'start' ? ids.at(-1) : ids[0];
      const unread = before.find((id, place) => place % 4 === 1 && !seen.includes(id));
      await disturb(gateway, [atCursor, unread]);
      deleted.add(atCursor).add(unread);
    }

    const throughout = before.filter((id) => !deleted.has(id));
    expect(seen.filter((id) => throughout.includes(id))).toEqual(throughout);
    expect(new Set(seen).size).toBe(seen.length);
  },
);

test('pages of connections miss and repeat nothing under inserts and deletes', async () => {
  const gateway = await startTestGateway();
  const { companyId, connectionIds } = await gateway.withCompany({
    connections: Array.from({ length: 8 }, () => ({ sourceType: 'Banking' })),
  });
  const list: List = { of: 'connections' };
  const [first, ...others] = connectionIds.toSorted();
  const page = await readPage(gateway, list, { first: 1 });
  expect(page.ids).toEqual([first]);

  await change(gateway, 'deleteConnection', { companyId, connectionId: first });
  await change(gateway, 'deleteConnection', { companyId, connectionId: others[3] });
  await gateway.withCompany({ connections: [{ created: '2023-01-01T00:00:00Z' }] });

  const next = await readPage(gateway, list, { first: 10, after: page.pageInfo.endCursor });
  expect(next.ids).toEqual(others.toSpliced(3, 1));
});

test('the cursor of a deleted company still marks its place, for both directions', async () => {
  const gateway = await startTestGateway();
  const list: List = { of: 'companies', orderBy: companyOrders[0] };
  await withCompanies(gateway, 5);
  const { ids, cursors } = await readPage(gateway, list, { first: 5 });
  await change(gateway, 'deleteCompany', { companyId: ids[2] });

  const after = await readPage(gateway, list, { first: 5, after: cursors[2] ?? null });
  const before = await readPage(gateway, list, { last: 5, before: cursors[2] ?? null });

  expect(after.ids).toEqual(ids.slice(3));
  expect(after.pageInfo).toMatchObject({ hasPreviousPage: true, hasNextPage: false });
  expect(before.ids).toEqual(ids.slice(0, 2));
  expect(before.pageInfo).toMatchObject({ hasPreviousPage: false, hasNextPage: true });
});

test('the cursor of a company that got another name still marks its old place', async () => {
  const gateway = await startTestGateway();
  const list: List = { of: 'companies', orderBy: companyOrders[2] };
  await withCompanies(gateway, 6);
  const { ids, cursors } = await readPage(gateway, list, { first: 6 });
  await change(gateway, 'updateCompany', { companyId: ids[2], name: 'Zenith' });

  const { ids: following } = await readPage(gateway, list, { first: 5, after: cursors[2] ?? null });

  expect(following).toEqual([...ids.slice(3), ids[2]]);
});

test('a cursor serves both directions of its order', async () => {
  const gateway = await startTestGateway();
  await withCompanies(gateway, 5);
  const ascending = await readPage(
    gateway,
    { of: 'companies', orderBy: companyOrders[2] },
    { first: 5 },
  );

  const descending = await readPage(
    gateway,
    { of: 'companies', orderBy: companyOrders[3] },
    { first: 5, after: ascending.cursors[2] ?? null },
  );

  expect(descending.ids).toEqual(ascending.ids.slice(0, 2).toReversed());
});

const byCreated = { of: 'companies', orderBy: { field: 'CREATED' } } as const;
const byName = { of: 'companies', orderBy: { field: 'NAME' } } as const;
const connectionsByCreated = { of: 'connections', orderBy: { field: 'CREATED' } } as const;
const connectionsByLastSync = { of: 'connections', orderBy: { field: 'LAST_SYNC' } } as const;

test.for<[given: string, list: string, List, List]>([
  ['companies by CREATED', 'companies by NAME', byCreated, byName],
  ['companies by NAME', 'companies by CREATED', byName, byCreated],
  ['connections by CREATED', 'LAST_SYNC', connectionsByCreated, connectionsByLastSync],
  ['connections by LAST_SYNC', 'CREATED', connectionsByLastSync, connectionsByCreated],
  ['companies', 'connections', byCreated, connectionsByCreated],
  ['connections', 'companies', connectionsByCreated, byCreated],
])('a cursor of %s is refused for %s', async ([, , list, other]) => {
  const gateway = await startTestGateway();
  await gateway.withCompany({ connections: [{}] });
  const { pageInfo } = await readPage(gateway, list, { first: 1 });

  const after = await askPage(gateway, other, { first: 1, after: pageInfo.endCursor });
  const before = await askPage(gateway, other, { last: 1, before: pageInfo.endCursor });

  const rule = 'must be a cursor from a list with the same order';
  expect(after.errors).toMatchObject([
    { path: ['page'], extensions: { code: 'BAD_USER_INPUT', argument: 'after', rule } },
  ]);
  expect(before.errors).toMatchObject([
    { path: ['page'], extensions: { code: 'BAD_USER_INPUT', argument: 'before', rule } },
  ]);
});

test('a filter that finds nothing gives an empty page without cursors', async () => {
  const gateway = await startTestGateway();
  await withCompanies(gateway, 3);

  const page = await readPage(gateway, { of: 'companies', filter: { search: 'nobody' } }, {});

  expect(page).toEqual({
    ids: [],
    cursors: [],
    totalCount: 0,
    pageInfo: { hasNextPage: false, hasPreviousPage: false, startCursor: null, endCursor: null },
  });
});
