import { expect, test } from 'vitest';
import type { CompanyId, ConnectionId, IntegrationId } from '../../src/domain/id.ts';
import type { Instant } from '../../src/domain/instant.ts';
import type { SourceType } from '../../src/domain/source-type.ts';
import type { ConnectionStatus } from '../../src/domain/status.ts';
import type { CompanyConnectionStatus, CompanyFilter } from '../../src/store/companies.ts';
import type { ConnectionFilter } from '../../src/store/connections.ts';
import type { InstantRange } from '../../src/store/lists.ts';
import type { Store, StoreTransactor } from '../../src/store/store.ts';
import { shared } from '../support/lifetime.ts';
import {
  combinations,
  openExplainedStore,
  readsAll,
  sorts,
  type ExplainedStore,
} from '../support/plans.ts';
import { addCompanies } from '../support/raw-rows.ts';
import { openDatabase } from '../support/store-file.ts';

/** A store to which no test adds anything. */
const emptyStore = shared(openExplainedStore);
const filledStore = shared(async () => {
  const explained = await openExplainedStore();
  addCompanies(openDatabase(explained.file), 600, (index) => `company ${index}`);
  return explained;
});

const moment: Instant = Date.UTC(2024, 0, 1);
const ranges: (InstantRange | undefined)[] = [
  undefined,
  { from: moment },
  { to: moment },
  { from: moment, to: moment + 1 },
];

const companyFilters: CompanyFilter[] = combinations({
  search: [undefined, 'ab', 'abc'],
  connectionStatus: [undefined, ['Linked'], ['Linked', 'NoConnections']] as (
    CompanyConnectionStatus[] | undefined
  )[],
  tags: [undefined, [{ key: 'region', value: 'north' }]],
  created: ranges,
});

const connectionFilters: ConnectionFilter[] = combinations({
  companyId: [undefined, 'a company' as CompanyId],
  integrationKey: [undefined, 'gbol'],
  status: [undefined, ['Linked'], ['Linked', 'Unlinked']] as (ConnectionStatus[] | undefined)[],
  sourceType: [undefined, ['Banking'], ['Accounting', 'BankFeed']] as (SourceType[] | undefined)[],
  created: ranges,
  lastSync: ranges,
});

const directions = combinations({
  descending: [false, true],
  countedFrom: ['start', 'end'] as const,
});

const place = { key: moment, id: 'an id' };

/** Explains pages of companies in one order, with every filter. */
const companyPlans = once((by: 'created' | 'name') =>
  pagePlans(emptyStore(), 'companies', companyFilters, by),
);

/** Explains pages of connections in one order, with every filter. */
const connectionPlans = once((by: 'created' | 'lastSync') =>
  pagePlans(emptyStore(), 'connections', connectionFilters, by),
);

/** Caches plans, so that several tests explain them only once. */
function once<By, Plans>(explain: (by: By) => Promise<Plans>): (by: By) => Promise<Plans> {
  const explained = new Map<By, Promise<Plans>>();
  return (by) => {
    const plans = explained.get(by) ?? explain(by);
    explained.set(by, plans);
    return plans;
  };
}

/** Explains pages in one order, in both directions and counted from both ends. */
async function pagePlans<Filter, Field extends string>(
  { store, plansOf }: ExplainedStore,
  list: 'companies' | 'connections',
  filters: readonly Filter[],
  by: Field,
) {
  const plans: { filter: Filter; plan: string }[] = [];
  const read = store[list].page.bind(store[list]) as unknown as (
    ...args: unknown[]
  ) => Promise<unknown>;
  for (const filter of filters) {
    for (const { descending, countedFrom } of directions) {
      const window = { after: place, before: place, limit: 20, countedFrom };
      const found = await plansOf(() => read(filter, { by, descending }, window));
      expect(found).not.toEqual([]);
      plans.push(...found.map((plan) => ({ filter, plan })));
    }
  }
  return plans;
}

