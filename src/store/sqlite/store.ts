import type Database from 'better-sqlite3';
import type { Store, StoreTransactor } from '../store.ts';
import { SqliteReader } from './reader.ts';
import { SqliteTransactor } from './transactor.ts';

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
    const result = this.#lastTransaction.then(() => this.#run(work));
    this.#lastTransaction = result.catch(() => undefined);
    return result;
  }

  async close(): Promise<void> {
    await this.#lastTransaction;
    this.#reading.close();
    // The last connection to close moves the WAL into the database file; a reader could not.
    this.#writing.close();
  }

  async #run<T>(work: (tx: StoreTransactor) => Promise<T>): Promise<T> {
    const db = this.#writing;
    // Immediate: a deferred transaction that reads first meets SQLITE_BUSY when it comes to write, time-out or not.
    db.exec('BEGIN IMMEDIATE');
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
