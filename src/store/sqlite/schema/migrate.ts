import { fileURLToPath } from 'node:url';
import type Database from 'better-sqlite3';
import { readMigrationFiles } from 'drizzle-orm/migrator';
import { addFoldFunction } from './fold-function.ts';
import { StoreUnavailableError } from '../../unavailable.ts';

const migrations = readMigrationFiles({
  migrationsFolder: fileURLToPath(new URL('migrations', import.meta.url)),
});

/** The table of applied migrations. drizzle-kit's own migrator uses the same, so its tools understand the file. */
export const journal = '__drizzle_migrations';

/**
 * Migrates the database to this program's version, in one transaction that holds the write lock, so that processes that
 * start together do not both migrate. Rejects a database of a newer version, or that is not ours.
 */
export function migrate(db: Database.Database): void {
  if (pendingMigrations(db).length === 0) return;
  // drizzle-kit rebuilds a table by dropping it, which must not delete its child rows by cascade. The pragma has no
  // effect inside a transaction, where drizzle-kit's migrations set it.
  db.pragma('foreign_keys = OFF');
  addFoldFunction(db);
  try {
    db.transaction(() => applyPending(db)).immediate();
  } finally {
    db.pragma('foreign_keys = ON');
  }
}

/** How many of this program's migrations were applied to a database. */
export interface SchemaVersion {
  /** 0 for a database without tables. */
  readonly applied: number;
  readonly latest: number;
}

/** Returns a database's version. Rejects a database of a newer version, or that is not ours. */
export function schemaVersion(db: Database.Database): SchemaVersion {
  const latest = migrations.length;
  return { applied: latest - pendingMigrations(db).length, latest };
}

/** Creates the tables of a version in an empty database. */
export function createSchema(db: Database.Database, version: number): void {
  addFoldFunction(db);
  for (const { sql } of migrations.slice(0, version))
    for (const statement of sql) db.exec(statement);
}

function applyPending(db: Database.Database): void {
  db.exec(
    `CREATE TABLE IF NOT EXISTS ${journal} (id INTEGER PRIMARY KEY, hash text NOT NULL, created_at numeric)`,
  );
  const record = db.prepare(`INSERT INTO ${journal} (hash, created_at) VALUES (?, ?)`);
  for (const migration of pendingMigrations(db)) {
    for (const statement of migration.sql) db.exec(statement);
    record.run(migration.hash, migration.folderMillis);
  }
  const orphans = db.pragma('foreign_key_check') as unknown[];
  if (orphans.length > 0) throw new Error('a migration left rows that refer to missing rows');
}

function pendingMigrations(db: Database.Database) {
  const applied = appliedMigrations(db);
  const known = new Set(migrations.map(({ folderMillis }) => folderMillis));
  if (applied.some((createdAt) => !known.has(createdAt))) {
    throw new StoreUnavailableError(
      `${db.name} was written by a newer version of Connexions: run that version, or restore a backup`,
    );
  }
  return migrations.filter(({ folderMillis }) => !applied.includes(folderMillis));
}

function appliedMigrations(db: Database.Database): number[] {
  const tables = db
    .prepare<[], string>(`SELECT name FROM sqlite_master WHERE type = 'table'`)
    .pluck()
    .all();
  if (tables.includes(journal)) {
    return db.prepare<[], number>(`SELECT created_at FROM ${journal}`).pluck().all();
  }
  if (tables.length > 0) {
    throw new StoreUnavailableError(`${db.name} is not a Connexions database: it has other tables`);
  }
  return [];
}
