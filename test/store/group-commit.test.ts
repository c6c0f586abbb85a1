import { join } from 'node:path';
import { expect, test } from 'vitest';
import { unlimited } from '../../src/store/calls.ts';
import type { Session } from '../../src/store/store.ts';
import { aCompany, cause } from '../support/domain-records.ts';
import { temporaryFolder } from '../support/folder.ts';
import { openDatabase, openTestStore } from '../support/store-file.ts';

// Concurrent transactions share a commit, which is the slow part. Callers notice no difference except speed.

async function open() {
  const file = join(await temporaryFolder(), 'test.db');
  const statements: string[] = [];
  const store = await openTestStore(file, (sql) => statements.push(sql));
  const commits = () => statements.filter((sql) => sql === 'COMMIT').length;
  const names = async () => {
    const byName = { by: 'name', descending: false } as const;
    const { entries } = await store.companies.page({}, byName, {
      limit: 100,
      countedFrom: 'start',
    });
    return entries.map(({ value }) => value.name);
  };
  /** Creates a company, and then throws `fault` if it is given. */
  const create = (name: string, fault?: string) =>
    store.transact(async (tx) => {
      await tx.companies.create(aCompany({ name }), [], cause);
      if (fault !== undefined) throw new Error(fault);
      return name;
    });
  statements.length = 0;
  return { file, store, statements, commits, names, create };
}

/** Creates a company in a transaction that is joined to another one. */
function createIn(joined: Session, name: string): Promise<void> {
  return joined.transact((tx) => tx.companies.create(aCompany({ name }), [], cause));
}

const numbered = (count: number) =>
  Array.from({ length: count }, (_, i) => `Company ${String(i).padStart(2, '0')}`);

test('what is asked for at once shares a commit', async () => {
  const { create, commits, names, statements } = await open();
  // A commit waits for 50 ms at most, which preparing statements can take on a busy machine.
  await create('Earlier');
  statements.length = 0;
  const all = numbered(20);

  const answers = await Promise.all(all.map((name) => create(name)));

  expect(answers).toEqual(all);
  expect(await names()).toEqual([...all, 'Earlier']);
  expect(commits()).toBe(1);
});

test('what is asked for later has a commit of its own', async () => {
  const { create, commits } = await open();

  await create('A');
  await create('B');

  expect(commits()).toBe(2);
});

test('what is asked for by work that is answered comes after it', async () => {
  const { create, commits, names } = await open();

  const chains = numbered(5).map((name) => create(name).then(() => create(`${name} again`)));
  await Promise.all(chains);

  expect(await names()).toHaveLength(10);
  expect(commits()).toBe(2);
});

test('work that throws is undone alone, wherever it stands among the others', async () => {
  const { create, commits, names } = await open();

  const answers = await Promise.allSettled([
    create('A', 'first'),
    create('B'),
    create('C', 'middle'),
    create('D'),
    create('E', 'last'),
  ]);

  expect(answers.map((it) => (it.status === 'rejected' ? it.reason.message : it.value))).toEqual([
    'first',
    'B',
    'middle',
    'D',
    'last',
  ]);
  expect(await names()).toEqual(['B', 'D']);
  expect(commits()).toBe(1);
});

test('work that breaks a rule of the database is undone alone', async () => {
  const { create, names } = await open();

  const answers = await Promise.allSettled([create('A'), create('x'.repeat(201)), create('C')]);

  expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(await names()).toEqual(['A', 'C']);
});

test('work sees what work before it did, but not what was undone', async () => {
  const { store, create } = await open();
  const count = () => store.transact((tx) => tx.companies.count({}));

  const [, first, , second] = await Promise.all([
    create('A'),
    count(),
    create('B', 'no').catch(() => undefined),
    count(),
  ]);

  expect([first, second]).toEqual([1, 1]);
});

