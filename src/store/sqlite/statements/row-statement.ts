import type Database from 'better-sqlite3';
import { is, Placeholder, type Query } from 'drizzle-orm';

/** A query that Drizzle has built. */
export interface Written {
  toSQL(): Pick<Query, 'sql' | 'params'>;
}

/** The values of a query's placeholders, by name. */
type Values = Readonly<Record<string, unknown>>;

/**
 * A statement that Drizzle builds and better-sqlite3 runs, for the most frequent reads: Drizzle takes longer to convert
 * a row to an object than SQLite to find it. `toRecord` converts the columns as the database returns them.
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

  /** Returns all records, for the values of the placeholders. */
  all(values: Values): T[] {
    const rows = this.#statement.all(...this.#params.map((valueIn) => valueIn(values)));
    return rows.map((row) => this.#toRecord(row));
  }
}
