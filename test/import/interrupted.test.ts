import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { manyCompanies } from '../support/companies.ts';
import { temporaryFolder } from '../support/folder.ts';
import { ndjson } from '../support/import.ts';
import { placeNewDatabase } from '../support/new-database.ts';
import { runCommand, type Running } from '../support/process.ts';
import { runHere } from '../support/run-here.ts';
import { amount } from '../support/soak.ts';
import { countRows, faultsOf, isLocked } from '../support/stored.ts';
import { until } from '../support/until.ts';

const number = amount({ usual: 2500, soak: 8000 });

/** Makes an empty database and a function that runs imports into it. */
async function emptyDatabase() {
  const folder = await temporaryFolder();
  const database = join(folder, 'test.db');
  await placeNewDatabase(database);
  const env = { DATABASE_URL: `file:${database}` };
  const run = (
    args: readonly string[],
    options: { input?: string; keepInputOpen?: boolean } = {},
  ) => runCommand(['import', ...args], { env, ...options });
  return { folder, database, env, run };
}

/** Makes an empty database and a file of many companies. */
async function largeFile() {
  const { folder, ...rest } = await emptyDatabase();
  const file = join(folder, 'companies.ndjson');
  await writeFile(file, ndjson(manyCompanies(number)));
  return { file, ...rest };
}

/** Waits until an import has written something. Fails if it has ended. */
async function isUnderWay({ child }: Running, database: string) {
  await until('something is imported', () => countRows(database, 'companies') > 0);
  expect(child.exitCode).toBeNull();
}

function countsOf(report: string) {
  const counts = /^(\d+) companies: (\d+) created, 0 updated, (\d+) unchanged, 0 refused$/m;
  const [, all, created, unchanged] = counts.exec(report) ?? [];
  return { all: Number(all), created: Number(created), unchanged: Number(unchanged) };
}

test.for([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)(
  '%s stops an import: what it reports is in, and the next one completes it',
  async ([signal, exitCode]) => {
    const { file, database, env, run } = await largeFile();
    const stopped = run([file]);
    await isUnderWay(stopped, database);

    stopped.child.kill(signal);

    const { code, stdout, stderr } = await stopped.finished;
    const { all, created } = countsOf(stdout);
    expect({ code, all, stderr }).toEqual({ code: exitCode, all: created, stderr: '' });
    expect(stdout).toContain(
      'Stopped early: all records counted above as created or updated are imported.\n',
    );
    expect(created).toBeLessThan(number);
    expect(countRows(database, 'companies')).toBe(created);
    expect(countRows(database, 'connections')).toBe(created);
    expect(faultsOf(database)).toEqual([]);

    const completed = await runHere(['import', file], { env });
    expect(completed.code).toBe(0);
    expect(countsOf(completed.stdout)).toEqual({
      all: number,
      created: number - created,
      unchanged: created,
    });
  },
);

test('Ctrl-C stops an import of all or nothing with nothing in', async () => {
  const { file, database, run } = await largeFile();
  const stopped = run(['--strict', file]);
  // The only visible effect is that the import holds the write lock.
  await until('it writes', () => isLocked(database));

  stopped.child.kill('SIGINT');

  const { code, stdout } = await stopped.finished;
  expect(code).toBe(130);
  expect(stdout).toContain('Nothing was imported');
  expect(countRows(database, 'companies')).toBe(0);
});

test('Ctrl-C stops an import that waits for more of its standard input', async () => {
  const { database, run } = await emptyDatabase();
  // A multiple of the import's batch size, so that no record waits for more input.
  const given = amount({ usual: 1500, soak: 3000 });
  const waiting = run(['-'], { input: ndjson(manyCompanies(given)), keepInputOpen: true });
  await until('all of them are in', () => countRows(database, 'companies') === given);

  waiting.child.kill('SIGINT');

  const { code, stdout } = await waiting.finished;
  expect(code).toBe(130);
  expect(countsOf(stdout)).toEqual({ all: given, created: given, unchanged: 0 });
});
