import type Database from 'better-sqlite3';

/**
 * Lets the reads of one turn of the event loop see one snapshot of the database. To begin and end a read is two locks on
 * the file, which take longer than to find a record.
 *
 * A snapshot lasts for a poll phase, in which Node hands out what clients had sent before the phase began; so nobody
 * can have asked after its moment. Outside of that phase each read has a snapshot of its own.
 */
export class SharedSnapshot {
  readonly #db: Database.Database;
  readonly #begin: Database.Statement<[]>;
  readonly #end: Database.Statement<[]>;
  readonly #dataVersion: Database.Statement<[], number>;
  #isPolling = false;
  #version: number | undefined;

  constructor(reading: Database.Database) {
    this.#db = reading;
    this.#begin = reading.prepare('BEGIN');
    // Of a transaction that has written nothing it does the same as COMMIT, and cannot fail.
    this.#end = reading.prepare('ROLLBACK');
    this.#dataVersion = reading.prepare<[], number>('PRAGMA data_version').pluck();
  }

  /** To be called from the poll phase, when a request came in. */
  beginTurn(): void {
    if (this.#isPolling) return;
    this.#isPolling = true;
    setImmediate(() => {
      this.#isPolling = false;
      this.end();
    });
  }

  /** To be called before each read. */
  join(): void {
    if (!this.#isPolling || this.#db.inTransaction) return;
    this.#begin.run();
    // The first read of the transaction: from here on it sees one moment.
    this.#version = this.#dataVersion.get();
  }

  /** Changes whenever anybody has changed anything; `undefined` while there is no snapshot. */
  get version(): number | undefined {
    return this.#version;
  }

  /** Later reads see what has been committed by now. */
  end(): void {
    this.#version = undefined;
    if (this.#db.inTransaction) this.#end.run();
  }
}