async function countPlans<Filter>(
  { plansOf }: ExplainedStore,
  filters: readonly Filter[],
  count: (filter: Filter) => Promise<number>,
) {
  const plans: { filter: Filter; plan: string }[] = [];
  for (const filter of filters) {
    const found = await plansOf(() => count(filter));
    plans.push(...found.map((plan) => ({ filter, plan })));
  }
  expect(plans).toHaveLength(filters.length);
  return plans;
}

test.for(['created', 'name'] as const)(
  'a page of companies by %s is found by an index, whatever the filter',
  async (by) => {
    const plans = await companyPlans(by);

    expect(plans.filter(({ plan }) => readsAll(plan))).toEqual([]);
  },
);

test.for(['created', 'name'] as const)(
  'a page of companies by %s is read in its order, whatever the filter',
  async (by) => {
    const plans = await companyPlans(by);

    expect(plans.filter(({ plan }) => sorts(plan))).toEqual([]);
  },
);

test.for(['created', 'name'] as const)(
  'a page of companies by %s that a search finds beyond the next ones is found by their serials',
  async (by) => {
    const explained = filledStore();

    for (const search of ['7 9', '77', 'x']) {
      const plans = await explained.plansOf(() =>
        explained.store.companies.page(
          { search, connectionStatus: ['NoConnections'] },
          { by, descending: false },
          { limit: 20, countedFrom: 'start' },
        ),
      );

      const [end, near, serials, found] = plans;
      expect(plans).toHaveLength(4);
      expect(end).toMatch(/^SEARCH companies USING (?:COVERING )?INDEX/);
      expect(near).toMatch(/^SEARCH companies USING INDEX companies_by_statuses/);
      expect(serials).toMatch(/^SCAN companies_(?:search|trigrams) VIRTUAL TABLE INDEX/);
      expect(found).toMatch(/^SEARCH companies USING INTEGER PRIMARY KEY/);
    }
  },
);

test.for(['created', 'lastSync'] as const)(
  'a page of connections by %s is found by an index, whatever the filter',
  async (by) => {
    const plans = await connectionPlans(by);

    expect(plans.filter(({ plan }) => readsAll(plan))).toEqual([]);
  },
);

test('a page of connections by created is read in its order, whatever the filter', async () => {
  const plans = await connectionPlans('created');

  expect(plans.filter(({ plan }) => sorts(plan))).toEqual([]);
});

test('a page of connections by lastSync is read in its order, whatever the filter', async () => {
  // A company has few connections: they are found by the company and then sorted.
  const plans = (await connectionPlans('lastSync')).filter(
    ({ filter: { companyId } }) => companyId === undefined,
  );

  expect(plans).not.toEqual([]);
  expect(plans.filter(({ plan }) => sorts(plan))).toEqual([]);
});

test('a count of companies reads no more than the filter needs', async () => {
  const explained = emptyStore();

  const plans = await countPlans(explained, companyFilters, (filter) =>
    explained.store.companies.count(filter),
  );

  // A count with an open range or none must read all live companies.
  expect(plans.filter(({ plan }) => readsAll(plan))).toEqual([]);
  const byTotals = plans.filter(
    ({ filter: { search, tags, created } }) => !search && !tags && !created,
  );
  expect(byTotals.filter(({ plan }) => !isOfTotals(plan))).toEqual([]);
});

test('a count of connections reads no more than the filter needs', async () => {
  const explained = emptyStore();

  const plans = await countPlans(explained, connectionFilters, (filter) =>
    explained.store.connections.count(filter),
  );

  expect(plans.filter(({ plan }) => readsAll(plan))).toEqual([]);
  const byTotals = plans.filter(
    ({ filter: { companyId, created, lastSync } }) => !companyId && !created && !lastSync,
  );
  expect(byTotals.filter(({ plan }) => !isOfTotals(plan))).toEqual([]);
});

/** Reports whether a plan reads only totals. */
function isOfTotals(plan: string): boolean {
  return /^(?:SCAN|SEARCH) \w+_totals/m.test(plan) && !/\b(?:companies|connections)\b/.test(plan);
}

