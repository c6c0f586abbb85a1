import {
  chmod,
  copyFile,
  mkdir,
  readFile,
  readdir,
  stat,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import {
  companyIds,
  makeDatabase,
  manyCompanies,
  namesIn,
  plant,
  run,
  runHereOn,
} from '../support/database.ts';
import { temporaryFolder } from '../support/folder.ts';
import { postQuery, startTestGateway } from '../support/gateway.ts';
import { shared } from '../support/lifetime.ts';
import { runCommand, spawnGateway } from '../support/process.ts';

const prepared = shared(async () => {
  const folder = await temporaryFolder();
  const [file, other, backup] = ['a.db', 'b.db', 'backup'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  const [now] = await makeDatabase(file, [{ name: 'Now' }]);
  const [saved] = await makeDatabase(other, [{ name: 'Saved' }]);
  await runHereOn(other, 'backup', backup);
  return { file, backup, now: now?.id ?? '', saved: saved?.id ?? '' };
});

/** Makes a database with the company `now`, and a backup of another database with the company `saved`. */
async function databaseAndBackup() {
  const { now, saved, ...made } = prepared();
  const folder = await temporaryFolder();
  const [file, backup] = [join(folder, 'a.db'), join(folder, 'backup')];
  await copyFile(made.file, file);
  await copyFile(made.backup, backup);
  return { folder, file, backup, now, saved };
}

/** Returns the path of the database that a restore replaced. */
async function replacedIn(folder: string): Promise<string> {
  const names = await readdir(folder);
  return join(folder, names.find((name) => /\.replaced-[^-]+-[^-]+-[\dTZ.-]+$/.test(name)) ?? '');
}

test('a restore puts the backup in place and keeps what was there', async () => {
  const { folder, file, backup, now, saved } = await databaseAndBackup();
  await chmod(file, 0o640);

  const { code, stdout, stderr } = await run(file, 'restore', backup);

  const replaced = await replacedIn(folder);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toContain(
    `${file} is restored: 1 company, 1 connection, 2 events, schema version`,
  );
  expect(stdout).toContain(`The previous database is kept as ${replaced}\n`);
  expect(companyIds(file)).toEqual([saved]);
  expect(companyIds(replaced)).toEqual([now]);
  expect((await stat(file)).mode & 0o777).toBe(0o640);
  expect(await runHereOn(file, 'check')).toMatchObject({ code: 0 });
  expect(await runHereOn(file, 'check', replaced)).toMatchObject({ code: 0 });
  expect(await namesIn(folder)).toHaveLength(3);
});

test('what was replaced can be restored again', async () => {
  const { folder, file, backup, now } = await databaseAndBackup();
  await runHereOn(file, 'restore', backup);

  expect(await runHereOn(file, 'restore', await replacedIn(folder))).toMatchObject({ code: 0 });

  expect(companyIds(file)).toEqual([now]);
});

test('a restore refuses while a gateway has the database open, even an idle one', async () => {
  const { folder, file, backup, now, saved } = await databaseAndBackup();
  const gateway = await spawnGateway(file);

  const refused = await run(file, 'restore', backup);

  expect(refused).toMatchObject({
    code: 1,
    stdout: '',
    stderr: `${file} is in use: stop the gateway and every other program that has it open before you restore\n`,
  });
  expect(await namesIn(folder)).toEqual(['a.db', 'a.db.key', 'backup']);
  const answer = await postQuery(gateway.url, `{ company(id: "${now}") { name } }`);
  expect(answer.data).toEqual({ company: { name: 'Now' } });
  gateway.child.kill('SIGTERM');
  await gateway.finished;
  expect(await runHereOn(file, 'restore', backup)).toMatchObject({ code: 0 });
  expect(companyIds(file)).toEqual([saved]);
});

test('a restore keeps what a killed gateway left in the WAL, with what it replaces', async () => {
  const { folder, file, backup, now, saved } = await databaseAndBackup();
  const gateway = await spawnGateway(file);
  await postQuery(
    gateway.url,
    `mutation { updateCompany(input: {companyId: "${now}", name: "Just now"}) { __typename } }`,
  );
  gateway.child.kill('SIGKILL');
  await gateway.finished;
  expect((await stat(`${file}-wal`)).size).toBeGreaterThan(0);

  expect(await runHereOn(file, 'restore', backup)).toMatchObject({ code: 0 });

  expect(existsSync(`${file}-wal`)).toBe(false);
  expect(companyIds(file)).toEqual([saved]);
  const replaced = await replacedIn(folder);
  const { url } = await startTestGateway({ file: replaced });
  const { data } = await postQuery(url, `{ company(id: "${now}") { name } }`);
  expect(data).toEqual({ company: { name: 'Just now' } });
});

test('a restore does not apply the WAL of a database that is gone', async () => {
  const { folder, file, backup, saved } = await databaseAndBackup();
  const gateway = await startTestGateway({ file });
  await gateway.query('mutation { createCompany(input: {name: "x"}) { __typename } }');
  const gone = join(folder, 'gone.db');
  await copyFile(`${file}-wal`, `${gone}-wal`);

  expect(await runHereOn(gone, 'restore', backup)).toMatchObject({ code: 0 });

  expect(companyIds(gone)).toEqual([saved]);
  expect(await runHereOn(gone, 'check')).toMatchObject({ code: 0 });
});

test('a restore that is killed leaves the database as it was', async () => {
  const { folder, file, now, saved } = await databaseAndBackup();
  const large = join(await temporaryFolder(), 'large.db');
  await makeDatabase(large, manyCompanies(1500));

  const { child, finished } = runCommand(['restore', large], {
    env: { DATABASE_URL: `file:${file}` },
  });
  while (!(await namesIn(folder)).some((name) => name.endsWith('.partial'))) await pause(2);
  child.kill('SIGKILL');

  expect(await finished).toMatchObject({ signal: 'SIGKILL' });
  expect(companyIds(file)).toEqual([now]);
  expect(await runHereOn(file, 'restore', join(folder, 'backup'))).toMatchObject({ code: 0 });
  expect(companyIds(file)).toEqual([saved]);
});

test('a restore makes the folder that it needs', async () => {
  const { folder, backup, saved } = await databaseAndBackup();
  const file = join(folder, 'not', 'there', 'a.db');

  expect(await runHereOn(file, 'restore', backup)).toMatchObject({ code: 0 });

  expect(companyIds(file)).toEqual([saved]);
});

const spoilers: [what: string, spoil: (backup: string) => Promise<void> | void, message: string][] =
  [
    ['an empty file', (backup) => truncate(backup, 0), 'schema: the file is empty'],
    [
      'half of a backup',
      async (backup) => truncate(backup, (await stat(backup)).size / 2),
      'damaged',
    ],
    [
      'a text',
      (backup) => writeFile(backup, 'once upon a time '.repeat(1000)),
      'not a SQLite database',
    ],
    [
      'a backup with damaged pages',
      async (backup) => {
        const bytes = await readFile(backup);
        await writeFile(backup, bytes.fill(0xa5, 4 * 4096, 12 * 4096));
      },
      'damage: ',
    ],
    [
      'a backup whose records contradict each other',
      (backup) => plant(backup, `UPDATE connections SET status = 'Unlinked'`),
      'is Unlinked, but its history says Linked',
    ],
    [
      'a backup of a newer version',
      (backup) => plant(backup, `INSERT INTO __drizzle_migrations VALUES (99, '', 9999999999999)`),
      'was written by a newer version of Connexions',
    ],
    [
      "another program's database",
      async (backup) => {
        await truncate(backup, 0);
        const db = new Database(backup);
        db.exec('CREATE TABLE theirs (a)');
        db.close();
      },
      'is not a Connexions database',
    ],
  ];

test.for(spoilers)('a restore refuses %s, and changes nothing', async ([, spoil, message]) => {
  const { folder, file, backup } = await databaseAndBackup();
  await spoil(backup);
  const before = await readFile(file);

  const { code, stdout, stderr } = await runHereOn(file, 'restore', backup);

  expect(code).toBe(1);
  expect(stdout + stderr).toContain(message);
  expect(stderr).toContain(backup);
  expect(stderr).not.toContain('    at ');
  expect((await readFile(file)).equals(before)).toBe(true);
  expect(await namesIn(folder)).toEqual(['a.db', 'backup']);
});

test.for([
  ['nothing', 'missing', 'there is no backup at'],
  ['the database itself', 'a.db', 'is the database itself'],
  ['a folder', 'folder', 'is not a file'],
] as const)('a restore refuses %s', async ([, name, message]) => {
  const { folder, file } = await databaseAndBackup();
  await mkdir(join(folder, 'folder'));

  const { code, stderr } = await runHereOn(file, 'restore', join(folder, name));

  expect(code).toBe(1);
  expect(stderr).toContain(message);
});

test('a restore does not guess whether a database that is damaged is in use', async () => {
  const { folder, file, backup, saved } = await databaseAndBackup();
  const bytes = await readFile(file);
  await writeFile(file, bytes.fill(0xa5, 0, 4096));

  const { code, stderr } = await runHereOn(file, 'restore', backup);

  expect(code).toBe(1);
  expect(stderr).toContain('stop the gateway, move the file to another place');
  expect(await namesIn(folder)).toEqual(['a.db', 'backup']);
  await copyFile(file, join(folder, 'moved'));
  await writeFile(file, '');
  expect(await runHereOn(file, 'restore', backup)).toMatchObject({ code: 0 });
  expect(companyIds(file)).toEqual([saved]);
});
