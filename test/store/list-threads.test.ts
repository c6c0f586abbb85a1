import { copyFileSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { parseQuery } from '../../src/query/parse.ts';
import { companyProperties } from '../../src/query/properties.ts';
import { DeadlineError } from '../../src/store/session.ts';
import { openStore } from '../../src/app/gateway/open-store.ts';
import { StoreUnavailableError } from '../../src/store/unavailable.ts';
import { addDeadlineFunction } from '../../src/store/sqlite/statements/deadline.ts';
import { FilesInUse } from '../../src/store/sqlite/files/files-in-use.ts';
import {
  ListThreads,
  type ListThreadsOptions,
} from '../../src/store/sqlite/threads/list-threads.ts';
import { Lists } from '../../src/store/sqlite/threads/lists.ts';
import { addCompany } from '../support/domain-records.ts';
import { temporaryFolder } from '../support/folder.ts';
import { shared, whenOver } from '../support/lifetime.ts';
import { placeNewDatabase } from '../support/new-database.ts';
import { valueOf } from '../support/queries.ts';
import { addCompanies } from '../support/raw-rows.ts';
import { openDatabase } from '../support/store-file.ts';

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
    onStatement: (sql) => here.push(sql),
  });
  whenOver(() => store.close());
  return { store, file, statements: here };
}

const threaded = shared(() => openThreadedStore(200));

/** Makes threads over a database, that end with the test. */
function openThreads(file: string, options: Partial<ListThreadsOptions> = {}): ListThreads {
  const here = new Lists(openDatabase(file));
  const given = { file, threads: 1, ...options };
  const lists = new ListThreads(here, given, new FilesInUse(file));
  whenOver(() => lists.close());
  return lists;
}

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
  const { file } = threaded();
  const statements: string[] = [];
  const onStatement = (sql: string) => statements.push(sql);
  const lists = openThreads(file, { onStatement });
  const ahead = Array.from({ length: 50 }, async () =>
    lists.run('companyCount', [{ search: 'company' }], Infinity),
  );

  const late = lists.run('companyCount', [{ search: 'never read' }], performance.now() + 0.1);

  await expect(late).rejects.toBeInstanceOf(DeadlineError);
  await Promise.all(ahead);
  await lists.run('companyCount', [{ search: 'after it' }], Infinity);
  expect(statements.filter((sql) => sql.includes('never read'))).toEqual([]);
  expect(statements.filter((sql) => sql.includes('after it'))).not.toEqual([]);
});

test.for([
  ['cannot start', 'throw new Error("no")'],
  ['end by themselves', 'setTimeout(() => process.exit(3), 10)'],
  [
    'fail at a call',
    'import { parentPort } from "node:worker_threads"; parentPort.on("message", () => { throw new Error("no"); })',
  ],
] as const)(
  'threads that %s fail their calls, and are replaced at later ones',
  async ([, program]) => {
    const { file } = threaded();
    const path = join(await temporaryFolder(), 'program.mjs');
    writeFileSync(path, program);
    const lists = openThreads(file, { threads: 2, program: pathToFileURL(path) });
    const count = async () => lists.run('companyCount', [{ search: 'company' }], Infinity);

    const failed = await Promise.allSettled([count(), count(), count()]);

    expect(failed.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    for (const it of failed) {
      expect('reason' in it && it.reason).toBeInstanceOf(StoreUnavailableError);
    }
    const built = new URL('../../dist/list-thread.js', import.meta.url);
    writeFileSync(path, `import ${JSON.stringify(built.href)};`);
    await expect.poll(() => count().catch(() => 'failed')).toBe(200);
  },
);

test('threads that are closed take no more calls, and close again', async () => {
  const { file } = threaded();
  const lists = openThreads(file);
  const running = lists.run('companyCount', [{ search: 'company' }], Infinity);
  await running;

  await lists.close();
  await lists.close();

  const after = lists.run('companyCount', [{ search: 'company' }], Infinity);
  await expect(after).rejects.toBeInstanceOf(StoreUnavailableError);
});

test.for(['description ~ x', 'dataConnections.platformName ~ x', 'lastSync > 2024-01-01'])(
  'a statement for %s ends at its deadline',
  async (query) => {
    const { file } = threaded();
    const condition = valueOf(parseQuery(query, companyProperties));
    const connection = openDatabase(file);
    const lists = new Lists(connection);
    const read = () => lists.run('matchingCompanies', [condition, byName, slice], Infinity);
    expect(read().total).toBe(0);
    expect(() => lists.run('matchingCompanies', [condition, byName, slice], 0)).toThrow(
      DeadlineError,
    );

    // As if the deadline passed at the third check.
    let checks = 0;
    addDeadlineFunction(connection, () => {
      checks += 1;
      if (checks === 3) throw new DeadlineError();
    });

    expect(read).toThrow(DeadlineError);
    expect(checks).toBe(3);
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
