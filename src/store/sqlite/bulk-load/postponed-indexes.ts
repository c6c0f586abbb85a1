import type Database from 'better-sqlite3';
import { schemaVersion } from '../schema/migrate.ts';
import { schemaObjectsOfVersion } from '../schema/schema-objects.ts';

// The database records which indexes are still to be created, so that the next process that opens it can create them if
// a load was interrupted.

/** The tables that a load fills. */
const loadedTables = ['companies', 'company_tags', 'connections', 'events'];

/**
 * Drops the indexes of the tables that a load fills, except unique ones: sorting a whole index at the end takes a
 * fraction of the time of adding its entries one by one.
 */
export function postponeIndexes(db: Database.Database): void {
  const names = db
    .prepare<[string], string>(
      `SELECT name FROM sqlite_schema
       WHERE type = 'index' AND sql LIKE 'CREATE INDEX %' AND tbl_name IN (SELECT value FROM json_each(?))`,
    )
    .pluck()
    .all(JSON.stringify(loadedTables));
  const note = db.prepare('INSERT OR IGNORE INTO postponed_indexes (name) VALUES (?)');
  const postpone = db.transaction((name: string) => {
    note.run(name);
    db.exec(`DROP INDEX ${name}`);
  });
  for (const name of names) postpone.immediate(name);
}

/** Creates the indexes that this process, or one that was killed, postponed, each in its own transaction. */
export function makePostponedIndexes(db: Database.Database): void {
  const postponed = postponedIn(db);
  if (postponed.size === 0) return;
  const objects = schemaObjectsOfVersion(schemaVersion(db).applied);
  const isThere = db.prepare<[string]>(
    `SELECT 1 FROM sqlite_schema WHERE type = 'index' AND name = ?`,
  );
  const settle = db.prepare('DELETE FROM postponed_indexes WHERE name = ?');
  const make = db.transaction((name: string) => {
    const object = objects.get(name);
    // Another process, or the operator, may have created it meanwhile.
    if (object?.type === 'index' && isThere.get(name) === undefined) db.exec(object.sql);
    settle.run(name);
  });
  // In memory, all entries of an index would be sorted at once, however many there are.
  const tempStore = db.pragma('temp_store', { simple: true }) as number;
  db.pragma('temp_store = FILE');
  try {
    for (const name of postponed) make.immediate(name);
  } finally {
    db.pragma(`temp_store = ${tempStore}`);
  }
}

/** Returns the names of the indexes that are still to be created. */
export function postponedIn(db: Database.Database): Set<string> {
  const hasTable = db.prepare(`SELECT 1 FROM sqlite_schema WHERE name = 'postponed_indexes'`).get();
  if (hasTable === undefined) return new Set();
  return new Set(db.prepare<[], string>('SELECT name FROM postponed_indexes').pluck().all());
}
