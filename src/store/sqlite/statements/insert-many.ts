import { getTableColumns, sql } from 'drizzle-orm';
import type { drizzle } from 'drizzle-orm/better-sqlite3';
import type { SQLiteTable } from 'drizzle-orm/sqlite-core';

/**
 * Prepares the insertion of rows of these columns by one statement, whatever their number; the other columns have their defaults.
 * Of a row that breaks a rule, and of all others of its call, nothing is kept.
 *
 * SQLite keeps what a page held before a statement that may fail halfway, as any does that a trigger may refuse: by one
 * statement for many rows, a page that many of them change is kept once.
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
