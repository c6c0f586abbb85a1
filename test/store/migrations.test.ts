import { execFile } from 'node:child_process';
import { cp, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type Database from 'better-sqlite3';
import { readMigrationFiles } from 'drizzle-orm/migrator';
import { expect, test } from 'vitest';
import { catalogue } from '../../src/catalogue/catalogue.ts';
import type { CompanyId, ConnectionId } from '../../src/domain/id.ts';
import { checkDatabase } from '../../src/store/sqlite/maintenance/check.ts';
import { addFoldFunction } from '../../src/store/sqlite/schema/fold-function.ts';
import type { CompanyFilter } from '../../src/store/companies.ts';
import { StoreUnavailableError } from '../../src/store/unavailable.ts';
import { openAndClose, openDatabase, openNewStore, openTestStore } from '../support/store-file.ts';
import { temporaryFolder } from '../support/folder.ts';
import { companyRow, connectionRow, insert, integrationRow } from '../support/raw-rows.ts';

const migrationsFolder = fileURLToPath(
  new URL('../../src/store/sqlite/schema/migrations', import.meta.url),
);
const migrations = readMigrationFiles({ migrationsFolder });
const journal =
  'CREATE TABLE __drizzle_migrations (id INTEGER PRIMARY KEY, hash text NOT NULL, created_at numeric)';

const oldestFirst = { by: 'created', descending: false } as const;
const whole = { limit: 10, countedFrom: 'start' } as const;

async function newFile(): Promise<string> {
  return join(await temporaryFolder(), 'test.db');
}

/** Makes the tables of a schema version, as the program of that version did. */
function migrateTo(db: Database.Database, version: number): void {
  db.exec(journal);
  addFoldFunction(db);
  for (const { sql, hash, folderMillis } of migrations.slice(0, version)) {
    for (const statement of sql) db.exec(statement);
    db.prepare('INSERT INTO __drizzle_migrations (hash, created_at) VALUES (?, ?)').run(
      hash,
      folderMillis,
    );
  }
}

/** Returns the error that opening a file throws. */
async function refusalOf(file: string): Promise<unknown> {
  return openAndClose(file).then(
    () => 'opened',
    (error: unknown) => error,
  );
}

test('a new file gets every migration', async () => {
  const file = await newFile();

  await openNewStore(file);

  const applied = openDatabase(file)
    .prepare('SELECT hash, created_at AS folderMillis FROM __drizzle_migrations ORDER BY id')
    .all();
  expect(applied).toEqual(migrations.map(({ hash, folderMillis }) => ({ hash, folderMillis })));
});

test('a file in folders that are missing is created with them', async () => {
  const file = join(await temporaryFolder(), 'some/where/test.db');

  const store = await openNewStore(file);

  expect(await store.integrations.all({})).toHaveLength(catalogue().length);
});

test('a file that was migrated is opened again without a change to its schema', async () => {
  const file = await newFile();
  await openAndClose(file);
  const schema = () =>
    openDatabase(file).prepare('SELECT type, name, sql FROM sqlite_schema ORDER BY name').all();
  const before = schema();

  await openAndClose(file);

  expect(schema()).toEqual(before);
});

test('an empty file is migrated as a new one', async () => {
  const file = await newFile();
  await writeFile(file, '');

  const store = await openTestStore(file);

  expect(await store.integrations.all({})).toHaveLength(catalogue().length);
});

test.for(migrations.slice(0, -1).map((_, index) => index + 1))(
  'a file at version %d gets the migrations that it lacks and keeps its rows',
  async (version) => {
    const file = await newFile();
    const db = openDatabase(file);
    migrateTo(db, version);
    const company = insert(db, 'companies', companyRow());
    const integration = insert(db, 'integrations', integrationRow());
    const given = { status: 'Linked' };
    const connection = insert(db, 'connections', connectionRow(company.id, integration.id, given));

    const store = await openTestStore(file);

    expect(await store.companies.byIds([company.id as CompanyId])).toHaveLength(1);
    expect(await store.connections.byIds([connection.id as ConnectionId])).toHaveLength(1);
    expect(db.prepare('SELECT count(*) FROM __drizzle_migrations').pluck().get()).toBe(
      migrations.length,
    );
    expect(db.prepare('PRAGMA foreign_key_check').all()).toEqual([]);
  },
);

test('a file without sets of statuses is listed, counted and searched by what it has', async () => {
  const file = await newFile();
  const db = openDatabase(file);
  migrateTo(db, 6);
  const integration = insert(db, 'integrations', integrationRow({ key: 'mine' }));
  const named = (name: string) => insert(db, 'companies', companyRow({ name, name_folded: name }));
  const [both, none, gone] = [named('both ab'), named('none'), named('gone')];
  for (const [of, given] of [
    [both, { status: 'Linked' }],
    [both, { status: 'Unlinked', source_type: 'Banking' }],
    [both, { status: 'Deauthorized', deleted_at: 1 }],
    [none, { status: 'Linked', deleted_at: 1 }],
  ] as const) {
    insert(db, 'connections', connectionRow(of.id, integration.id, given));
  }
  db.prepare('UPDATE companies SET deleted_at = 1 WHERE id = ?').run(gone.id);

  const store = await openTestStore(file);

  const found = async (filter: CompanyFilter) => {
    const { entries } = await store.companies.page(filter, oldestFirst, whole);
    expect(await store.companies.count(filter)).toBe(entries.length);
    return entries.map(({ value }) => value.id);
  };
  expect(await found({ connectionStatus: ['Linked', 'Unlinked'] })).toEqual([both.id]);
  expect(await found({ connectionStatus: ['Deauthorized'] })).toEqual([]);
  expect(await found({ connectionStatus: ['NoConnections'] })).toEqual([none.id]);
  expect(await found({ search: 'ab' })).toEqual([both.id]);
  expect(await found({ search: 'none' })).toEqual([none.id]);
  expect(await store.connections.count({ integrationKey: 'mine' })).toBe(2);
  expect(await store.connections.count({ status: ['Unlinked', 'Deauthorized'] })).toBe(1);
  const { counts, findings } = checkDatabase(file);
  expect(counts).toMatchObject({ companies: 3, connections: 4 });
  expect(findings.filter(({ kind }) => kind === 'search' || kind === 'total')).toEqual([]);
});

test('a file whose names were folded with their marks finds them without', async () => {
  const file = await newFile();
  const db = openDatabase(file);
  migrateTo(db, 12);
  const named = (name: string, folded: string) =>
    insert(db, 'companies', companyRow({ name, name_folded: folded }));
  const cafe = named('Café', 'café');
  const plain = named('Cafeteria', 'cafeteria');
  const gone = named('Cafés', 'cafés');
  db.prepare('UPDATE companies SET deleted_at = 1 WHERE id = ?').run(gone.id);

  const store = await openTestStore(file);

  for (const search of ['cafe', 'CAFÉ', 'fé']) {
    const { entries } = await store.companies.page({ search }, oldestFirst, whole);
    expect(entries.map(({ value }) => value.id).toSorted()).toEqual([cafe.id, plain.id].toSorted());
  }
  const kinds = checkDatabase(file).findings.map(({ kind }) => kind);
  expect(kinds).not.toContain('search');
});

test('a file with stored responses of any size keeps them within the limit, and their totals', async () => {
  const file = await newFile();
  const db = openDatabase(file);
  migrateTo(db, 10);
  const add = db.prepare(
    `INSERT INTO idempotent_answers (actor, key, request, answer, at) VALUES (?, ?, zeroblob(32), ?, 1)`,
  );
  add.run('one', 'small', '{}');
  add.run('one', 'large', 'x'.repeat(65_537));
  add.run('other', 'whole', 'x'.repeat(65_536));

  await openTestStore(file);

  expect(
    db.prepare('SELECT key, octet_length(answer) AS bytes FROM idempotent_answers').all(),
  ).toEqual([
    { key: 'small', bytes: 2 },
    { key: 'large', bytes: null },
    { key: 'whole', bytes: 65_536 },
  ]);
  expect(db.prepare('SELECT * FROM idempotent_answer_totals ORDER BY actor').all()).toEqual([
    { actor: 'one', bytes: 412 },
    { actor: 'other', bytes: 65_741 },
  ]);
  expect(checkDatabase(file).findings).toEqual([]);
});

test('a migration that is interrupted leaves nothing behind and runs again', async () => {
  const file = await newFile();
  const db = openDatabase(file);
  // The last migration creates this table, so that it fails there after everything else.
  db.exec(`CREATE VIRTUAL TABLE companies_search USING fts5(name)`);
  db.exec(journal);
  const before = db.prepare('SELECT name FROM sqlite_schema').pluck().all();
  await expect(openAndClose(file)).rejects.toThrow('companies_search already exists');
  expect(db.prepare('SELECT name FROM sqlite_schema').pluck().all()).toEqual(before);
  db.exec('DROP TABLE companies_search');

  const store = await openTestStore(file);

  expect(await store.integrations.all({})).toHaveLength(catalogue().length);
});

test('a file that a newer version wrote is refused and left as it is', async () => {
  const file = await newFile();
  await openAndClose(file);
  const db = openDatabase(file);
  const insertMigration = 'INSERT INTO __drizzle_migrations (hash, created_at) VALUES (?, ?)';
  db.prepare(insertMigration).run('of the future', 9_999_999_999_999);
  db.close();
  const before = await readFile(file);

  const refusal = await refusalOf(file);

  expect(refusal).toBeInstanceOf(StoreUnavailableError);
  expect(String(refusal)).toBe(
    `StoreUnavailableError: ${file} was written by a newer version of Connexions: run that version, or restore a backup`,
  );
  expect(await readFile(file)).toEqual(before);
});

test('a database of another program is refused and left as it is', async () => {
  const file = await newFile();
  const db = openDatabase(file);
  db.exec('CREATE TABLE notes (text)');
  db.close();
  const before = await readFile(file);

  const refusal = await refusalOf(file);

  expect(refusal).toBeInstanceOf(StoreUnavailableError);
  expect(String(refusal)).toBe(
    `StoreUnavailableError: ${file} is not a Connexions database: it has other tables`,
  );
  expect(await readFile(file)).toEqual(before);
});

test('a file that is no database is refused and left as it is', async () => {
  const file = await newFile();
  const text = 'Dear diary, this is no database. '.repeat(100);
  await writeFile(file, text);

  const refusal = await refusalOf(file);

  expect(refusal).toBeInstanceOf(StoreUnavailableError);
  expect(String(refusal)).toContain(`${file} is not a SQLite database`);
  expect(await readFile(file, 'utf8')).toBe(text);
});

test('a file that is refused is closed', async () => {
  const file = await newFile();
  const db = openDatabase(file);
  db.pragma('journal_mode = WAL');
  db.exec('CREATE TABLE notes (text)');
  db.close();

  await refusalOf(file);

  // SQLite removes the files beside the database when the last connection closes.
  expect(await readdir(dirname(file))).toEqual(['test.db']);
});

test('the migrations make what the schema in code says', async () => {
  const folder = await temporaryFolder();
  await cp(migrationsFolder, folder, { recursive: true });
  const before = await readdir(folder, { recursive: true });
  const kit = fileURLToPath(new URL('../../node_modules/.bin/drizzle-kit', import.meta.url));

  const { stdout } = await promisify(execFile)(kit, [
    'generate',
    '--dialect=sqlite',
    '--schema=src/store/sqlite/schema/schema.ts',
    // drizzle-kit puts a dot before an absolute path.
    `--out=${relative(process.cwd(), folder)}`,
  ]);

  expect(stdout).toContain('No schema changes');
  expect(await readdir(folder, { recursive: true })).toEqual(before);
});

test('every table is strict', async () => {
  const file = await newFile();
  await openAndClose(file);

  const lax = openDatabase(file)
    .prepare(
      `SELECT name FROM pragma_table_list
       WHERE schema = 'main' AND type = 'table' AND NOT strict AND name NOT LIKE 'sqlite_%'`,
    )
    .pluck()
    .all();

  expect(lax).toEqual(['__drizzle_migrations']);
});
