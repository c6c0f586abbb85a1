import { existsSync, statSync } from 'node:fs';
import { copyFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { checkDatabase } from '../../src/store/sqlite/maintenance/check.ts';
import { openSqliteStore } from '../../src/store/sqlite/open.ts';
import { manyCompanies } from '../support/companies.ts';
import { temporaryFolder } from '../support/folder.ts';
import { ndjson } from '../support/import.ts';
import { shared } from '../support/lifetime.ts';
import { runCommand, spawnGateway, type Running } from '../support/process.ts';
import { companyRecord, connectionRecord, type CompanyRecordInput } from '../support/records.ts';
import { runHere } from '../support/run-here.ts';
import { amount } from '../support/soak.ts';
import { countRows, rowsOf } from '../support/stored.ts';
import { openAndClose, openDatabase } from '../support/store-file.ts';
import { until } from '../support/until.ts';
import { importer } from './importer.ts';

/** Returns everything that an import writes, except generated values: the ids, order and times of events. */
function contentOf(file: string) {
  const tables = {
    companies: 'SELECT id, name, name_folded, description, created, statuses FROM companies',
    tags: 'SELECT company_id, key, value FROM company_tags',
    connections: 'SELECT * FROM connections',
    events: 'SELECT type, company_id, connection_id, from_status, to_status, actor FROM events',
    companyTotals: 'SELECT * FROM company_totals',
    connectionTotals: 'SELECT * FROM connection_totals',
    schema: `SELECT type, name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%'`,
  };
  return Object.fromEntries(
    Object.entries(tables).map(([name, sql]) => [
      name,
      rowsOf(file, sql)
        .map((row) => JSON.stringify(row))
        .toSorted(),
    ]),
  );
}

/** Makes companies with tags and connections in every status. Some occur again with changes. */
function mixedRecords(mixed: number): CompanyRecordInput[] {
  const created = Array.from({ length: mixed }, (_, index) =>
    companyRecord({
      name: `Company ${index}`,
      tags: { number: String(index) },
      dataConnections: [
        connectionRecord(),
        connectionRecord({ sourceType: 'Banking', status: 'PendingAuth' }),
        connectionRecord({ sourceType: 'Commerce', status: 'Deauthorized' }),
      ],
    }),
  );
  const changed = created.slice(100, 120).map((record) =>
    Object.assign({}, record, {
      name: `${record.name}, renamed`,
      dataConnections: record.dataConnections.map((it) =>
        Object.assign({}, it, { status: 'Unlinked' }),
      ),
    }),
  );
  return [...created, ...changed, ...manyCompanies(50)];
}

test('an offline import comes to what any other comes to', async () => {
  const [online, offline] = [await importer(), await importer()];
  const mixed = amount({ usual: 200, soak: 700 });
  const input = ndjson([...mixedRecords(mixed), companyRecord({ name: '' })]);

  const expected = await online.run(['-'], input);
  const { code, stdout, stderr } = await offline.runInProcess(['--offline', '-'], input);

  expect({ code, stdout, stderr }).toEqual({
    code: 1,
    stdout: expected.stdout,
    stderr: `${expected.stderr}building the indexes\n`,
  });
  expect(stdout).toContain(
    `${mixed + 71} companies: ${mixed + 50} created, 20 updated, 0 unchanged, 1 refused\n`,
  );
  expect(contentOf(offline.database)).toEqual(contentOf(online.database));
  expect(checkDatabase(offline.database).findings).toEqual([]);
});

test('an offline import adds to what is there', async () => {
  const { run, database } = await importer();
  const [before, added] = [manyCompanies(300), manyCompanies(300)];
  await run(['-'], ndjson(before));

  const { code, stdout } = await run(['--offline', '-'], ndjson([...added, ...before]));

  expect(code).toBe(0);
  expect(stdout).toContain('600 companies: 300 created, 0 updated, 300 unchanged, 0 refused\n');
  expect(checkDatabase(database).findings).toEqual([]);
});

test('an offline import of all or nothing is refused', async () => {
  const { run, database } = await importer();

  const { code, stderr } = await run(['--offline', '--strict', '-'], ndjson(manyCompanies(10)));

  expect(code).toBe(1);
  expect(stderr).toContain("option '--offline' cannot be used with option '--strict'");
  expect(existsSync(database)).toBe(false);
});

describe('while a gateway has the database open', () => {
  const database = shared(async () => {
    const file = join(await temporaryFolder(), 'test.db');
    await spawnGateway(file);
    return file;
  });
  const run = (...args: string[]) =>
    runHere(['import', ...args, '-'], {
      env: { DATABASE_URL: `file:${database()}` },
      input: ndjson(manyCompanies(10)),
    });

  test('a dry run of an offline import writes nothing', async () => {
    const { code, stdout } = await run('--offline', '--dry-run');

    expect(code).toBe(0);
    expect(stdout).toContain('10 companies: 10 created');
    expect(countRows(database(), 'companies')).toBe(0);
  });

  test('an offline import is refused', async () => {
    const { code, stderr } = await run('--offline');

    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: `${database()} is in use: stop the gateway and every other program that has it open before you import offline\n`,
    });
    expect(countRows(database(), 'companies')).toBe(0);
  });
});

