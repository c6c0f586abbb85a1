import type Database from 'better-sqlite3';

/**
 * Lets the reads of requests that came at the same moment see one snapshot of the database. To begin and end a read is
 * two locks on the file, which take longer than to find a record.
 *
 * A snapshot lasts for a part of a check phase of the event loop, in which no request comes in: whoever is answered by it
 * had asked before its moment. In the poll phase this would not be so, although Node hands out there what clients sent
 * before: of a connection on which something had come it reads everything, what was sent a moment ago included. Outside of
 * the check phase each read has a snapshot of its own.
 */
export class SharedSnapshot {
  readonly #db: Database.Database;
  readonly #begin: Database.Statement<[]>;
  readonly #end: Database.Statement<[]>;
  readonly #dataVersion: Database.Statement<[], number>;
  #isComing = false;
  #isShared = false;
  #version: number | undefined;

  constructor(reading: Database.Database) {
    this.#db = reading;
    this.#begin = reading.prepare('BEGIN');
    // Of a transaction that has written nothing it does the same as COMMIT, and cannot fail.
    this.#end = reading.prepare('ROLLBACK');
    this.#dataVersion = reading.prepare<[], number>('PRAGMA data_version').pluck();
  }

  /** To be called when a request came in, just before its work is put off to the next check phase. */
  beginTurn(): void {
    if (this.#isComing) return;
    this.#isComing = true;
    setImmediate(() => {
      this.#isComing = false;
      this.#isShared = true;
    });
    // Behind the work.
    queueMicrotask(() => {
      setImmediate(() => {
        this.#isShared = false;
        this.end();
      });
    });
  }

  /** To be called before each read. */
  join(): void {
    if (!this.#isShared || this.#db.inTransaction) return;
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
