import { copyFileSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { parseQuery } from '../../src/query/parse.ts';
import { companyProperties } from '../../src/query/properties.ts';
import { DeadlineError } from '../../src/store/session.ts';
import { unlimited } from '../../src/store/calls.ts';
import { openStore } from '../../src/app/gateway/open-store.ts';
import { StoreUnavailableError } from '../../src/store/unavailable.ts';
import { Lists } from '../../src/store/sqlite/threads/lists.ts';
import { addCompany } from '../support/domain-records.ts';
import { temporaryFolder } from '../support/folder.ts';
import { shared, whenOver } from '../support/lifetime.ts';
import { placeNewDatabase } from '../support/new-database.ts';
import { valueOf } from '../support/queries.ts';
import { addCompanies } from '../support/raw-rows.ts';
import { openDatabase } from '../support/store-file.ts';
import { threadProgram } from '../support/thread-program.ts';

const slice = { offset: 0, limit: 100 };
const byName = { by: 'name', descending: false } as const;

/** Opens a store that reads lists on one thread, with so many companies. */
async function openThreadedStore(count: number) {
  const file = `${await temporaryFolder()}/test.db`;
  await placeNewDatabase(file);
  const filling = new Database(file);
  addCompanies(filling, count, (index) => `company ${index}`);
  filling.close();
  const here: string[] = [];
  const store = await openStore({
    file,
    readerThreads: 1,
    threadProgram,
    onStatement: (sql) => here.push(sql),
  });
  whenOver(() => store.close());
  return { store, file, statements: here };
}

const threaded = shared(() => openThreadedStore(200));

function matching(query: string) {
  const condition = valueOf(parseQuery(query, companyProperties));
  return threaded().store.companies.matching(condition, byName, slice);
}

test('a list that a thread reads is the list that this thread reads', async () => {
  const { store, file } = threaded();
  const condition = valueOf(parseQuery('name ~ 9 && created > 2024-01-01', companyProperties));
  const here = new Lists(openDatabase(file));

  const far = await store.companies.matching(condition, byName, slice);

  expect(far.total).toBeGreaterThan(20);
  expect(far).toEqual(here.run('matchingCompanies', [condition, byName, slice], Infinity));
});

test('a thread sees what was committed before the call', async () => {
  const { store } = threaded();

  const company = await addCompany(store, { name: 'Entirely new' });
  const { records } = await matching('name ~ entirely');

  expect(records.map(({ id }) => id)).toEqual([company.id]);
});

test('the statements of threads are reported with those of the store', async () => {
  const { statements } = threaded();
  statements.length = 0;

  await matching('description ~ nothing');

  expect(statements.filter((sql) => sql.includes('nothing'))).toHaveLength(1);
});

test('a list whose deadline has passed when a thread begins it is not read', async () => {
  const { store, statements } = threaded();
  const deadline = performance.now() + 5;
  const session = store.session({ ...unlimited, deadline });
  statements.length = 0;
  // Keeps the only thread busy past the deadline.
  const others = Promise.all(Array.from({ length: 200 }, () => matching('name ~ company')));

  const late = session.companies.count({ search: 'never read' });

  await expect(late).rejects.toBeInstanceOf(DeadlineError);
  await others;
  await matching('name ~ company');
  expect(statements.filter((sql) => sql.includes('never read'))).toEqual([]);
});

test.for(['description ~ x', 'dataConnections.platformName ~ x', 'lastSync > 2024-01-01'])(
  'a statement for %s ends at its deadline',
  async (query) => {
    const { file } = threaded();
    const condition = valueOf(parseQuery(query, companyProperties));
    const lists = new Lists(openDatabase(file));

    const read = () => lists.run('matchingCompanies', [condition, byName, slice], 0);

    expect(read).toThrow(DeadlineError);
    expect(lists.run('matchingCompanies', [condition, byName, slice], Infinity).total).toBe(0);
  },
);

test('more lists than may wait are rejected at once, and the others are read', async () => {
  await matching('name ~ warm');

  const results = await Promise.allSettled(
    Array.from({ length: 300 }, () => matching('name ~ company')),
  );

  const rejected = results.filter((it) => it.status === 'rejected');
  expect(rejected.length).toBeGreaterThan(30);
  expect(rejected.length).toBeLessThan(60);
  for (const { reason } of rejected) {
    expect(reason).toBeInstanceOf(StoreUnavailableError);
    expect(reason).toMatchObject({ why: 'busy' });
  }
});

test('a thread that cannot open the database fails its calls as the store does', async () => {
  const { store, file } = await openThreadedStore(1);
  const before = readFileSync(file);
  writeFileSync(file, Buffer.from(before).fill(0xa5, 0, 100));
  whenOver(() => writeFileSync(file, before));

  const count = store.companies.count({ search: 'acme' });

  await expect(count).rejects.toBeInstanceOf(StoreUnavailableError);
  await expect(count).rejects.toMatchObject({ why: 'unusable' });
});

test('a thread does not open a database that has taken the place of its own', async () => {
  const { store, file } = await openThreadedStore(1);
  renameSync(file, `${file}.away`);
  copyFileSync(`${file}.away`, file);
  whenOver(() => renameSync(`${file}.away`, file));

  const count = store.companies.count({ search: 'acme' });

  await expect(count).rejects.toMatchObject({ why: 'moved' });
});

test('a store that closes ends its threads and leaves no files of SQLite behind', async () => {
  const { store, file } = await openThreadedStore(1);
  await store.companies.count({ search: 'acme' });

  await store.close();

  expect([existsSync(`${file}-wal`), existsSync(`${file}-shm`)]).toEqual([false, false]);
});
