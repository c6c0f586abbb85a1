import { chmod, copyFile, link, readFile, stat, writeFile } from 'node:fs/promises';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import {
  companyIds,
  makeDatabase,
  manyCompanies,
  namesIn,
  run,
  runHereOn,
} from '../support/database.ts';
import { temporaryFolder } from '../support/folder.ts';
import { postQuery, startTestGateway } from '../support/gateway.ts';
import { shared } from '../support/lifetime.ts';
import { mountDisk } from '../support/mount.ts';
import { runCommand } from '../support/process.ts';

interface Created {
  readonly createCompany: { readonly company: { readonly id: string } };
}

/** Creates companies one after another until it is stopped. `acknowledged` grows meanwhile. */
function writeLoad(url: string) {
  const acknowledged: string[] = [];
  const state = { stopped: false };
  const client = async () => {
    while (!state.stopped) {
      const { data } = await postQuery<Created>(
        url,
        'mutation { createCompany(input: {name: "Under load"}) { ... on CreateCompanyPayload { company { id } } } }',
      );
      acknowledged.push(data.createCompany.company.id);
    }
  };
  const clients = [client(), client(), client()];
  return {
    acknowledged,
    async stop() {
      state.stopped = true;
      await Promise.all(clients);
    },
  };
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await pause(2);
}

const large = shared(async () => {
  const file = join(await temporaryFolder(), 'large.db');
  await makeDatabase(file, manyCompanies(2000));
  return file;
});

test('a backup taken under write load has all that was acknowledged, and can be restored', async () => {
  const folder = await temporaryFolder();
  const [file, backup, restored] = ['a.db', 'a.backup', 'b.db'].map((name) => join(folder, name));
  await copyFile(large(), file ?? '');
  const { url } = await startTestGateway({ file: file ?? '' });
  const load = writeLoad(url);
  await until(() => load.acknowledged.length > 20);

  const before = [...load.acknowledged];
  const { code, stdout, stderr } = await run(file ?? '', 'backup', backup ?? '');
  const during = load.acknowledged.length - before.length;
  await load.stop();

  expect(stderr).toBe('');
  expect(code).toBe(0);
  expect(stdout).toMatch(/a\.backup: \d+\.\d MB, 2\d{3} companies, 2000 connections, \d+ events/);
  expect(during).toBeGreaterThan(0);
  expect(await runHereOn(restored ?? '', 'restore', backup ?? '')).toMatchObject({ code: 0 });
  expect(await runHereOn(restored ?? '', 'check')).toMatchObject({ code: 0 });
  expect(companyIds(restored ?? '')).toEqual(expect.arrayContaining(before));
  expect(companyIds(file ?? '')).toEqual(expect.arrayContaining(load.acknowledged));
});

test('a backup refuses a file that exists, and replaces it with --force', async () => {
  const folder = await temporaryFolder();
  const [file, backup] = [join(folder, 'a.db'), join(folder, 'a.backup')];
  await makeDatabase(file);
  await writeFile(backup, 'something else');

  const refused = await runHereOn(file, 'backup', backup);

  expect(refused).toMatchObject({ code: 1, stdout: '' });
  expect(refused.stderr).toBe(
    `${backup} already exists: choose another name, or replace it with --force\n`,
  );
  expect(await readFile(backup, 'utf8')).toBe('something else');
  expect(await runHereOn(file, 'backup', backup, '--force')).toMatchObject({ code: 0 });
  expect(companyIds(backup)).toEqual(companyIds(file));
  expect(await namesIn(folder)).toEqual(['a.backup', 'a.db']);
});

test.for(['a.db', 'a.db-wal', 'other-name.db'])(
  'a backup never takes the place of its database: %s',
  async (name) => {
    const folder = await temporaryFolder();
    const file = join(folder, 'a.db');
    const [company] = await makeDatabase(file);
    await link(file, join(folder, 'other-name.db'));

    const { code, stderr } = await runHereOn(file, 'backup', join(folder, name), '--force');

    expect(code).toBe(1);
    expect(stderr).toContain('is part of the database itself');
    expect(companyIds(file)).toEqual([company?.id]);
  },
);

test.for([
  ['SIGKILL', { code: null, signal: 'SIGKILL' }, /^a\.backup\.\S+\.partial\S*,a\.db$/],
  ['SIGINT', { code: 130, stderr: 'Stopped: no backup was written.\n' }, /^a\.db$/],
] as const)(
  'a backup ended by %s leaves no file under its name',
  async ([signal, ending, left]) => {
    const folder = await temporaryFolder();
    const [file, backup] = [join(folder, 'a.db'), join(folder, 'a.backup')];
    await copyFile(large(), file);

    const { child, finished } = runCommand(['backup', backup], {
      env: { DATABASE_URL: `file:${file}` },
    });
    await until(() => readdirSync(folder).some((name) => name.endsWith('.partial')));
    child.kill(signal);

    expect(await finished).toMatchObject(ending);
    expect(existsSync(backup)).toBe(false);
    expect((await namesIn(folder)).join(',')).toMatch(left);
    expect(await runHereOn(file, 'backup', backup)).toMatchObject({ code: 0 });
  },
);

test('a backup is as private as its database', async () => {
  const folder = await temporaryFolder();
  const [file, backup] = [join(folder, 'a.db'), join(folder, 'a.backup')];
  await makeDatabase(file);
  await chmod(file, 0o600);

  await runHereOn(file, 'backup', backup);

  expect((await stat(backup)).mode & 0o777).toBe(0o600);
});

test('a damaged database is not backed up, and what it is backed up to stays', async () => {
  const folder = await temporaryFolder();
  const [file, backup] = [join(folder, 'a.db'), join(folder, 'a.backup')];
  await makeDatabase(file, manyCompanies(200));
  await copyFile(file, backup);
  const bytes = await readFile(file);
  bytes.fill(0xa5, 4 * 4096, 40 * 4096);
  await writeFile(file, bytes);

  const { code, stderr } = await runHereOn(file, 'backup', backup, '--force');

  expect(code).toBe(1);
  expect(stderr).toMatch(/^\S+a\.db is damaged.*\n$/);
  expect(companyIds(backup)).toHaveLength(200);
  expect(await namesIn(folder)).toEqual(['a.backup', 'a.db']);
});

test('a backup to a full disk leaves nothing there', async ({ skip }) => {
  const file = join(await temporaryFolder(), 'a.db');
  await copyFile(large(), file);
  const { folder } = await mountDisk(1, skip);

  const { code, stderr } = await run(file, 'backup', join(folder, 'a.backup'));

  expect(code).toBe(1);
  expect(stderr).toMatch(/a\.backup\S* cannot grow: its disk is full/);
  expect(await namesIn(folder)).toEqual([]);
  expect(await runHereOn(file, 'check')).toMatchObject({ code: 0 });
});

test('a backup of a database that does not exist says so', async () => {
  const folder = await temporaryFolder();
  const file = join(folder, 'a.db');

  const { code, stderr } = await runHereOn(file, 'backup', join(folder, 'a.backup'));

  expect({ code, stderr }).toEqual({ code: 1, stderr: `there is no database at ${file}\n` });
  expect(await namesIn(folder)).toEqual([]);
});