test('nobody is answered before the commit, whether the work was done or thrown out', async () => {
  const { file, statements, create } = await open();
  const reader = openDatabase(file, { readonly: true });
  const committed = () =>
    reader.prepare<[], number>('SELECT count(*) FROM companies').pluck().get();
  const seen: unknown[] = [];
  const note = () => seen.push([committed(), statements.includes('COMMIT')]);

  await Promise.all([
    create('A').then(note),
    create('B', 'no').catch(note),
    create('C').then(note),
  ]);

  expect(seen).toEqual([
    [2, true],
    [2, true],
    [2, true],
  ]);
});

test('a commit that fails fails all, and those who come later are served', async () => {
  const { file, store, create, names } = await open();
  // Deferred references are checked only at the commit.
  openDatabase(file).exec(`
    CREATE TABLE parents (id INTEGER PRIMARY KEY) STRICT;
    CREATE TABLE children (parent INTEGER REFERENCES parents (id) DEFERRABLE INITIALLY DEFERRED) STRICT;
    CREATE TRIGGER orphan AFTER INSERT ON companies WHEN new.name = 'Bad'
      BEGIN INSERT INTO children VALUES (1); END;
  `);

  const answers = await Promise.allSettled([create('A'), create('Bad'), create('C')]);

  expect(answers.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
  expect(new Set(answers.map((it) => it.status === 'rejected' && String(it.reason)))).toEqual(
    new Set(['SqliteError: FOREIGN KEY constraint failed']),
  );
  expect(await names()).toEqual([]);
  await create('Later');
  expect(await store.companies.count({})).toBe(1);
});

test('work that keeps the transaction does not keep it for ever while more comes', async () => {
  const { store, create, commits } = await open();
  const stopping = new AbortController();
  let created = 0;
  const keepComing = async (): Promise<void> => {
    while (!stopping.signal.aborted) await create(`Company ${(created += 1)}`);
  };
  const coming = Promise.all(numbered(10).map(keepComing));

  await store.transact(async () => undefined);
  await expect.poll(commits).toBeGreaterThan(3);
  stopping.abort();
  await coming;

  expect(await store.companies.count({})).toBe(created);
});

test('each waits a second for another process, and no longer for those who asked before', async () => {
  const { file, create, names } = await open();
  const other = openDatabase(file);
  other.exec('BEGIN IMMEDIATE');
  const began = performance.now();
  const waited: Record<string, number> = {};
  const note = (name: string) => () => {
    waited[name] = performance.now() - began;
  };

  const early = create('Early').catch(note('early'));
  await expect.poll(() => performance.now() - began).toBeGreaterThan(600);
  const late = create('Late').then(note('late'));
  await early;
  other.exec('ROLLBACK');
  await late;

  expect(waited['early']).toBeGreaterThan(990);
  expect(waited['late']).toBeGreaterThan(waited['early'] ?? 0);
  expect(await names()).toEqual(['Late']);
});

test('a store that closes while work waits for another process ends the work first', async () => {
  const { file, store, create } = await open();
  const other = openDatabase(file);
  other.exec('BEGIN IMMEDIATE');
  const steps: string[] = [];
  const work = create('A').catch(({ message }: Error) => steps.push(message));

  await store.close();

  steps.push('closed');
  await work;
  expect(steps).toEqual([expect.stringContaining('is locked'), 'closed']);
});

test('a store that is closed refuses work', async () => {
  const { store, create } = await open();
  await store.close();

  await expect(create('A')).rejects.toThrow('not open');
});

test('what joins a transaction is kept and undone with it', async () => {
  const { store, commits, names } = await open();
  const answers = await Promise.allSettled([
    store.transact(async (tx) => createIn(tx.session(unlimited), 'A')),
    store.transact(async (tx) => {
      await createIn(tx.session(unlimited), 'B');
      throw new Error('no');
    }),
  ]);

  expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
  expect(await names()).toEqual(['A']);
  expect(commits()).toBe(1);
});
