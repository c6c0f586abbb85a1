import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { StoreUnavailableError, type Store } from '../store.ts';
import { migrate } from './migrate.ts';
import { SqliteStore } from './store.ts';

/** How a SQLite store is opened. */
export interface SqliteOptions {
  /** Path of the database file; it and its folder are created if they are missing. */
  readonly file: string;
  /** Called with each statement before it runs, values included; for tests that count them. */
  readonly onStatement?: (sql: string) => void;
}

// better-sqlite3 waits inside the statement: a longer wait would stop every other request of this process.
const busyTimeoutMs = 1000;

/**
 * Opens, and if need be creates and migrates, a store in one SQLite file that several processes may share. Throws
 * `StoreUnavailableError` with a message for the operator where the file cannot be used.
 */
export function openSqliteStore(options: SqliteOptions): Store {
  try {
    mkdirSync(dirname(options.file), { recursive: true });
    const writer = connect(options);
    migrate(writer);
    const reader = connect(options);
    reader.pragma('query_only = ON');
    return new SqliteStore(reader, writer);
  } catch (error) {
    throw asUnavailable(options.file, error);
  }
}

function connect({ file, onStatement }: SqliteOptions): Database.Database {
  const db = new Database(file, {
    timeout: busyTimeoutMs,
    ...(onStatement && { verbose: (sql: unknown) => onStatement(String(sql)) }),
  });
  db.pragma('journal_mode = WAL');
  // better-sqlite3 is compiled so that WAL means NORMAL, under which a power cut takes acknowledged changes with it.
  db.pragma('synchronous = FULL');
  db.pragma('foreign_keys = ON');
  expectPragma(db, 'journal_mode', 'wal');
  expectPragma(db, 'synchronous', 2);
  expectPragma(db, 'foreign_keys', 1);
  return db;
}

function expectPragma(db: Database.Database, name: string, expected: string | number): void {
  const actual = db.pragma(name, { simple: true });
  if (actual !== expected) {
    throw new StoreUnavailableError(
      `${db.name}: SQLite answers ${name} = ${String(actual)} where ${expected} was set`,
    );
  }
}

function asUnavailable(file: string, error: unknown): Error {
  if (error instanceof StoreUnavailableError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new StoreUnavailableError(`cannot open the database ${file}: ${message}`, {
    cause: error,
  });
}
