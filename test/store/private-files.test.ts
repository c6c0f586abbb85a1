import { chmod, mkdir, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { companyIds, makeDatabase, namesIn, runHereOn } from '../support/database.ts';
import { temporaryFolder } from '../support/folder.ts';
import { startTestGateway } from '../support/gateway.ts';
import { serveHere } from '../support/run-here.ts';
import { openNewStore } from '../support/store-file.ts';

/** Lets this process create files that every user can use. */
function withoutUmask(): void {
  const before = process.umask(0);
  onTestFinished(() => {
    process.umask(before);
  });
}

async function modesOf(...files: string[]): Promise<string[]> {
  return Promise.all(files.map(async (file) => ((await stat(file)).mode & 0o777).toString(8)));
}

test('only its owner can use a new database, whatever the umask is', async () => {
  withoutUmask();
  const folder = join(await temporaryFolder(), 'new', 'data');
  const file = join(folder, 'a.db');

  await openNewStore(file);

  expect(await modesOf(join(folder, '..'), folder)).toEqual(['700', '700']);
  expect(await modesOf(file, `${file}-wal`, `${file}-shm`)).toEqual(['600', '600', '600']);
});

test('only its owner can use a backup and what is restored from it, whatever the umask is', async () => {
  withoutUmask();
  const folder = await temporaryFolder();
  const [file, backup] = [join(folder, 'a.db'), join(folder, 'a.backup')];
  const restored = join(folder, 'new', 'b.db');
  await makeDatabase(file);
  await chmod(file, 0o644);

  await runHereOn(file, 'backup', backup);
  await runHereOn(restored, 'restore', backup);

  expect(await modesOf(backup, join(folder, 'new'), restored)).toEqual(['600', '700', '600']);
});

test.for([
  [0o755, 0o644, 1],
  [0o700, 0o644, 0],
  [0o755, 0o640, 0],
] as const)(
  'in a folder of mode %o, a database of mode %o keeps its mode, with %i warnings',
  async ([ofFolder, ofFile, warnings]) => {
    const folder = await temporaryFolder();
    const file = join(folder, 'a.db');
    await makeDatabase(file);
    await chmod(file, ofFile);
    await chmod(folder, ofFolder);

    const served = await serveHere(file);
    const { stderr } = await served.stop();

    expect(stderr.match(/every user of this machine can open the database/g) ?? []).toHaveLength(
      warnings,
    );
    expect(await modesOf(file)).toEqual([ofFile.toString(8)]);
  },
);

/** A database on a disk, and a symbolic link to it elsewhere. */
async function linkedDatabase() {
  const folder = await temporaryFolder();
  const [disk, here] = [join(folder, 'disk'), join(folder, 'here')];
  await Promise.all([mkdir(disk), mkdir(here)]);
  const [real, link] = [join(disk, 'real.db'), join(here, 'link.db')];
  const [company] = await makeDatabase(real);
  await symlink('../disk/real.db', link);
  return { disk, here, real, link, company: company?.id ?? '' };
}

test('gateways that open one database by its name and by a link share it', async () => {
  const { real, link, here } = await linkedDatabase();
  const one = await startTestGateway({ file: link });
  const other = await startTestGateway({ file: real });

  await one.query('mutation { createCompany(input: { name: "A" }) { __typename } }');
  await other.query('mutation { createCompany(input: { name: "B" }) { __typename } }');

  for (const gateway of [one, other]) {
    const { data } = await gateway.query('{ companies { totalCount } }');
    expect(data.companies.totalCount).toBe(3);
  }
  // SQLite's own files are next to the database, not next to the link.
  expect((await stat(`${real}-wal`)).size).toBeGreaterThan(0);
  await expect(stat(`${link}-wal`)).rejects.toThrow('ENOENT');
  expect(await namesIn(here)).toEqual(['link.db']);
});

test('a start does not create a database behind a link that leads nowhere', async () => {
  const folder = await temporaryFolder();
  const [link, target] = [join(folder, 'link.db'), join(folder, 'not-mounted.db')];
  await symlink(target, link);

  const { code, stderr } = await runHereOn(link, 'keys', 'list');

  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: `${link} is a symbolic link to a file that does not exist\n`,
  });
  expect(await namesIn(folder)).toEqual(['link.db']);
});

test('a restore onto a link replaces the database behind it', async () => {
  const { disk, here, real, link, company } = await linkedDatabase();
  const backup = join(disk, 'backup');
  await runHereOn(link, 'backup', backup);
  await makeDatabase(real, [{}, {}]);
  await writeFile(`${real}.key`, 'stays');

  expect(await runHereOn(link, 'restore', backup)).toMatchObject({ code: 0 });

  expect(companyIds(link)).toEqual([company]);
  expect(companyIds(real)).toEqual([company]);
  expect(await namesIn(here)).toEqual(['link.db']);
  expect(await namesIn(disk)).toEqual([
    'backup',
    'real.db',
    'real.db.key',
    expect.stringMatching(/^real\.db\.replaced-/),
  ]);
});

test('a backup onto a link replaces the file behind it', async () => {
  const { disk, here, link, company } = await linkedDatabase();
  await writeFile(join(disk, 'backup'), 'before');
  await symlink('../disk/backup', join(here, 'backup'));

  expect(await runHereOn(link, 'backup', join(here, 'backup'))).toMatchObject({ code: 1 });
  expect(await runHereOn(link, 'backup', join(here, 'backup'), '--force')).toMatchObject({
    code: 0,
  });

  expect(companyIds(join(disk, 'backup'))).toEqual([company]);
  expect((await stat(join(here, 'backup'))).ino).toBe((await stat(join(disk, 'backup'))).ino);
});

test.for(['real.db', 'real.db-wal'])(
  'a backup of a database behind a link never takes the place of %s',
  async (name) => {
    const { disk, link } = await linkedDatabase();
    await startTestGateway({ file: link });

    const { code, stderr } = await runHereOn(link, 'backup', join(disk, name), '--force');

    expect(code).toBe(1);
    expect(stderr).toContain('is part of the database itself');
  },
);
