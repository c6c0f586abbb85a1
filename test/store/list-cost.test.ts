import type Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import type { CompanyId, ConnectionId } from '../../src/domain/id.ts';
import type { CompanyFilter } from '../../src/store/companies.ts';
import type { ConnectionFilter } from '../../src/store/connections.ts';
import type { EventFilter } from '../../src/store/events.ts';
import { addDeadlineFunction } from '../../src/store/sqlite/statements/deadline.ts';
import { isBounded } from '../../src/store/sqlite/threads/bounded.ts';
import { Lists, type ListArguments, type ListCall } from '../../src/store/sqlite/threads/lists.ts';
import { shared } from '../support/lifetime.ts';
import { combinations } from '../support/plans.ts';
import {
  connectionRow,
  addCompanies,
  eventRow,
  insert,
  integrationRow,
} from '../support/raw-rows.ts';
import { temporaryFolder } from '../support/folder.ts';
import { openDatabase } from '../support/store-file.ts';
import { placeNewDatabase } from '../support/new-database.ts';

const companies = 3000;
/** A bounded list of 20 records may visit this many rows, in all of its parts and with what it skips. */
const fewRows = 700;
const rowsPerCheck = 32;

const newYear = Date.UTC(2024, 0, 1);
const minute = 60_000;
const middle = newYear + (companies / 2) * minute;

/** Lists over many companies with one Linked Banking connection each, and the number of rows that their statements visit. */
const world = shared(async () => {
  const file = `${await temporaryFolder()}/test.db`;
  await placeNewDatabase(file);
  const connection = openDatabase(file);
  const rows = fill(connection);
  let checks = 0;
  const lists = new Lists(connection);
  addDeadlineFunction(connection, () => (checks += 1));
  return {
    companyId: rows[companies / 2]?.id as CompanyId,
    rowsOf<Call extends ListCall>(call: Call, ...args: ListArguments<Call>) {
      checks = 0;
      lists.run(call, args, Infinity);
      return checks * rowsPerCheck;
    },
  };
});

function fill(db: Database.Database) {
  const rows = addCompanies(db, companies, (index) => `company ${index}`);
  const common = insert(
    db,
    'integrations',
    integrationRow({ key: 'comn', source_type: 'Banking' }),
  );
  insert(db, 'integrations', integrationRow({ key: 'none', source_type: 'Commerce' }));
  db.transaction(() => {
    for (const [index, { id }] of rows.entries()) {
      const times = { created: newYear + index * minute, last_sync: newYear + index * minute };
      const given = { source_type: 'Banking', status: 'Linked', ...times };
      insert(db, 'connections', connectionRow(id, common.id, given));
      insert(db, 'events', eventRow(id, { at: times.created }));
    }
  })();
  return rows;
}

const ranges = [undefined, { from: 0, to: 1 }, { from: middle }];

const orders = combinations({ by: ['created', 'name'] as const, descending: [false, true] });
const connectionOrders = combinations({
  by: ['created', 'lastSync'] as const,
  descending: [false, true],
});
const windows = [
  { limit: 20, countedFrom: 'start' },
  { limit: 20, countedFrom: 'end', before: { key: middle, id: 'x' } },
] as const;

const companyFilters: CompanyFilter[] = combinations({
  search: [undefined, 'zz'],
  connectionStatus: [undefined, ['Unlinked'] as const, ['Linked', 'Unlinked'] as const],
  tags: [undefined, [{ key: 'region', value: 'north' }]],
  created: ranges,
});

function connectionFilters(companyId: CompanyId): ConnectionFilter[] {
  return combinations({
    companyId: [undefined, companyId],
    integrationKey: [undefined, 'none', 'comn'],
    status: [undefined, ['Unlinked'] as const],
    sourceType: [undefined, ['Commerce'] as const],
    created: ranges,
    lastSync: ranges,
  });
}

/** Runs the call with all arguments for which it stays on the event loop's thread. Returns those that visit many rows. */
function expensive<Call extends ListCall>(call: Call, every: readonly ListArguments<Call>[]) {
  const bounded = every.filter((args) => isBounded(call, args));
  expect(bounded.length).toBeGreaterThan(every.length / 100);
  return bounded
    .map((args) => ({ args: JSON.stringify(args), rows: world().rowsOf(call, ...args) }))
    .filter(({ rows }) => rows > fewRows);
}

test('a page of companies that the event loop waits for visits few rows', () => {
  const every = companyFilters.flatMap((filter) =>
    orders.flatMap((order) =>
      windows.map((window): ListArguments<'companyPage'> => [filter, order, window]),
    ),
  );

  expect(expensive('companyPage', every)).toEqual([]);
});

test('a page of connections that the event loop waits for visits few rows', () => {
  const every = connectionFilters(world().companyId).flatMap((filter) =>
    connectionOrders.flatMap((order) =>
      windows.map((window): ListArguments<'connectionPage'> => [filter, order, window]),
    ),
  );

  expect(expensive('connectionPage', every)).toEqual([]);
});

test('counts that the event loop waits for visit few rows', () => {
  const ofConnections = connectionFilters(world().companyId).map(
    (filter): ListArguments<'connectionCount'> => [filter],
  );
  const ofCompanies = companyFilters.map((filter): ListArguments<'companyCount'> => [filter]);

  expect(expensive('connectionCount', ofConnections)).toEqual([]);
  expect(expensive('companyCount', ofCompanies)).toEqual([]);
});

test('a page of events that the event loop waits for visits few rows', () => {
  const filters: EventFilter[] = combinations({
    types: [
      undefined,
      ['company.deleted'] as const,
      ['company.created', 'company.deleted'] as const,
    ],
    companyId: [undefined, world().companyId],
    connectionId: [undefined, 'no connection' as ConnectionId],
    actor: [undefined, 'nobody', 'a test'],
    at: ranges,
  });
  const every = filters.flatMap((filter) =>
    [
      { limit: 20, countedFrom: 'start', after: companies / 2 } as const,
      { limit: 20, countedFrom: 'end' } as const,
    ].map((window): ListArguments<'eventPage'> => [filter, window]),
  );

  expect(expensive('eventPage', every)).toEqual([]);
});

test('a page of events in a range of time visits only the events of the range', () => {
  const window = { limit: 20, countedFrom: 'start' } as const;
  const [from, to] = [middle, middle + 100 * minute];

  expect(world().rowsOf('eventPage', { at: { from, to } }, window)).toBeLessThan(fewRows);
  expect(world().rowsOf('eventPage', { at: { from } }, window)).toBeGreaterThan(fewRows);
});

test('the rows of an unbounded list are counted', () => {
  const window = { limit: 20, countedFrom: 'start' } as const;
  const order = { by: 'name', descending: false } as const;

  const rows = world().rowsOf('companyPage', { created: { from: 0, to: 1 } }, order, window);

  expect(rows).toBeGreaterThan(companies - 2 * rowsPerCheck);
});
