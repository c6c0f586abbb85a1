import type Database from 'better-sqlite3';
import { sql, type SQL } from 'drizzle-orm';
import type { SQLiteTable } from 'drizzle-orm/sqlite-core';
import { DeadlineError } from '../../session.ts';

/** Ends statements of one SQLite connection that are still running at their deadline. */
export class StatementDeadline {
  #deadline = Infinity;

  constructor(connection: Database.Database) {
    addDeadlineFunction(connection, () => this.#check());
  }

  /** Runs `read`. It throws `DeadlineError` once `performance.now()` exceeds `deadline`. */
  during<T>(deadline: number, read: () => T): T {
    this.#deadline = deadline;
    try {
      // A call that waited for a thread for too long is not begun.
      this.#check();
      return read();
    } finally {
      this.#deadline = Infinity;
    }
  }

  #check(): void {
    if (performance.now() > this.#deadline) throw new DeadlineError();
  }
}

/** Adds the SQL function that `beforeDeadline` calls. `check` throws to end the statement. */
export function addDeadlineFunction(connection: Database.Database, check: () => void): void {
  // SQLite calls a function that is not deterministic for every row, even if its argument does not change.
  connection.function('check_deadline', { deterministic: false, directOnly: true }, () => {
    check();
    return 1;
  });
}

/**
 * A condition that always holds, and ends the statement if its deadline has passed. SQLite has no other way to end a
 * statement from within its own thread. Only one row in 32 calls JavaScript, so that the check costs little.
 */
export function beforeDeadline(table: SQLiteTable): SQL {
  return sql`(${table}.rowid & 31 <> 0 or check_deadline())`;
}
