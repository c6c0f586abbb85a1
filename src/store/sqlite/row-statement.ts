import type Database from 'better-sqlite3';
import { eq, inArray, is, Placeholder, sql, type Query, type SQL } from 'drizzle-orm';
import type { AnySQLiteColumn } from 'drizzle-orm/sqlite-core';
import { jsonList } from './keyset-list.ts';

/** A query that Drizzle has written. */
interface Written {
  toSQL(): Pick<Query, 'sql' | 'params'>;
}

/** The values of a query's placeholders, by their names. */
type Values = Readonly<Record<string, unknown>>;

/**
 * A statement that Drizzle writes and better-sqlite3 runs, for what is read most: Drizzle takes longer to make an object
 * of a row than SQLite to find it. `toRecord` makes it of the columns as the database has them.
 */
export class RowStatement<Row extends readonly unknown[], T> {
  readonly #statement: Database.Statement<unknown[], Row>;
  readonly #params: readonly ((values: Values) => unknown)[];
  readonly #toRecord: (row: Row) => T;

  constructor(connection: Database.Database, query: Written, toRecord: (row: Row) => T) {
    const written = query.toSQL();
    this.#statement = connection.prepare<unknown[], Row>(written.sql).raw();
    this.#params = written.params.map((param) =>
      is(param, Placeholder) ? (values) => values[param.name] : () => param,
    );
    this.#toRecord = toRecord;
  }

  /** All records, for the values of the placeholders. */
  all(values: Values): T[] {
    const rows = this.#statement.all(...this.#params.map((valueIn) => valueIn(values)));
    return rows.map((row) => this.#toRecord(row));
  }
}

/** Reads the records whose `column` is one of some ids, in one statement whatever their number. */
export class IdStatement<Row extends readonly unknown[], T> {
  readonly #one: RowStatement<Row, T>;
  readonly #many: RowStatement<Row, T>;

  constructor(
    connection: Database.Database,
    column: AnySQLiteColumn,
    query: (isWanted: SQL) => Written,
    toRecord: (row: Row) => T,
  ) {
    // Most lists have one id, which need not go through JSON.
    const isThis = eq(column, sql.placeholder('id'));
    const isAmong = inArray(column, jsonList('ids'));
    this.#one = new RowStatement(connection, query(isThis), toRecord);
    this.#many = new RowStatement(connection, query(isAmong), toRecord);
  }

  all(ids: readonly string[]): T[] {
    return ids.length === 1
      ? this.#one.all({ id: ids[0] })
      : this.#many.all({ ids: JSON.stringify(ids) });
  }
}