/** Starts an offline import of many companies and waits until some are in. Its input stays open, so it cannot end. */
async function importUnderWay(
  records: readonly CompanyRecordInput[],
  isUnderWay: (it: UnderWay) => boolean,
) {
  const database = join(await temporaryFolder(), 'test.db');
  const running = runCommand(['import', '--offline', '-'], {
    env: { DATABASE_URL: `file:${database}` },
    input: ndjson(records),
    keepInputOpen: true,
  });
  const underWay = { database, running, records };
  await until('some are in', () => isUnderWay(underWay));
  return underWay;
}

interface UnderWay {
  readonly database: string;
  readonly running: Running;
}

// A batch is 1,500 companies with a connection, or 3,000 without. The last hundred companies wait for more input.
const number = amount({ usual: 3100, soak: 20_000 });
/** The import reports its progress after every 10,000 companies. */
const numberToBeTold = amount({ usual: 12_100, soak: 20_000 });

/** No other process can read the database meanwhile, but the first 1,500 companies take 2.1 MB. */
const hasMoreThanOneBatch = ({ database }: UnderWay) =>
  (statSync(`${database}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 2.5e6;

test('nobody else opens the database during an offline import', async () => {
  const database = join(await temporaryFolder(), 'test.db');
  const env = { DATABASE_URL: `file:${database}` };
  const input = ndjson(manyCompanies(10));
  const running = runCommand(['import', '--offline', '-'], { env, input, keepInputOpen: true });
  await until('it has the database', () => existsSync(`${database}-wal`));

  const { code, stderr } = await runHere(['keys', 'list'], { env });

  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: `${database} is locked: another process is writing to it, or has locked it for exclusive access (SQLITE_BUSY)\n`,
  });
  running.child.stdin?.end();
  expect((await running.finished).code).toBe(0);
  expect(countRows(database, 'companies')).toBe(10);
});

/** Kills an import in progress. */
async function killed(it: UnderWay): Promise<void> {
  it.running.child.kill('SIGKILL');
  expect((await it.running.finished).signal).toBe('SIGKILL');
}

test('an offline import that is killed keeps what it said to be in', async () => {
  // Without connections, which would take longer than the companies.
  const companies = Array.from({ length: numberToBeTold }, () => companyRecord());
  const underWay = await importUnderWay(companies, ({ running }) => running.errorOutput() !== '');

  await killed(underWay);

  const found = countRows(underWay.database, 'companies');
  expect(found).toBeGreaterThanOrEqual(10_000);
  expect(found).toBeLessThan(numberToBeTold);
});

/** The database of an offline import that was killed halfway, and a file of all its companies. */
const left = shared(async () => {
  const underWay = await importUnderWay(manyCompanies(number), hasMoreThanOneBatch);
  await killed(underWay);
  const file = `${underWay.database}.ndjson`;
  await writeFile(file, ndjson(underWay.records));
  return { database: underWay.database, file };
});

/** Copies that database for one test. */
async function cutOffDatabase() {
  const database = join(await temporaryFolder(), 'test.db');
  for (const suffix of ['', '-wal']) await copyFile(left().database + suffix, database + suffix);
  const env = { DATABASE_URL: `file:${database}` };
  return { database, file: left().file, run: (...args: string[]) => runHere(args, { env }) };
}

test('the next start makes the indexes that a killed offline import left to be made', async () => {
  const { database, file, run } = await cutOffDatabase();
  const found = countRows(database, 'companies');
  expect(found).toBeGreaterThan(0);
  expect(found).toBeLessThan(number);
  expect(JSON.stringify(checkDatabase(database).findings)).toContain(
    'the index connections_by_company is missing because an offline import was interrupted: the next start of the gateway builds it',
  );

  const { code, stderr } = await run('keys', 'list');
  expect({ code, stderr }).toEqual({
    code: 0,
    stderr: `${database}: an offline import was interrupted: building the indexes that are missing\n`,
  });
  expect(checkDatabase(database).findings).toEqual([]);

  const completed = await run('import', file);
  expect(completed.stdout).toContain(
    `${number} companies: ${number - found} created, 0 updated, ${found} unchanged, 0 refused\n`,
  );
});

test('an offline import that was killed can be completed offline', async () => {
  const { database, file, run } = await cutOffDatabase();

  const { code } = await run('import', '--offline', file);

  expect(code).toBe(0);
  expect(countRows(database, 'companies')).toBe(number);
  expect(checkDatabase(database).findings).toEqual([]);
});

test('a backup of what an offline import left has all indexes, and can be restored', async () => {
  const { database, run } = await cutOffDatabase();
  const [backup, restored] = [`${database}.backup`, `${database}.restored`];

  expect(await run('backup', backup)).toMatchObject({ code: 0 });

  expect(checkDatabase(backup).findings).toEqual([]);
  const env = { DATABASE_URL: `file:${restored}` };
  expect(await runHere(['restore', backup], { env })).toMatchObject({ code: 0 });
});

test('a start makes no index that is there, and none of which it is only told', async () => {
  const { run, database } = await importer();
  await run(['-'], ndjson(manyCompanies(1)));
  const db = openDatabase(database);
  db.exec(`INSERT INTO postponed_indexes (name) VALUES ('connections_by_company'), ('of nobody')`);

  await openAndClose(database);

  expect(db.prepare('SELECT * FROM postponed_indexes').all()).toEqual([]);
  expect(checkDatabase(database).findings).toEqual([]);
});

test('a database that cannot be written opens without the indexes that are still to be made', async () => {
  const { run, database } = await importer();
  await run(['-'], ndjson(manyCompanies(3)));
  const db = openDatabase(database);
  db.exec(`INSERT INTO postponed_indexes (name) VALUES ('connections_by_company')`);
  db.exec('DROP INDEX connections_by_company; BEGIN IMMEDIATE');
  const told: string[] = [];

  const store = openSqliteStore({ file: database, notify: (message) => told.push(message) });
  onTestFinished(() => store.close());

  expect(told).toEqual([
    expect.stringContaining('an offline import was interrupted'),
    expect.stringMatching(
      /is locked.*: lists are slow until a later start builds the missing indexes/,
    ),
  ]);
  expect(await store.companies.byIds([])).toEqual([]);
  db.exec('ROLLBACK');
});

test('Ctrl-C stops an offline import with what it reports in, and with all indexes', async () => {
  const { database, running } = await importUnderWay(manyCompanies(number), hasMoreThanOneBatch);
  running.child.kill('SIGINT');

  const { code, stdout } = await running.finished;

  expect(code).toBe(130);
  expect(stdout).toContain(`${countRows(database, 'companies')} created, 0 updated`);
  expect(checkDatabase(database).findings).toEqual([]);
});
