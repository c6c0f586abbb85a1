import Database from 'better-sqlite3';
import { StoreUnavailableError } from '../../unavailable.ts';
import { isBusy, isDamage } from './errors.ts';

const toRestore = 'before you restore';

/** A database that this process alone has open. */
export interface Hold {
  /** Leaves the database in one file, with nothing beside it, and goes on holding it whatever its name becomes. */
  settle(): void;
  release(): void;
}

/** Makes sure that no other connection has a database open, and keeps it so. Throws `StoreUnavailableError` if one has. */
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
        `${file} is so damaged that it cannot be seen whether a process has it open: stop the gateway, move the file` +
          ` away together with ${file}-wal and ${file}-shm if they exist, and restore again`,
        { cause: error },
      );
    }
    throw error;
  }
}

/**
 * Lets nobody else use the database from here on; to be called before anything is asked of it. A connection in WAL mode,
 * even an idle one, holds a shared lock on the file from its first statement on, which only this locking mode asks for; a
 * mere `BEGIN EXCLUSIVE` keeps out no reader there. Throws `StoreUnavailableError` if another connection is there; `before`
 * says what that one has to make room for.
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
 * Closing a connection in WAL mode removes the WAL by its name, which by then may be that of the next database. So the
 * file leaves that mode. Its locks are then let go for a moment, in which a gateway could come: it would set WAL again.
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
    `${file} is in use: stop the gateway, and whatever else has it open, ${before}`,
    { why: 'busy', cause },
  );
}
