import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { StoreUnavailableError } from '../unavailable.ts';
import { asUnavailable, isBusy } from './files/errors.ts';
import { identityOf, sortBeside } from './files/files.ts';
import { lockAlone } from './files/exclusive-lock.ts';
import { migrate, schemaVersion } from './schema/migrate.ts';
import {
  makePostponedIndexes,
  postponedIn,
  postponeIndexes,
} from './bulk-load/postponed-indexes.ts';
import { SqliteStore } from './store.ts';

/** How a SQLite store is opened. */
export interface SqliteOptions {
  /** Path of the database file; it and its folder are created if they are missing. */
  readonly file: string;
  /** Called with each statement before it runs, values included; for tests that count them. */
  readonly onStatement?: (sql: string) => void;
  /** Whether much is to be written, for which more memory is taken: `bulkCacheMegabytes`. */
  readonly bulk?: boolean;
  /**
   * Whether much is to be loaded that is new, while nobody else may have the database open: the indexes that only reading
   * needs are dropped, and made by `ensureIndexes`, when the store closes or, if its process is killed, when it is opened
   * the next time.
   */
  readonly load?: boolean;
  /** Told what the operator should know, while opening takes long. */
  readonly notify?: (message: string) => void;
}

/**
 * How much of the database is kept in memory for writes: all that a transaction changes, which else would be written to
 * the WAL in between and read again. An import changes more at once than the requests that share a transaction do.
 */
const writeCacheMegabytes = 16;
const bulkCacheMegabytes = 64;
/**
 * How many pages the WAL holds before they are copied into the database file: 32 MB. A page that was changed many times
 * meanwhile, as the last of each table is, is copied once; SQLite's usual 1000 copies what a few dozen requests change.
 */
const walPages = 8000;
/** How much of the database is kept in memory for reads: SQLite's 2 MB are what a few hundred companies take. */
const readCacheMegabytes = 32;
// SQLite waits inside the statement: a longer wait would stop every other request of this process.
const busyTimeoutMs = 1000;
const retryMs = 5;

/**
 * Opens, and if need be creates and migrates, a store in one SQLite file that several processes may share. Throws
 * `StoreUnavailableError` with a message for the operator where the file cannot be used.
 */
export function openSqliteStore(options: SqliteOptions): SqliteStore {
  const { file, load = false, bulk = false } = options;
  const opened: Database.Database[] = [];
  try {
    prepareFolder(file);
    sortBeside(file);
    const before = identityOf(file);
    const writer = open(options, opened);
    writer.pragma(`cache_size = ${-1024 * (bulk ? bulkCacheMegabytes : writeCacheMegabytes)}`);
    const { applied, latest } = schemaVersion(writer);
    // A migration may drop an index, which must be there then.
    if (!load || applied < latest) completeLoad(writer, options);
    migrate(writer);
    // From here on the store waits for the write lock by itself, without stopping the process meanwhile.
    writer.pragma('busy_timeout = 0');
    // What a statement may have to undo is kept in memory; in a file, where SQLite puts it otherwise, it takes longer than
    // the change itself. Only now, since an index that a migration makes is sorted in the same place.
    writer.pragma('temp_store = MEMORY');
    writer.pragma(`wal_autocheckpoint = ${walPages}`);
    const reader = load ? writer : openReader(options, opened);
    const store = new SqliteStore({ file, reading: reader, writing: writer, isLoading: load });
    // A restore replaces a database that nobody has open; what was opened just before is the one that was replaced.
    if (before !== undefined && identityOf(file) !== before) {
      throw new StoreUnavailableError(`${file} was replaced while it was being opened: try again`);
    }
    if (load) postponeIndexes(writer);
    return store;
  } catch (error) {
    for (const db of opened) db.close();
    throw asUnavailable(file, error);
  }
}

function prepareFolder(file: string): void {
  const folder = dirname(file);
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() === false) {
    throw new StoreUnavailableError(`${file} cannot be a database: ${folder} is not a folder`);
  }
  mkdirSync(folder, { recursive: true });
  if (statSync(file, { throwIfNoEntry: false })?.isDirectory()) {
    throw new StoreUnavailableError(`${file} cannot be a database: it is a folder`);
  }
}

function open({ file, load, onStatement }: SqliteOptions, opened: Database.Database[]) {
  const db = new Database(file, {
    timeout: load ? 0 : busyTimeoutMs,
    ...(onStatement && { verbose: (sql: unknown) => onStatement(String(sql)) }),
  });
  opened.push(db);
  if (load) lockAlone(db, 'before you import offline');
  // Before anything is set: a database that is refused stays as it is.
  schemaVersion(db);
  patiently(() => db.pragma('journal_mode = WAL'));
  // better-sqlite3 is compiled so that WAL means NORMAL, under which a power cut takes acknowledged changes with it.
  db.pragma('synchronous = FULL');
  db.pragma('foreign_keys = ON');
  // What is erased, such as credentials, is overwritten: else it stays in the file, and in its backups.
  db.pragma('secure_delete = ON');
  expectPragma(db, 'journal_mode', 'wal');
  expectPragma(db, 'synchronous', 2);
  expectPragma(db, 'foreign_keys', 1);
  return db;
}

/**
 * Makes the indexes that a load left to be made when it was cut off. Without them answers are right and lists slow, so what
 * may pass by itself is no reason not to open.
 */
function completeLoad(db: Database.Database, { notify }: SqliteOptions): void {
  if (postponedIn(db).size === 0) return;
  notify?.(`${db.name}: an offline import was cut off: making the indexes that it left to be made`);
  try {
    makePostponedIndexes(db);
  } catch (error) {
    const told = asUnavailable(db.name, error);
    if (!(told instanceof StoreUnavailableError) || told.why === 'unusable') throw error;
    notify?.(`${told.message}: without these indexes lists are slow, until a start can make them`);
  }
}

function openReader(options: SqliteOptions, opened: Database.Database[]) {
  const reader = open(options, opened);
  reader.pragma('query_only = ON');
  reader.pragma(`cache_size = ${-1024 * readCacheMegabytes}`);
  return reader;
}

/** SQLite does not wait for another process that also turns to WAL, or migrates: it returns "busy" at once. */
function patiently(action: () => unknown): void {
  const patience = performance.now() + busyTimeoutMs;
  for (;;) {
    try {
      action();
      return;
    } catch (error) {
      if (!isBusy(error) || performance.now() >= patience) throw error;
      // Nothing else runs in this process yet that could be held up.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, retryMs);
    }
  }
}

function expectPragma(db: Database.Database, name: string, expected: string | number): void {
  const actual = db.pragma(name, { simple: true });
  if (actual !== expected) {
    throw new StoreUnavailableError(
      `${db.name}: SQLite answers ${name} = ${String(actual)} where ${expected} was set`,
    );
  }
}
