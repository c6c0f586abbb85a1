import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ndjson } from '../support/import.ts';
import { runCommand } from '../support/process.ts';
import { companyRecord, connectionRecord } from '../support/records.ts';
import { countRows } from '../support/stored.ts';
import { importer, samples } from './importer.ts';

test('--dry-run reports what an import would do and leaves the database as it was', async () => {
  const { run, folder, database } = await importer();
  const known = companyRecord({ dataConnections: [connectionRecord()] });
  await run(['-'], ndjson([known]));
  const before = await digests(folder);
  const records = [{ ...known, name: 'Newer' }, companyRecord(), { ...companyRecord(), name: '' }];

  expect(await run(['--dry-run', '-'], ndjson(records))).toMatchObject({
    code: 1,
    stdout:
      '3 companies: 1 created, 1 updated, 0 unchanged, 1 refused\n' +
      '1 connections: 0 created, 0 updated, 1 unchanged, 0 refused\n' +
      'This was a dry run: nothing was written.\n',
  });
  // SQLite leaves an empty write-ahead log beside a database that was only read.
  expect(await digests(folder)).toMatchObject(before);
  expect(countRows(database, 'companies')).toBe(1);
});

test('--dry-run --strict reports that nothing would be imported', async () => {
  const { runInProcess } = await importer();

  const { code, stdout } = await runInProcess(['--dry-run', '--strict', '-'], ndjson([{}]));

  expect(code).toBe(1);
  expect(stdout).toContain('Nothing was imported');
});

test('--dry-run does not create a database', async () => {
  const { run, folder } = await importer();

  const { code, stdout } = await run(['--dry-run', samples]);

  expect(code).toBe(0);
  expect(stdout).toContain('7 companies: 7 created');
  expect(await readdir(folder)).toEqual([]);
});

test('--dry-run leaves nothing in the folder for temporary files', async () => {
  const { folder, database } = await importer();
  const env = { DATABASE_URL: `file:${database}`, TMPDIR: folder };

  await runCommand(['import', '--dry-run', samples], { env }).finished;

  expect(await readdir(folder)).toEqual([]);
});

/** Returns a digest of each file in a folder. */
async function digests(folder: string): Promise<Record<string, string>> {
  const names = await readdir(folder);
  const entries = names.map(async (name) => {
    const content = await readFile(join(folder, name));
    return [name, createHash('sha256').update(content).digest('hex')] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}
