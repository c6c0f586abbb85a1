import { readdir } from 'node:fs/promises';
import { Readable } from 'node:stream';
import Database from 'better-sqlite3';
import { importRecords } from '../../src/import/import-records.ts';
import { readRecords } from '../../src/import/read-records.ts';
import { ndjson } from './import.ts';
import { placeNewDatabase } from './new-database.ts';
import { companyRecord, connectionRecord, type CompanyRecordInput } from './records.ts';
import { runCommand, type Finished } from './process.ts';
import { inStore } from './rows.ts';
import { runHere } from './run-here.ts';

/** Runs a command of the product on the database `file` and waits for it to end. */
export function run(file: string, ...args: string[]): Promise<Finished> {
  return runCommand(args, { env: { DATABASE_URL: `file:${file}` } }).finished;
}

/** Runs a command of the product on the database `file` in this process. See `runHere`. */
export function runHereOn(file: string, ...args: string[]): Promise<Finished> {
  return runHere(args, { env: { DATABASE_URL: `file:${file}` } });
}

/** Makes a database by importing companies. Each has one Linked connection unless the caller gives others. */
export async function makeDatabase(
  file: string,
  companies: readonly Partial<CompanyRecordInput>[] = [{}],
): Promise<CompanyRecordInput[]> {
  const records = companies.map((given) =>
    companyRecord({ dataConnections: [connectionRecord()], ...given }),
  );
  await placeNewDatabase(file);
  const { companies: counts } = await inStore(file, (store) =>
    importRecords(store, () => readRecords(Readable.from([Buffer.from(ndjson(records))])), {
      maxConnections: 1000,
    }),
  );
  if (counts.refused > 0) throw new Error(`${counts.refused} companies were refused`);
  return records;
}

/** Makes companies with numbered names. */
export function manyCompanies(count: number): Partial<CompanyRecordInput>[] {
  return Array.from({ length: count }, (_, index) => ({ name: `Company number ${index}` }));
}

/** Returns the ids of the companies in a database. */
export function companyIds(file: string): string[] {
  const db = new Database(file, { readonly: true });
  try {
    return db.prepare<[], string>('SELECT id FROM companies ORDER BY id').pluck().all();
  } finally {
    db.close();
  }
}

/** Changes a database with foreign keys and triggers switched off, and then restores them. */
export function plant(file: string, sql: string): void {
  const db = new Database(file);
  try {
    db.pragma('foreign_keys = OFF');
    const triggers = db
      .prepare<[], { name: string; sql: string }>(
        `SELECT name, sql FROM sqlite_master WHERE type = 'trigger'`,
      )
      .all();
    for (const { name } of triggers) db.exec(`DROP TRIGGER ${name}`);
    db.exec(sql);
    for (const trigger of triggers) db.exec(trigger.sql);
    db.pragma('wal_checkpoint(TRUNCATE)');
  } finally {
    db.close();
  }
}

/** Lists the files of a folder, without the `-wal` and `-shm` files of SQLite. */
export async function namesIn(folder: string): Promise<string[]> {
  const names = await readdir(folder);
  return names.filter((name) => !/-(wal|shm)$/.test(name)).toSorted();
}
