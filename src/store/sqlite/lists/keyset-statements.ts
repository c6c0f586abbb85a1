import { and, eq, sql, type SQL } from 'drizzle-orm';
import type { drizzle } from 'drizzle-orm/better-sqlite3';
import { unionAll, type AnySQLiteColumn, type SQLiteTable } from 'drizzle-orm/sqlite-core';
import type { Page, Position } from '../../lists.ts';
import type { Condition } from './conditions.ts';
import { RowStatement } from '../statements/row-statement.ts';

/** The table and the columns of a list, and how rows become records. */
export interface Listed<Row extends readonly unknown[], T> {
  readonly db: ReturnType<typeof drizzle>;
  readonly table: SQLiteTable;
  readonly id: AnySQLiteColumn;
  readonly fields: Record<string, AnySQLiteColumn>;
  /** Converts the columns of `fields` to a record. */
  readonly toRecord: (row: Row) => T;
  readonly live: SQL | undefined;
  readonly sortKeys: Record<string, AnySQLiteColumn>;
}

/**
 * The parts of a list that a page is merged from. Each part has its own values in `columns`, the first columns of an
 * index whose other columns have the order of the list. A record is in at most one part.
 */
export interface Parts {
  readonly columns: readonly AnySQLiteColumn[];
  readonly values: readonly (readonly (string | number)[])[];
}

type AnyListed = Omit<Listed<never, unknown>, 'toRecord'>;
type Entry<T> = Page<T>['entries'][number];
type PageRow<Row extends readonly unknown[]> = readonly [Position['key'], Position['id'], ...Row];

/**
 * Prepares a page between two bounds. Every statement has both bounds, so that the first page has the same SQL as the
 * others and also seeks in the index.
 */
export function preparePage<Row extends readonly unknown[], T>(
  listed: Listed<Row, T>,
  ...page: [
    key: AnySQLiteColumn,
    descending: boolean,
    conditions: readonly Condition[],
    parts: Parts | undefined,
  ]
): RowStatement<PageRow<Row>, Entry<T>> {
  const { db, toRecord } = listed;
  return new RowStatement(db.$client, pageQuery(listed, ...page), ([key, id, ...row]) => ({
    position: { key, id },
    value: toRecord(row),
  }));
}

function pageQuery(
  listed: AnyListed,
  key: AnySQLiteColumn,
  descending: boolean,
  conditions: readonly Condition[],
  parts: Parts = { columns: [], values: [[]] },
) {
  const { db, table, id, fields } = listed;
  const [part, ...others] = parts.values.map((_, index) =>
    db
      .select({ position: { key, id }, value: fields })
      .from(table)
      .where(
        and(
          ...parts.columns.map((column, place) => eq(column, partParam(index, place))),
          isWithin(listed, key),
          ...conditions.map((c) => c.sql),
        ),
      ),
  );
  const [second, ...rest] = others;
  const limit = sql.placeholder('limit');
  if (part === undefined) throw new Error('a page must read at least one part');
  if (second === undefined) return part.orderBy(...inOrder(key, id, descending)).limit(limit);
  // SQLite merges parts that are read in order, and stops at the end of the page. The order of a merge is given by
  // column numbers, so the position comes first.
  return unionAll(part, second, ...rest)
    .orderBy(...inOrder(sql.raw('1'), sql.raw('2'), descending))
    .limit(limit);
}

/** Prepares the position `offset` records into a page of the whole list. */
export function preparePlace(listed: AnyListed, key: AnySQLiteColumn, descending: boolean) {
  const { db, table, id } = listed;
  return db
    .select({ key, id })
    .from(table)
    .where(isWithin(listed, key))
    .orderBy(...inOrder(key, id, descending))
    .limit(1)
    .offset(sql.placeholder('offset'))
    .prepare();
}

/** Returns the condition that a record is live and between the two bounds. */
function isWithin({ live, id }: AnyListed, key: AnySQLiteColumn): SQL | undefined {
  return and(
    live,
    sql`(${key}, ${id}) > (${sql.placeholder('lowKey')}, ${sql.placeholder('lowId')})`,
    sql`(${key}, ${id}) < (${sql.placeholder('highKey')}, ${sql.placeholder('highId')})`,
  );
}

function inOrder(
  key: SQL | AnySQLiteColumn,
  id: SQL | AnySQLiteColumn,
  descending: boolean,
): SQL[] {
  const direction = sql.raw(descending ? 'desc' : 'asc');
  return [sql`${key} ${direction}`, sql`${id} ${direction}`];
}

function partParam(part: number, column: number) {
  return sql.placeholder(`part${part}column${column}`);
}

/** Returns the parameters with the values of the parts. */
export function paramsOfParts(parts: Parts | undefined): Record<string, unknown> {
  const named = (parts?.values ?? []).flatMap((values, part) =>
    values.map((value, column) => [partParam(part, column).name, value] as const),
  );
  return Object.fromEntries(named);
}

/** Prepares a count of live records. */
export function prepareCount({ db, table, live }: AnyListed, conditions: readonly Condition[]) {
  return db
    .select({ count: sql<number>`count(*)` })
    .from(table)
    .where(and(live, ...conditions.map((c) => c.sql)))
    .prepare();
}
