import { expect, test } from 'vitest';
import { newId } from '../../src/domain/id.ts';
import { allOf } from '../../src/query/condition.ts';
import { companyOrders, connectionOrders } from '../../src/query/order.ts';
import { parseQuery, parseTags } from '../../src/query/parse.ts';
import { companyProperties, connectionProperties } from '../../src/query/properties.ts';
import { shared } from '../support/lifetime.ts';
import { openExplainedStore, readsAll, readsWholeTable, sorts } from '../support/plans.ts';
import { valueOf } from '../support/queries.ts';

const explainedStore = shared(openExplainedStore);

const slice = { offset: 20, limit: 20 };

/** Returns the plans of the page and of the count. The count is needed for a page that starts beyond the end. */
async function planCompanies(query: string, by: keyof typeof companyOrders = 'created') {
  const { store, plansOf } = explainedStore();
  const tags = parseTags(query);
  const condition =
    query.startsWith('region') && tags.ok
      ? tags.value
      : valueOf(parseQuery(query, companyProperties));
  const order = { by: companyOrders[by] ?? 'created', descending: true };
  const plans = await plansOf(() => store.companies.matching(condition, order, slice));
  const told = plans.filter((plan) => plan !== '');
  expect(told).toHaveLength(2);
  return told;
}

const id = newId();

test.for([
  `id = ${id}`,
  'name = Acme',
  'name ~ acme',
  'dataConnections.status = Linked',
  'dataConnections.sourceType = Banking',
  `dataConnections.id = ${id}`,
  `dataConnections.integrationId = ${id}`,
  'dataConnections.integrationKey = gbol',
  'dataConnections.platformName = Xero',
  'dataConnections.created = 2024-01-01',
  'dataConnections.lastSync = 2024-01-01',
  'region = uk',
  'region ~ uk',
  `id = ${id} || name = Acme || dataConnections.status = Linked`,
  'name = Acme && description ~ x',
  'description ~ x && dataConnections.status = Linked && name != Acme',
  '{name = Acme || name = Other} && lastSync < 2024-01-01',
])('companies with %s are found by an index', async (query) => {
  for (const by of ['created', 'name', 'lastSync']) {
    const plans = await planCompanies(query, by);

    expect(plans.filter(readsAll)).toEqual([]);
  }
});

// Conditions without an index are checked against all live companies, read by an index without the deleted ones.
// Connections have no index on the source.
test.for([
  'description = x',
  'description ~ x',
  'name ~ ab',
  'name != Acme',
  'lastSync > 2024-01-01',
  'dataConnections.status != Linked',
  'dataConnections.lastSync > 2024-01-01',
  'dataConnections.platformName ~ x',
  'region != uk',
  'name = Acme || description = x',
])('companies with %s are looked for in no more than the live ones', async (query) => {
  const plans = await planCompanies(query);

  expect(plans.filter(readsWholeTable)).toEqual([]);
  expect(plans.filter(sorts)).toEqual([]);
});

test('companies created in a range are found by an index, in their order', async () => {
  const plans = await planCompanies('created > 2024-01-01 && created < 2024-02-01');

  expect(plans.filter(readsAll)).toEqual([]);
  expect(plans.filter(sorts)).toEqual([]);
});

test.for(['created', 'name'])('companies by %s are read in that order', async (by) => {
  const plans = await planCompanies('', by);

  expect(plans.filter(sorts)).toEqual([]);
  expect(plans.filter(readsWholeTable)).toEqual([]);
});

test("a company's connections are found by the company, or by their id, whatever the query", async () => {
  const { store, plansOf } = explainedStore();
  const queries = [
    '',
    `id = ${id}`,
    `integrationId = ${id}`,
    'integrationKey = gbol',
    `sourceId != ${id}`,
    'sourceType = Banking',
    'platformName ~ x',
    'status = Linked || status = Unlinked',
    'lastSync > 2024-01-01',
    'created < 2024-01-01 && lastSync != 2024-01-01',
  ];

  for (const query of queries) {
    const condition = valueOf(parseQuery(query, connectionProperties));
    for (const by of new Set(Object.values(connectionOrders))) {
      const plans = await plansOf(() =>
        store.connections.matching(newId(), condition, { by, descending: false }, slice),
      );
      const told = plans.filter((plan) => plan !== '');
      expect(told).toHaveLength(2);
      for (const plan of told) expect(plan).toMatch(/^SEARCH connections USING .*company_id=\?/m);
    }
  }
});

test('a list runs two statements, and one where the page says how many there are', async () => {
  const { store, plansOf } = explainedStore();
  const order = { by: 'name', descending: false } as const;
  const statements = async (offset: number) => {
    const plans = await plansOf(() =>
      store.companies.matching(allOf([]), order, { offset, limit: 10 }),
    );
    return plans.filter((plan) => plan !== '').length;
  };

  expect(await statements(0)).toBe(1);
  expect(await statements(10)).toBe(2);
});
