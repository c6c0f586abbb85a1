import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { ndjson } from '../support/import.ts';
import { companyRecord, connectionRecord } from '../support/records.ts';
import { countRows, rowsOf } from '../support/stored.ts';
import { importer, samples } from './importer.ts';

const nothingButReport = { code: 0, signal: null, stderr: '' };

test('the export of a REST API is imported: 7 companies and 6 connections', async () => {
  const { runInProcess } = await importer();

  expect(await runInProcess([samples])).toEqual({
    ...nothingButReport,
    stdout:
      '7 companies: 7 created, 0 updated, 0 unchanged, 0 refused\n' +
      '6 connections: 6 created, 0 updated, 0 unchanged, 0 refused\n',
  });
});

test('the same file again changes nothing', async () => {
  const { run, database } = await importer();
  await run([samples]);
  const before = rowsOf(database, 'SELECT * FROM events');

  expect(await run([samples])).toEqual({
    ...nothingButReport,
    stdout:
      '7 companies: 0 created, 0 updated, 7 unchanged, 0 refused\n' +
      '6 connections: 0 created, 0 updated, 6 unchanged, 0 refused\n',
  });
  expect(rowsOf(database, 'SELECT * FROM events')).toEqual(before);
});

test('a newer file is reported as updates', async () => {
  const { run } = await importer();
  const record = companyRecord({ dataConnections: [connectionRecord()] });
  await run(['-'], ndjson([record]));

  const { stdout } = await run(['-'], ndjson([{ ...record, name: 'Newer' }]));

  expect(stdout).toMatch(/^1 companies: 0 created, 1 updated, 0 unchanged, 0 refused\n/);
});

test.for([
  ['NDJSON', ndjson],
  ['a page', (results: unknown[]) => JSON.stringify({ results })],
  ['a list', (records: unknown[]) => JSON.stringify(records)],
] as const)('%s is imported from standard input', async ([, written]) => {
  const { run, database } = await importer();

  const { code, stdout } = await run(['-'], written([companyRecord(), companyRecord()]));

  expect(code).toBe(0);
  expect(stdout).toContain('2 companies: 2 created');
  expect(countRows(database, 'companies')).toBe(2);
});

test('each refused record is reported with its place, its id and its reason, and the exit code is 1', async () => {
  const { runInProcess, database } = await importer();
  const [nameless, impossible] = [
    { ...companyRecord(), name: '' },
    companyRecord({ dataConnections: [connectionRecord(), connectionRecord()] }),
  ];
  const input = `${ndjson([companyRecord(), nameless])}\n{"id":\n${ndjson([impossible, companyRecord()])}`;

  expect(await runInProcess(['-'], input)).toEqual({
    code: 1,
    signal: null,
    stderr:
      `refused line 2 (${nameless.id}): name must be 1 to 200 characters after trimming\n` +
      'refused line 4: is not valid JSON\n' +
      `refused line 5 (${impossible.id}): dataConnections[1].status must not be Linked: the company has another active Accounting connection and can have only one\n`,
    stdout:
      '5 companies: 2 created, 0 updated, 0 unchanged, 3 refused\n' +
      '2 connections: 0 created, 0 updated, 0 unchanged, 2 refused\n',
  });
  expect(countRows(database, 'companies')).toBe(2);
});

test('a page that is cut off goes in as far as it is good, and the exit code is 1', async () => {
  const { runInProcess, folder, database } = await importer();
  const page = JSON.stringify({ results: [companyRecord(), companyRecord(), companyRecord()] });
  await writeFile(join(folder, 'page.json'), page.slice(0, -100));

  const { code, stdout, stderr } = await runInProcess(['page.json']);

  expect(code).toBe(1);
  expect(stderr).toBe(
    'refused record 3: is not valid JSON, or is cut off at the end of the file; the rest of the file was not read\n',
  );
  expect(stdout).toContain('3 companies: 2 created, 0 updated, 0 unchanged, 1 refused\n');
  expect(countRows(database, 'companies')).toBe(2);
});

test('a report line holds nothing that a terminal would obey', async () => {
  const { run } = await importer();

  const { stderr } = await run(['-'], ndjson([{ id: 'a\u001B[2Jb\nrefused line 7: made up' }]));

  expect(stderr).toMatch(/^refused line 1 [^\n]*\n$/);
  expect(stderr).not.toContain('\u001B');
});

test('an empty input is said to be empty, and is no failure', async () => {
  const { run } = await importer();

  const { code, stdout } = await run(['-'], '');

  expect(code).toBe(0);
  expect(stdout).toContain('The input has no records.\n');
});

test('--strict imports nothing if any record is refused', async () => {
  const { run, database } = await importer();
  const records = [companyRecord(), { ...companyRecord(), name: '' }, companyRecord()];

  const { code, stdout, stderr } = await run(['--strict', '-'], ndjson(records));

  expect(code).toBe(1);
  expect(stdout).toMatch(/^1 companies: 0 created, 0 updated, 0 unchanged, 1 refused\n/);
  expect(stdout).toContain(
    'Nothing was imported: with --strict, a refused record or an interruption cancels',
  );
  expect(stderr).toMatch(/^refused line 2 /);
  expect(countRows(database, 'companies')).toBe(0);
  expect(countRows(database, 'events')).toBe(0);
});

test('--strict imports everything if no record is refused', async () => {
  const { run, database } = await importer();

  const { code, stdout } = await run(['--strict', samples]);

  expect(code).toBe(0);
  expect(stdout).toMatch(/^7 companies: 7 created, .*\n6 connections: 6 created, .*\n$/);
  expect(countRows(database, 'companies')).toBe(7);
});

test.for<[string, string[], RegExp]>([
  ['a file that is missing', ['nowhere.json'], /no such file.*nowhere\.json/],
  ['a folder', [dirname(samples)], /folder/],
  ['no file', [], /missing required argument 'file'/],
  ['two files', ['a.json', 'b.json'], /too many arguments/],
  ['an option that is not known', ['--force', 'a.json'], /unknown option '--force'/],
])('%s is refused with one clear message', async ([, args, message]) => {
  const { run, database } = await importer();

  const { code, stdout, stderr } = await run(args);

  expect(code).toBe(1);
  expect(stdout).toBe('');
  expect(stderr).toMatch(message);
  expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  expect(existsSync(database)).toBe(false);
});

test('a database that is none is refused with one clear message', async () => {
  const { run, database } = await importer();
  await writeFile(database, 'This is no database, but a text of some length. '.repeat(100));

  const { code, stderr } = await run([samples]);

  expect(code).toBe(1);
  expect(stderr).toMatch(/test\.db is not a SQLite database[^\n]*\n$/);
});
