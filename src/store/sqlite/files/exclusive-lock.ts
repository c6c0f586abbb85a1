import Database from 'better-sqlite3';
import { StoreUnavailableError } from '../../unavailable.ts';
import { isBusy, isDamage } from './errors.ts';

const toRestore = 'before you restore';

/** An exclusive lock on a database. */
export interface Hold {
  /** Brings the database into one file with no companion files. Keeps the lock, even if the file is renamed. */
  settle(): void;
  release(): void;
}

/** Ensures that no other connection has a database open until release. Throws `StoreUnavailableError` if one has. */
export function holdAlone(file: string): Hold {
  let db: Database.Database | undefined;
  try {
    db = new Database(file, { fileMustExist: true, timeout: 0 });
    lockAlone(db, toRestore);
    const held = db;
    return { settle: () => settle(held), release: () => held.close() };
  } catch (error) {
    db?.close();
    if (isDamage(error)) {
      throw new StoreUnavailableError(
        `${file} is damaged, so this command cannot check whether another process has it open: stop the gateway, move the` +
          ` file to another place, together with ${file}-wal and ${file}-shm if they exist, and restore again`,
        { cause: error },
      );
    }
    throw error;
  }
}

/**
 * Locks the database against all other connections. Call it before any other statement. A connection in WAL mode, even
 * an idle one, holds a shared lock on the file from its first statement on. Only this locking mode conflicts with it;
 * `BEGIN EXCLUSIVE` alone does not keep readers out. Throws `StoreUnavailableError` if there is another connection;
 * `before` ends its message, as in "before you restore".
 */
export function lockAlone(db: Database.Database, before: string): void {
  try {
    db.pragma('locking_mode = EXCLUSIVE');
    db.exec('BEGIN EXCLUSIVE; COMMIT');
  } catch (error) {
    throw isBusy(error) ? inUse(db.name, before, error) : error;
  }
}

/**
 * Closing a connection in WAL mode removes the WAL by its name, which may be that of the next database by then. So the
 * file leaves WAL mode. This releases its locks for a moment, in which a gateway could set WAL again.
 */
function settle(db: Database.Database): void {
  try {
    db.pragma('journal_mode = DELETE');
    db.pragma('locking_mode = NORMAL');
    db.exec('BEGIN; SELECT 1 FROM sqlite_master; COMMIT');
    db.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    throw isBusy(error) ? inUse(db.name, toRestore, error) : error;
  }
  if (db.pragma('journal_mode', { simple: true }) !== 'delete') throw inUse(db.name, toRestore);
}

function inUse(file: string, before: string, cause?: unknown): StoreUnavailableError {
  return new StoreUnavailableError(
    `${file} is in use: stop the gateway and every other program that has it open ${before}`,
    { why: 'busy', cause },
  );
}
