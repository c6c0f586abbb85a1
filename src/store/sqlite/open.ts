import { existsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { StoreUnavailableError } from '../unavailable.ts';
import { asUnavailable, isBusy } from './files/errors.ts';
import { identityOf, sortBeside } from './files/files.ts';
import { lockAlone } from './files/exclusive-lock.ts';
import { behindLink, createFile, createFolder } from './files/private-files.ts';
import { migrate, schemaVersion } from './schema/migrate.ts';
import {
  makePostponedIndexes,
  postponedIn,
  postponeIndexes,
} from './bulk-load/postponed-indexes.ts';
import { SqliteStore } from './store.ts';

/** The options for opening a SQLite store. */
export interface SqliteOptions {
  /** The path of the database file. The file and its folder are created, for their owner only, if they are missing. */
  readonly file: string;
  /** Called with each statement before it runs, including values; for tests that count statements. */
  readonly onStatement?: (sql: string) => void;
  /** Whether many writes follow, which get more memory: `bulkCacheMegabytes`. */
  readonly bulk?: boolean;
  /**
   * Whether much new data is loaded, while nobody else may have the database open. The indexes that only reads need are
   * dropped. They are created by `ensureIndexes`, when the store closes or, if its process is killed, when the database
   * is opened the next time.
   */
  readonly load?: boolean;
  /**
   * The most threads that read lists whose cost has no bound. With 0, the default, the caller's thread reads them: a command
   * has nothing else to do meanwhile.
   */
  readonly readerThreads?: number;
  /** Called with messages for the operator while opening takes long. */
  readonly notify?: (message: string) => void;
}

/**
 * The memory for writes. It holds all that a transaction changes, which otherwise would be written to the WAL early and
 * read again. An import changes more at once than the requests that share a transaction.
 */
const writeCacheMegabytes = 16;
const bulkCacheMegabytes = 64;
/**
 * The number of pages that the WAL holds before they are copied into the database file: 32 MB. A page that changed many
 * times since then, such as the last of each table, is copied once. SQLite's default of 1000 is what a few dozen
 * requests change.
 */
const walPages = 8000;
/** The size to which a WAL shrinks that grew because a long read kept its pages from being copied. */
const walBytes = walPages * (4096 + 24);
/** The memory for reads. SQLite's default of 2 MB holds a few hundred companies. */
const readCacheMegabytes = 32;
// SQLite waits inside the statement: a longer wait would block every other request of this process.
const busyTimeoutMs = 1000;
const retryMs = 5;

/**
 * Opens a store in one SQLite file that several processes may share. Creates and migrates it if needed. Throws
 * `StoreUnavailableError` with a message for the operator if the file cannot be used.
 */
export function openSqliteStore(options: SqliteOptions): SqliteStore {
  const { file, load = false, bulk = false } = options;
  const opened: Database.Database[] = [];
  try {
    prepareFile(file);
    sortBeside(file);
    const before = identityOf(file);
    const writer = open(options, opened);
    writer.pragma(`cache_size = ${-1024 * (bulk ? bulkCacheMegabytes : writeCacheMegabytes)}`);
    const { applied, latest } = schemaVersion(writer);
    // A migration may drop an index, which must exist then.
    if (!load || applied < latest) completeLoad(writer, options);
    migrate(writer);
    // From here on the store waits for the write lock itself, without blocking the process.
    writer.pragma('busy_timeout = 0');
    // Keep the undo data of statements in memory: in a file, SQLite's default, it takes longer than the change itself.
    // Not earlier, since an index that a migration creates is sorted in the same place.
    writer.pragma('temp_store = MEMORY');
    writer.pragma(`wal_autocheckpoint = ${walPages}`);
    writer.pragma(`journal_size_limit = ${walBytes}`);
    const reader = load ? writer : openReader(options, opened);
    const store = new SqliteStore({
      file,
      reading: reader,
      writing: writer,
      isLoading: load,
      readers: readersOf(options),
    });
    // A restore replaces a database that nobody has open. If one ran meanwhile, the opened file is the replaced one.
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

function readersOf({ file, load, readerThreads = 0, onStatement }: SqliteOptions) {
  // While it loads, no other connection can use the database.
  if (readerThreads === 0 || load) return undefined;
  return { file, threads: readerThreads, onStatement };
}

function prepareFile(file: string): void {
  const folder = dirname(file);
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() === false) {
    throw new StoreUnavailableError(`${file} cannot be a database: ${folder} is not a folder`);
  }
  createFolder(folder);
  if (statSync(file, { throwIfNoEntry: false })?.isDirectory()) {
    throw new StoreUnavailableError(`${file} cannot be a database: it is a folder`);
  }
  if (!existsSync(behindLink(file))) createIfPossible(file);
}

function createIfPossible(file: string): void {
  try {
    createFile(file);
  } catch {
    // Another process was first, or SQLite cannot create it either, and reports why.
  }
}

function open({ file, load, onStatement }: SqliteOptions, opened: Database.Database[]) {
  const db = new Database(file, {
    timeout: load ? 0 : busyTimeoutMs,
    ...(onStatement && { verbose: (sql: unknown) => onStatement(String(sql)) }),
  });
  opened.push(db);
  if (load) lockAlone(db, 'before you import offline');
  // Before any setting: a database that is rejected stays unchanged.
  schemaVersion(db);
  patiently(() => db.pragma('journal_mode = WAL'));
  // better-sqlite3 defaults to NORMAL in WAL mode, which can lose acknowledged changes in a power cut.
  db.pragma('synchronous = FULL');
  db.pragma('foreign_keys = ON');
  // Overwrite erased data, such as credentials: otherwise it stays in the file and in its backups.
  db.pragma('secure_delete = ON');
  expectPragma(db, 'journal_mode', 'wal');
  expectPragma(db, 'synchronous', 2);
  expectPragma(db, 'foreign_keys', 1);
  return db;
}

/**
 * Creates the indexes that an interrupted load left out. Without them responses are right and lists slow, so a failure
 * that may pass by itself does not prevent opening.
 */
function completeLoad(db: Database.Database, { notify }: SqliteOptions): void {
  if (postponedIn(db).size === 0) return;
  notify?.(`${db.name}: an offline import was interrupted: building the indexes that are missing`);
  try {
    makePostponedIndexes(db);
  } catch (error) {
    const told = asUnavailable(db.name, error);
    if (!(told instanceof StoreUnavailableError) || told.why === 'unusable') throw error;
    notify?.(`${told.message}: lists are slow until a later start builds the missing indexes`);
  }
}

function openReader(options: SqliteOptions, opened: Database.Database[]) {
  const reader = open(options, opened);
  reader.pragma('query_only = ON');
  reader.pragma(`cache_size = ${-1024 * readCacheMegabytes}`);
  return reader;
}

/** Retries while SQLite is busy. It does not wait for another process that also switches to WAL or migrates. */
function patiently(action: () => unknown): void {
  const patience = performance.now() + busyTimeoutMs;
  for (;;) {
    try {
      action();
      return;
    } catch (error) {
      if (!isBusy(error) || performance.now() >= patience) throw error;
      // Blocking is harmless: nothing else runs in this process yet.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, retryMs);
    }
  }
}

function expectPragma(db: Database.Database, name: string, expected: string | number): void {
  const actual = db.pragma(name, { simple: true });
  if (actual !== expected) {
    throw new StoreUnavailableError(
      `${db.name}: SQLite reports ${name} = ${String(actual)} although ${expected} was set`,
    );
  }
}
