import { sql, type SQL } from 'drizzle-orm';
import type { AnySQLiteColumn } from 'drizzle-orm/sqlite-core';
import type { InstantRange } from '../../lists.ts';

/** One condition of a filter. Conditions of the same shape are the same SQL, so that it is prepared once. */
export interface Condition {
  readonly shape: string;
  readonly sql: SQL;
  readonly params?: Record<string, unknown>;
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
