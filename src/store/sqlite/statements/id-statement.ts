import type Database from 'better-sqlite3';
import { eq, inArray, sql, type SQL } from 'drizzle-orm';
import type { AnySQLiteColumn } from 'drizzle-orm/sqlite-core';
import { jsonList } from './sql.ts';
import { RowStatement, type Written } from './row-statement.ts';

/** Reads the records whose `column` is one of the given ids, in one statement however many there are. */
export class IdStatement<Row extends readonly unknown[], T> {
  readonly #one: RowStatement<Row, T>;
  readonly #many: RowStatement<Row, T>;

  constructor(
    connection: Database.Database,
    column: AnySQLiteColumn,
    query: (isWanted: SQL) => Written,
    toRecord: (row: Row) => T,
  ) {
    // Most calls have one id, which needs no JSON.
    const isThis = eq(column, sql.placeholder('id'));
    const isAmong = inArray(column, jsonList('ids'));
    this.#one = new RowStatement(connection, query(isThis), toRecord);
    this.#many = new RowStatement(connection, query(isAmong), toRecord);
  }

  /** Returns all records, given the values of the query's other placeholders. */
  all(ids: readonly string[], others?: Readonly<Record<string, unknown>>): T[] {
    return ids.length === 1
      ? this.#one.all({ id: ids[0], ...others })
      : this.#many.all({ ids: JSON.stringify(ids), ...others });
  }
}
