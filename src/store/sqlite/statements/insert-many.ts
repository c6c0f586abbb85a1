import { getTableColumns, sql } from 'drizzle-orm';
import type { drizzle } from 'drizzle-orm/better-sqlite3';
import type { SQLiteTable } from 'drizzle-orm/sqlite-core';

/**
 * Prepares one statement that inserts any number of rows with these columns. The other columns get their defaults. If a
 * row breaks a rule, no row of the call is inserted.
 *
 * For a statement that may fail halfway, such as one that a trigger may reject, SQLite keeps the old content of each
 * page that it changes. One statement for many rows keeps a page once that many of the rows change.
 */
export function prepareInsertMany<
  Table extends SQLiteTable,
  Name extends keyof Table['$inferInsert'] & string,
>(db: ReturnType<typeof drizzle>, table: Table, names: readonly Name[]) {
  const insertable = Object.entries(getTableColumns(table)).filter(
    ([, column]) => column.generated === undefined,
  );
  const values = insertable.map(([name, column]) => {
    const place = (names as readonly string[]).indexOf(name);
    return place === -1 ? sql`${column.default ?? null}` : sql`value ->> ${sql.raw(String(place))}`;
  });
  const statement = db
    .insert(table)
    .select(sql`select ${sql.join(values, sql`, `)} from json_each(${sql.placeholder('rows')})`)
    .prepare();
  return (rows: readonly Pick<Table['$inferInsert'], Name>[]): void => {
    if (rows.length === 0) return;
    statement.run({ rows: JSON.stringify(rows.map((row) => names.map((name) => row[name]))) });
  };
}