test('a list of statuses that is empty needs no statement', async () => {
  const { store, plansOf } = emptyStore();
  const order = { by: 'created', descending: false } as const;
  const window = { limit: 20, countedFrom: 'start' } as const;

  const plans = await plansOf(async () => {
    await store.companies.page({ connectionStatus: [] }, order, window);
    await store.connections.page({ status: [] }, order, window);
  });

  expect(plans).toEqual([]);
});

const companyIds = ['a company', 'another'] as CompanyId[];
const connectionIds = ['a connection', 'another'] as ConnectionId[];
const integrationIds = ['an integration', 'another'] as IntegrationId[];
const historyWindow = { after: 1, before: 9, limit: 20 };

const batches: [
  name: string,
  table: string,
  key: string,
  run: (store: Store) => Promise<unknown>,
][] = [
  ['companies by ids', 'companies', 'id', (it) => it.companies.byIds(companyIds)],
  ['tags by companies', 'company_tags', 'company_id', (it) => it.companies.tagsByIds(companyIds)],
  ['connections by ids', 'connections', 'id', (it) => it.connections.byIds(connectionIds)],
  [
    'connections by companies',
    'connections',
    'company_id',
    (it) => it.connections.byCompanyIds(companyIds, {}, 9),
  ],
  [
    'filtered connections by companies',
    'connections',
    'company_id',
    (it) =>
      it.connections.byCompanyIds(
        companyIds,
        { status: ['Linked'], sourceType: ['Accounting'] },
        9,
      ),
  ],
  [
    'connection counts by companies',
    'connections',
    'company_id',
    (it) => it.connections.countsByCompanyIds(companyIds, 9),
  ],
  [
    'active by companies',
    'connections',
    'company_id',
    (it) => it.connections.activeByCompanyIds(companyIds),
  ],
  [
    'summaries by companies',
    'connections',
    'company_id',
    (it) => it.connections.summariesByCompanyIds(companyIds),
  ],
  ['integrations by ids', 'integrations', 'id', (it) => it.integrations.byIds(integrationIds)],
  [
    'history counts',
    'events',
    'connection_id',
    (it) => it.events.countsByConnectionIds(connectionIds),
  ],
];

test.for(batches)(
  'the batch of %s is found by the ids and sorts nothing',
  async ([, table, key, run]) => {
    const { store, plansOf } = emptyStore();

    const plans = await plansOf(() => run(store));

    expect(plans).toHaveLength(1);
    // No other index: an index of Linked connections, for example, would be read from end to end.
    expect(plans[0]).toMatch(new RegExp(`^SEARCH ${table} USING .*\\(${key}=\\?`, 'm'));
    expect(plans[0]).not.toMatch(new RegExp(`^SCAN ${table}`, 'm'));
    expect(plans[0]).not.toContain('TEMP B-TREE');
  },
);

test.for(['start', 'end'] as const)(
  'the batch of histories from the %s searches an index',
  async (countedFrom) => {
    const { store, plansOf } = emptyStore();

    const plans = await plansOf(() =>
      store.events.byConnectionIds(connectionIds, { ...historyWindow, countedFrom }),
    );

    // The query sorts at most `limit` events of each connection: an index keeps the order only within one connection.
    expect(plans).toHaveLength(1);
    expect(plans[0]).toMatch(/^SEARCH events USING COVERING INDEX events_by_connection/m);
    expect(plans[0]).not.toMatch(/^SCAN events/m);
  },
);

const cause = { actor: 'a test', at: moment };
const writes: [name: string, run: (tx: StoreTransactor) => Promise<unknown>][] = [
  ['the use of ids', (tx) => tx.ids.uses(companyIds)],
  ['a change of a company', (tx) => tx.companies.delete(companyIds[0] as CompanyId, cause)],
];

test.for(writes)('%s is found by an index', async ([, run]) => {
  const { store, plansOf } = emptyStore();

  const plans = await plansOf(async () => {
    // The company does not exist, so its event is rejected.
    await store.transact(run).catch(() => undefined);
  });

  expect(plans.filter(readsAll)).toEqual([]);
  expect(plans.join('\n')).toMatch(/^SEARCH companies USING INDEX/m);
});
