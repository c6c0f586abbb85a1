import { setTimeout as pause } from 'node:timers/promises';
import type Database from 'better-sqlite3';
import type { Store, StoreTransactor } from '../store.ts';
import { isBusy } from './errors.ts';
import { SqliteReader } from './reader.ts';
import { SqliteTransactor } from './transactor.ts';

/** How long a transaction waits for the write lock, from when it was asked for. */
const busyTimeoutMs = 1000;
const retryMs = 5;

/**
 * The store in one SQLite file, over two connections to it: one reads and never sees what is not committed, the other
 * writes, one transaction at a time.
 */
export class SqliteStore extends SqliteReader implements Store {
  readonly #reading: Database.Database;
  readonly #writing: Database.Database;
  readonly #transactor: SqliteTransactor;
  /** Settles when the last transaction that was asked for has ended. */
  #lastTransaction: Promise<unknown> = Promise.resolve();

  constructor(reading: Database.Database, writing: Database.Database) {
    super(reading);
    this.#reading = reading;
    this.#writing = writing;
    this.#transactor = new SqliteTransactor(writing);
  }

  async transact<T>(work: (tx: StoreTransactor) => Promise<T>): Promise<T> {
    const patience = performance.now() + busyTimeoutMs;
    const result = this.#lastTransaction.then(() => this.#run(work, patience));
    this.#lastTransaction = result.catch(() => undefined);
    return result;
  }

  async close(): Promise<void> {
    await this.#lastTransaction;
    this.#reading.close();
    // The last connection to close moves the WAL into the database file; a reader could not.
    this.#writing.close();
  }

  async #run<T>(work: (tx: StoreTransactor) => Promise<T>, patience: number): Promise<T> {
    const db = this.#writing;
    await begin(db, patience);
    try {
      const result = await work(this.#transactor);
      db.exec('COMMIT');
      return result;
    } catch (error) {
      // Some failures, such as a full disk, end the transaction by themselves.
      if (db.inTransaction) db.exec('ROLLBACK');
      throw error;
    }
  }
}

/**
 * Begins a transaction that writes, and waits for another process to end its own. SQLite would wait inside the
 * statement, and every other request of this process with it. Immediate: a deferred transaction that reads first meets
 * SQLITE_BUSY when it comes to write, however long it waits.
 */
async function begin(db: Database.Database, patience: number): Promise<void> {
  for (;;) {
    try {
      db.exec('BEGIN IMMEDIATE');
      return;
    } catch (error) {
      if (!isBusy(error) || performance.now() >= patience) throw error;
      await pause(retryMs);
    }
  }
}
