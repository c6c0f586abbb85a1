import { readFile } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as checkPhase, setTimeout as timer } from 'node:timers/promises';
import type Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import type { Company } from '../../src/domain/company.ts';
import type { SqliteStore } from '../../src/store/sqlite/store.ts';
import { addCompany, addConnection, cause } from '../support/domain-records.ts';
import { temporaryFolder } from '../support/folder.ts';
import { openDatabase, openTestStore } from '../support/store-file.ts';

// Requests that are handled in one check phase share a snapshot, since none arrived after it began. Every other read
// sees everything that was committed before it. A separate connection plays the part of another process.

interface Shared {
  readonly store: SqliteStore;
  readonly company: Company;
  readonly other: Database.Database;
  /** Reads the company's name, has another process change it to `name`, and reads it again. */
  namesAround(this: void, name: string): Promise<unknown[]>;
  readonly statements: string[];
}

async function open(): Promise<Shared> {
  const file = join(await temporaryFolder(), 'test.db');
  const statements: string[] = [];
  const store = await openTestStore(file, (sql) => statements.push(sql));
  const company = await addCompany(store, { name: 'Acme' });
  const other = openDatabase(file);
  const rename = other.prepare<[string]>('UPDATE companies SET name = ?');
  const nameNow = async () => (await store.companies.byIds([company.id]))[0]?.name;
  return {
    store,
    company,
    other,
    statements,
    async namesAround(name) {
      const before = await nameNow();
      rename.run(name);
      return [before, await nameNow()];
    },
  };
}

/** Runs work in the poll phase, like the callback of a file read or an incoming request. */
function inPollPhase<T>(work: () => T): Promise<T> {
  return new Promise((resolve) => {
    readFile(import.meta.filename, () => resolve(work()));
  });
}

test('reads that were put off to a check phase share a snapshot', async () => {
  const { store, namesAround, statements } = await open();

  const names = await inPollPhase(() => {
    store.beginTurn();
    const first = checkPhase().then(() => namesAround('First'));
    store.beginTurn();
    return Promise.all([first, checkPhase().then(() => namesAround('Second'))]);
  });

  expect(names.flat()).toEqual(['Acme', 'Acme', 'Acme', 'Acme']);
  expect(statements.filter((sql) => sql === 'BEGIN')).toHaveLength(1);
  await timer(1);
  expect(await namesAround('Third')).toEqual(['Second', 'Third']);
});

test('reads in the phase in which requests come in do not', async () => {
  const { store, namesAround } = await open();

  const names = await inPollPhase(() => {
    store.beginTurn();
    return namesAround('Zenith');
  });

  expect(names).toEqual(['Acme', 'Zenith']);
});

test.for<[string, () => Promise<unknown>]>([
  ['a later check phase', () => checkPhase().then(() => checkPhase())],
  ['a later poll phase', () => checkPhase().then(() => inPollPhase(() => undefined))],
  ['a timer', () => checkPhase().then(() => timer(1))],
])('reads in %s see what was committed meanwhile', async ([, later]) => {
  const { store, namesAround } = await open();

  const names = await inPollPhase(() => {
    store.beginTurn();
    const shared = checkPhase().then(() => namesAround('Zenith'));
    return Promise.all([shared, later().then(() => namesAround('Last'))]);
  });

  expect(names).toEqual([
    ['Acme', 'Acme'],
    ['Zenith', 'Last'],
  ]);
});

test('turn after turn each sees what was committed before it', async () => {
  const { store, namesAround } = await open();
  const names: unknown[] = [];

  for (let turn = 0; turn < 50; turn += 1) {
    // oxlint-disable-next-line no-await-in-loop -- one turn after another
    const seen = await inPollPhase(() => {
      store.beginTurn();
      return checkPhase().then(() => namesAround(`Name ${turn}`));
    });
    names.push(seen[0]);
  }

  expect(names).toEqual(['Acme', ...Array.from({ length: 49 }, (_, turn) => `Name ${turn}`)]);
});

test('a read after a transaction of the same process sees it', async () => {
  const { store, company, namesAround } = await open();

  const names = await inPollPhase(() => {
    store.beginTurn();
    return checkPhase().then(async () => {
      const shared = await namesAround('Zenith');
      await store.transact((tx) => tx.companies.update(company, { name: 'Mine' }, cause));
      const [own] = await store.companies.byIds([company.id]);
      return [...shared, own?.name];
    });
  });

  expect(names).toEqual(['Acme', 'Acme', 'Mine']);
});

test('a transaction of this process is seen by all that share a snapshot', async () => {
  const { store, company } = await open();
  const nameNow = async () => (await store.companies.byIds([company.id]))[0]?.name;

  const names = await inPollPhase(async () => {
    const committed = store.transact((tx) => tx.companies.update(company, { name: 'Mine' }, cause));
    store.beginTurn();
    await checkPhase();
    const before = await nameNow();
    await committed;
    return [before, await nameNow()];
  });

  expect(names.at(-1)).toBe('Mine');
});

test('integrations at hand are those of the snapshot', async () => {
  const { store, other } = await open();
  const { integrationId } = await addConnection(store);
  const atHand = () => store.integrationAtHand(integrationId)?.name;
  const inTurn = <T>(work: () => Promise<T>) =>
    inPollPhase(() => {
      store.beginTurn();
      return checkPhase().then(work);
    });
  /** Any read begins the snapshot, and without a snapshot no integration is at hand. */
  const touch = () => store.companies.byIds([]);

  const first = await inTurn(async () => {
    await store.integrations.byIds([integrationId]);
    return atHand();
  });
  expect(first).toBe('A platform');
  await timer(1);
  expect(atHand()).toBeUndefined();
  expect(await inTurn(async () => [await touch(), atHand()][1])).toBe('A platform');

  other.prepare('UPDATE integrations SET name = ?').run('Renamed');

  expect(await inTurn(async () => [await touch(), atHand()][1])).toBeUndefined();
});

test('integrations that were read before a change are not at hand after it', async () => {
  const { store, company } = await open();
  const { integrationId } = await addConnection(store);

  const found = await inPollPhase(() => {
    store.beginTurn();
    return checkPhase().then(async () => {
      const reading = store.integrations.byIds([integrationId]);
      // Ends the snapshot between the read and its result.
      const changing = store.transact((tx) =>
        tx.companies.update(company, { name: 'Mine' }, cause),
      );
      await Promise.all([reading, changing]);
      store.beginTurn();
      await checkPhase();
      await store.companies.byIds([company.id]);
      return store.integrationAtHand(integrationId);
    });
  });

  expect(found).toBeUndefined();
});

test('a store that closes in a turn leaves nothing to be ended', async () => {
  const file = join(await temporaryFolder(), 'test.db');
  const store = await openTestStore(file);

  await inPollPhase(async () => {
    store.beginTurn();
    await checkPhase();
    await store.companies.count({});
    await store.close();
    await checkPhase();
  });

  await expect(store.companies.count({})).rejects.toThrow('not open');
});
