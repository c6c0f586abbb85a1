import { and, eq, sql, type SQL } from 'drizzle-orm';
import type { drizzle } from 'drizzle-orm/better-sqlite3';
import { unionAll, type AnySQLiteColumn, type SQLiteTable } from 'drizzle-orm/sqlite-core';
import type { InstantRange, Order, Page, Position, Window } from '../store.ts';
import { RowStatement } from './row-statement.ts';

/** One condition of a filter. Conditions of the same shape are the same SQL, so that it is prepared once. */
export interface Condition {
  readonly shape: string;
  readonly sql: SQL;
  readonly params?: Record<string, unknown>;
}

/**
 * The parts of a list that a page is merged from: each has its own values in these columns, with which an index starts
 * that goes on in the list's order. A record is in one part at most.
 */
export interface Parts {
  readonly columns: readonly AnySQLiteColumn[];
  readonly values: readonly (readonly (string | number)[])[];
}

/** A place that may lie before or beyond every record. */
interface Bound {
  readonly key: string | number | Buffer;
  readonly id: string;
}

/** What a page is of. */
export interface PageOptions {
  readonly order: Order<string>;
  readonly window: Window;
  /** Limits the sort key, where that is a moment. */
  readonly range?: InstantRange | undefined;
  /** Of the whole list, if not given. */
  readonly parts?: Parts | undefined;
}

/** A list, whose records are made of rows. */
interface Listed<Row extends readonly unknown[], T> {
  readonly db: ReturnType<typeof drizzle>;
  readonly table: SQLiteTable;
  readonly id: AnySQLiteColumn;
  readonly fields: Record<string, AnySQLiteColumn>;
  /** Makes a record of the fields' columns. */
  readonly toRecord: (row: Row) => T;
  readonly live: SQL;
  readonly sortKeys: Record<string, AnySQLiteColumn>;
}

// Every statement has both bounds, so that the first page is the same SQL as the others and seeks in the index too.
// SQLite sorts numbers before texts before blobs.
const beforeEveryNumber: Bound = { key: Number.MIN_SAFE_INTEGER - 1, id: '' };
const beforeEveryText: Bound = { key: '', id: '' };
const afterEverything: Bound = { key: Buffer.alloc(0), id: '' };

/** The statements of one paged list: one for each order, direction and shape of filter, prepared when first used. */
export class KeysetList<Row extends readonly unknown[], T> {
  readonly #listed: Listed<Row, T>;
  readonly #pages = new Map<string, RowStatement<PageRow<Row>, Entry<T>>>();
  readonly #places = new Map<string, ReturnType<typeof preparePlace>>();
  readonly #counts = new Map<string, ReturnType<typeof prepareCount>>();

  constructor(listed: Listed<Row, T>) {
    this.#listed = listed;
  }

