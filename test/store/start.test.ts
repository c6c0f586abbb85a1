import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { openStore } from '../../src/app/gateway/open-store.ts';
import { companyIds, makeDatabase, namesIn, plant } from '../support/database.ts';
import { temporaryFolder } from '../support/folder.ts';
import { postQuery, startTestGateway } from '../support/gateway.ts';
import { mountDisk } from '../support/mount.ts';
import { runCommand, spawnGateway, type Finished } from '../support/process.ts';
import { runHere } from '../support/run-here.ts';

type Run = (...given: Parameters<typeof runHere>) => Promise<Finished>;

const runElsewhere: Run = (args, options) => runCommand(args, options).finished;

/** Expects a gateway to fail to start. Returns its only line on standard error. */
async function refusedStart(file: string, run: Run = runHere): Promise<string> {
  const env = { DATABASE_URL: `file:${file}`, PORT: '0' };
  const { code, stdout, stderr } = await run([], { env });
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  return stderr.trimEnd();
}

test('a start makes the folders of a database that does not exist', async () => {
  const file = join(await temporaryFolder(), 'not', 'there', 'a.db');

  const { url } = await spawnGateway(file);

  const { data } = await postQuery(url, '{ companies { totalCount } }');
  expect(data).toEqual({ companies: { totalCount: 0 } });
});

test('a start says that the folder of the database is a file', async () => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'file'), '');

  expect(await refusedStart(join(folder, 'file', 'a.db'), runElsewhere)).toBe(
    `${folder}/file/a.db cannot be a database: ${folder}/file is not a folder`,
  );
  expect(await refusedStart(join(folder, 'file', 'deeper', 'a.db'))).toContain('ENOTDIR');
});

test('a start says that the database is a folder', async () => {
  const file = join(await temporaryFolder(), 'a.db');
  await mkdir(file);

  expect(await refusedStart(file)).toBe(`${file} cannot be a database: it is a folder`);
});

test('a start says that another process has locked the database', async () => {
  const file = join(await temporaryFolder(), 'a.db');
  await makeDatabase(file);
  const other = new Database(file);
  other.pragma('locking_mode = EXCLUSIVE');
  other.exec('BEGIN EXCLUSIVE');

  const message = await refusedStart(file, runElsewhere);
  other.close();

  expect(message).toMatch(/^\S+a\.db is locked: another process .*\(SQLITE_BUSY\w*\)$/);
});

test('a start waits for nobody who merely writes', async () => {
  const file = join(await temporaryFolder(), 'a.db');
  const [company] = await makeDatabase(file);
  const other = new Database(file);
  other.exec('BEGIN IMMEDIATE');

  const { url } = await startTestGateway({ file });
  const read = await postQuery(url, `{ company(id: "${company?.id}") { name } }`);
  const write = await postQuery(
    url,
    'mutation { createCompany(input: {name: "x"}) { __typename } }',
  );
  other.exec('ROLLBACK');
  const later = await postQuery(
    url,
    'mutation { createCompany(input: {name: "x"}) { __typename } }',
  );
  other.close();

  expect(read.data).toEqual({ company: { name: company?.name } });
  expect(write.status).toBe(503);
  expect(write.headers.get('retry-after')).toBe('1');
  expect(write.errors[0]).toMatchObject({
    message: 'The gateway is busy; nothing was changed. Try again later',
    extensions: { code: 'SERVICE_UNAVAILABLE' },
  });
  expect(later.errors).toEqual([]);
});

test.for([
  [
    'the database',
    (file: Buffer) => file.fill(0xa5, 0, 100),
    /is not a SQLite database, or its header is damaged/,
  ],
  [
    'its tables',
    (file: Buffer) => file.fill(0xa5, 100, 4096),
    /is damaged: stop the gateway and restore a backup/,
  ],
  ['half of it', (file: Buffer) => file.subarray(0, 3 * 4096 + 1000), /is damaged/],
] as const)('a start says that %s is damaged, and leaves it', async ([, damage, message]) => {
  const folder = await temporaryFolder();
  const file = join(folder, 'a.db');
  await makeDatabase(file);
  const damaged = damage(await readFile(file));
  await writeFile(file, damaged);

  expect(await refusedStart(file)).toMatch(message);
  expect((await readFile(file)).equals(damaged)).toBe(true);
});

test('a start refuses the database of a newer version, and leaves it', async () => {
  const folder = await temporaryFolder();
  const file = join(folder, 'a.db');
  await makeDatabase(file);
  plant(
    file,
    `INSERT INTO __drizzle_migrations VALUES (99, '', 9999999999999); PRAGMA journal_mode = DELETE`,
  );
  const before = await readFile(file);

  expect(await refusedStart(file)).toBe(
    `${file} was written by a newer version of Connexions: run that version, or restore a backup`,
  );
  expect((await readFile(file)).equals(before)).toBe(true);
  expect(await namesIn(folder)).toEqual(['a.db']);
});

test("a start refuses another program's database, and leaves it", async () => {
  const file = join(await temporaryFolder(), 'a.db');
  const db = new Database(file);
  db.exec('CREATE TABLE theirs (a)');
  db.close();
  const before = await readFile(file);

  expect(await refusedStart(file)).toContain('is not a Connexions database');
  expect((await readFile(file)).equals(before)).toBe(true);
});

test('a start says that the database cannot be written', async ({ skip }) => {
  const disk = await mountDisk(8, skip);
  const file = join(disk.folder, 'a.db');
  const [company] = await makeDatabase(file);
  disk.makeReadOnly();

  expect(await refusedStart(file)).toMatch(/a\.db cannot be (written|opened): .*permi|may/);
  expect(await refusedStart(join(disk.folder, 'new.db'))).toMatch(/new\.db cannot be opened/);
  expect(company).toBeDefined();
});

test('a start says that the disk is full', async ({ skip }) => {
  const disk = await mountDisk(1, skip);
  const file = join(disk.folder, 'a.db');
  await writeFile(join(disk.folder, 'filler'), Buffer.alloc(1024 * 1024 - 8192));

  expect(await refusedStart(file)).toMatch(/a\.db (cannot grow: its disk is full|could not be)/);

  await writeFile(join(disk.folder, 'filler'), '');
  const store = await openStore({ file });
  await store.close();
  expect(companyIds(file)).toEqual([]);
});
