import type Database from 'better-sqlite3';

/**
 * Lets the reads of requests that arrive at the same moment share one snapshot of the database. Beginning and ending a
 * read takes two locks on the file, which take longer than finding a record.
 *
 * A snapshot lasts for part of a check phase of the event loop. No request arrives in that phase, so every request that
 * reads from the snapshot arrived before it was taken. In the poll phase this would not hold, although Node delivers
 * earlier data there: from a readable connection it reads everything, including what was sent a moment ago. Outside the
 * check phase each read has its own snapshot.
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
    // For a transaction without writes, ROLLBACK does the same as COMMIT and cannot fail.
    this.#end = reading.prepare('ROLLBACK');
    this.#dataVersion = reading.prepare<[], number>('PRAGMA data_version').pluck();
  }

  /** Call it when a request arrives, just before its work is deferred to the next check phase. */
  beginTurn(): void {
    if (this.#isComing) return;
    this.#isComing = true;
    setImmediate(() => {
      this.#isComing = false;
      this.#isShared = true;
    });
    // In a microtask, so that it is queued after the work.
    queueMicrotask(() => {
      setImmediate(() => {
        this.#isShared = false;
        this.end();
      });
    });
  }

  /** Call it before each read. */
  join(): void {
    if (!this.#isShared || this.#db.inTransaction) return;
    this.#begin.run();
    // The first read of the transaction takes the snapshot.
    this.#version = this.#dataVersion.get();
  }

  /** Changes whenever another connection changes the database; `undefined` while there is no snapshot. */
  get version(): number | undefined {
    return this.#version;
  }

  /** Ends the snapshot. Later reads see everything committed so far. */
  end(): void {
    this.#version = undefined;
    if (this.#db.inTransaction) this.#end.run();
  }
}