  page(conditions: readonly Condition[], { order, window, range, parts }: PageOptions): Page<T> {
    if (parts?.values.length === 0) return { entries: [], more: false };
    const { limit, countedFrom } = window;
    const column = this.#sortKey(order);
    const descending = scansDown(order, window);
    const shape = [
      order.by,
      descending,
      ...(parts ? [parts.values.length, ...parts.columns.map(({ name }) => name)] : []),
      ...conditions.map((c) => c.shape),
    ].join(' ');
    const statement = cached(this.#pages, shape, () =>
      preparePage(this.#listed, column, descending, conditions, parts),
    );
    const entries = statement.all({
      ...paramsOf(conditions),
      ...paramsOfParts(parts),
      ...boundsOf(column, order, window, range),
      limit: limit + 1,
    });
    const more = entries.length > limit;
    if (more) entries.pop();
    if (countedFrom === 'end') entries.reverse();
    return { entries, more };
  }

  /** The window's part that holds its first `size` records, or `undefined` if it has no more than those. */
  nearPart({ order, window, range }: PageOptions, size: number): Window | undefined {
    const column = this.#sortKey(order);
    const descending = scansDown(order, window);
    const statement = cached(this.#places, `${order.by} ${descending}`, () =>
      preparePlace(this.#listed, column, descending),
    );
    const bounds = boundsOf(column, order, window, range);
    const place = statement.get({ ...bounds, offset: size }) as Position | undefined;
    if (place === undefined) return undefined;
    return window.countedFrom === 'start'
      ? { ...window, before: place }
      : { ...window, after: place };
  }

  count(conditions: readonly Condition[]): number {
    const shape = conditions.map((c) => c.shape).join(' ');
    const statement = cached(this.#counts, shape, () => prepareCount(this.#listed, conditions));
    return statement.get(paramsOf(conditions))?.count ?? 0;
  }

  #sortKey({ by }: Order<string>): AnySQLiteColumn {
    const column = this.#listed.sortKeys[by];
    if (column === undefined) throw new Error(`no sort key for ${by}`);
    return column;
  }
}

function scansDown(order: Order<string>, { countedFrom }: Window): boolean {
  return order.descending !== (countedFrom === 'end');
}

function boundsOf(
  column: AnySQLiteColumn,
  { descending }: Order<string>,
  { after, before }: Window,
  range: InstantRange | undefined,
) {
  const least = column.dataType === 'string' ? beforeEveryText : beforeEveryNumber;
  const [lower, upper] = descending ? [before, after] : [after, before];
  const low = later(lower ?? least, startOf(range?.from));
  const high = earlier(upper ?? afterEverything, startOf(range?.to));
  return { lowKey: low.key, lowId: low.id, highKey: high.key, highId: high.id };
}

type Entry<T> = Page<T>['entries'][number];
type PageRow<Row extends readonly unknown[]> = readonly [Position['key'], Position['id'], ...Row];
type AnyListed = Omit<Listed<never, unknown>, 'toRecord'>;

function preparePage<Row extends readonly unknown[], T>(
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
  if (part === undefined) throw new Error('a page of no part');
  if (second === undefined) return part.orderBy(...inOrder(key, id, descending)).limit(limit);
  // SQLite merges parts that are read in their order, and reads no further than the page. It takes a merge's order by
  // the places of the columns: the position comes first.
  return unionAll(part, second, ...rest)
    .orderBy(...inOrder(sql.raw('1'), sql.raw('2'), descending))
    .limit(limit);
}

function preparePlace(listed: AnyListed, key: AnySQLiteColumn, descending: boolean) {
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

/** The condition that a record is live and between the two bounds. */
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

function paramsOfParts(parts: Parts | undefined): Record<string, unknown> {
  const named = (parts?.values ?? []).flatMap((values, part) =>
    values.map((value, column) => [partParam(part, column).name, value] as const),
  );
  return Object.fromEntries(named);
}

function prepareCount({ db, table, live }: AnyListed, conditions: readonly Condition[]) {
  return db
    .select({ count: sql<number>`count(*)` })
    .from(table)
    .where(and(live, ...conditions.map((c) => c.sql)))
    .prepare();
}

/** A list of values given as one JSON parameter, so that one statement serves every length. */
export function jsonList(param: string): SQL {
  return sql`(select value from json_each(${sql.placeholder(param)}))`;
}

/** A condition that holds for everything where the parameter `name`, which it is of, is null. */
export function ifGiven(name: string, condition: SQL): SQL {
  return sql`(${sql.placeholder(name)} is null or ${condition})`;
}

/**
 * What a condition may tell the planner: `free` lets it pick the condition's index, `hidden` keeps it (by a unary plus)
 * from leaving the index in whose order the page is read, for which it would sort instead.
 */
export type IndexUse = 'free' | 'hidden';

/** The column as a condition writes it, under this use of its index. */
export function underUse(column: AnySQLiteColumn, use: IndexUse): SQL {
  return use === 'free' ? sql`${column}` : sql`+${column}`;
}

/** Conditions for a range of moments, where the range does not bound the order's own sort key. */
export function rangeConditions(
  name: string,
  column: AnySQLiteColumn,
  range: InstantRange | undefined,
  use: IndexUse,
): Condition[] {
  const conditions: Condition[] = [];
  const compare = (end: string, operator: string, value: number | undefined) => {
    if (value === undefined) return;
    const param = `${name}${end}`;
    conditions.push({
      shape: `${param}:${use}`,
      sql: sql`${underUse(column, use)} ${sql.raw(operator)} ${sql.placeholder(param)}`,
      params: { [param]: value },
    });
  };
  compare('From', '>=', range?.from);
  compare('To', '<', range?.to);
  return conditions;
}

function startOf(instant: number | undefined): Bound | undefined {
  return instant === undefined ? undefined : { key: instant, id: '' };
}

function later(a: Bound, b: Bound | undefined): Bound {
  return b === undefined || compareBounds(a, b) >= 0 ? a : b;
}

function earlier(a: Bound, b: Bound | undefined): Bound {
  return b === undefined || compareBounds(a, b) <= 0 ? a : b;
}

/** Compares bounds whose keys are moments, or beyond them. */
function compareBounds(a: Bound, b: Bound): number {
  if (a.key === b.key) return a.id < b.id ? -1 : 1;
  if (typeof a.key !== 'number') return 1;
  if (typeof b.key !== 'number') return -1;
  return a.key - b.key;
}

function paramsOf(conditions: readonly Condition[]): Record<string, unknown> {
  return Object.assign({}, ...conditions.map((c) => c.params)) as Record<string, unknown>;
}

function cached<V>(cache: Map<string, V>, key: string, make: () => V): V {
  let value = cache.get(key);
  if (value === undefined) {
    value = make();
    cache.set(key, value);
  }
  return value;
}
