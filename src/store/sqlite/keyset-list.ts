import { and, sql, type SQL } from 'drizzle-orm';
import type { BetterSQLite3Database } from 'drizzle-orm/better-sqlite3';
import type { AnySQLiteColumn, SQLiteTable } from 'drizzle-orm/sqlite-core';
import type { InstantRange, Order, Page, Window } from '../store.ts';

/** One condition of a filter. Conditions of the same shape are the same SQL, so that it is prepared once. */
export interface Condition {
  readonly shape: string;
  readonly sql: SQL;
  readonly params?: Record<string, unknown>;
}

/** A place that may lie before or beyond every record. */
interface Bound {
  readonly key: string | number | Buffer;
  readonly id: string;
}

interface Listed<Fields> {
  readonly db: BetterSQLite3Database;
  readonly table: SQLiteTable;
  readonly id: AnySQLiteColumn;
  readonly fields: Fields;
  readonly live: SQL;
  readonly sortKeys: Record<string, AnySQLiteColumn>;
}

// Every statement has both bounds, so that the first page is the same SQL as the others and seeks in the index too.
// SQLite sorts numbers before texts before blobs.
const beforeEveryNumber: Bound = { key: Number.MIN_SAFE_INTEGER - 1, id: '' };
const beforeEveryText: Bound = { key: '', id: '' };
const afterEverything: Bound = { key: Buffer.alloc(0), id: '' };

/** The statements of one paged list: one for each order, direction and shape of filter, prepared when first used. */
export class KeysetList<Fields extends Record<string, AnySQLiteColumn>, T> {
  readonly #listed: Listed<Fields>;
  readonly #pages = new Map<string, ReturnType<typeof preparePage>>();
  readonly #counts = new Map<string, ReturnType<typeof prepareCount>>();

  constructor(listed: Listed<Fields>) {
    this.#listed = listed;
  }

  /** Reads a page; `range` limits the sort key, where that is a moment. */
  page(
    conditions: readonly Condition[],
    order: Order<string>,
    window: Window,
    range: InstantRange | undefined,
  ): Page<T> {
    const { after, before, limit, countedFrom } = window;
    const column = this.#listed.sortKeys[order.by];
    if (column === undefined) throw new Error(`no sort key for ${order.by}`);
    const least = column.dataType === 'string' ? beforeEveryText : beforeEveryNumber;
    const [lower, upper] = order.descending ? [before, after] : [after, before];
    const low = later(lower ?? least, startOf(range?.from));
    const high = earlier(upper ?? afterEverything, startOf(range?.to));

    const backwards = countedFrom === 'end';
    const descendingScan = order.descending !== backwards;
    const shape = [order.by, descendingScan, ...conditions.map((c) => c.shape)].join(' ');
    const statement = cached(this.#pages, shape, () =>
      preparePage(this.#listed, column, descendingScan, conditions),
    );
    const rows = statement.all({
      ...paramsOf(conditions),
      lowKey: low.key,
      lowId: low.id,
      highKey: high.key,
      highId: high.id,
      limit: limit + 1,
    });
    const more = rows.length > limit;
    if (more) rows.pop();
    if (backwards) rows.reverse();
    return { entries: rows as unknown as Page<T>['entries'], more };
  }

  count(conditions: readonly Condition[]): number {
    const shape = conditions.map((c) => c.shape).join(' ');
    const statement = cached(this.#counts, shape, () => prepareCount(this.#listed, conditions));
    return statement.get(paramsOf(conditions))?.count ?? 0;
  }
}

function preparePage(
  { db, table, id, fields, live }: Listed<Record<string, AnySQLiteColumn>>,
  key: AnySQLiteColumn,
  descending: boolean,
  conditions: readonly Condition[],
) {
  const direction = sql.raw(descending ? 'desc' : 'asc');
  return db
    .select({ position: { key, id }, value: fields })
    .from(table)
    .where(
      and(
        live,
        sql`(${key}, ${id}) > (${sql.placeholder('lowKey')}, ${sql.placeholder('lowId')})`,
        sql`(${key}, ${id}) < (${sql.placeholder('highKey')}, ${sql.placeholder('highId')})`,
        ...conditions.map((c) => c.sql),
      ),
    )
    .orderBy(sql`${key} ${direction}`, sql`${id} ${direction}`)
    .limit(sql.placeholder('limit'))
    .prepare();
}

function prepareCount({ db, table, live }: Listed<unknown>, conditions: readonly Condition[]) {
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
