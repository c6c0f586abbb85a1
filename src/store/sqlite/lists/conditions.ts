import { sql, type SQL } from 'drizzle-orm';
import type { AnySQLiteColumn } from 'drizzle-orm/sqlite-core';
import type { InstantRange } from '../../lists.ts';

/** One condition of a filter. Conditions of the same shape have the same SQL, which is prepared once. */
export interface Condition {
  readonly shape: string;
  readonly sql: SQL;
  readonly params?: Record<string, unknown>;
}

/**
 * Whether a condition may use its own index. `free` lets the planner pick it. `hidden` prevents that (by a unary plus),
 * so that the planner stays with the index that has the order of the page instead of sorting.
 */
export type IndexUse = 'free' | 'hidden';

/** Returns the column as a condition writes it for this use of its index. */
export function underUse(column: AnySQLiteColumn, use: IndexUse): SQL {
  return use === 'free' ? sql`${column}` : sql`+${column}`;
}

/** Returns the conditions for a range of moments that does not bound the sort key of the order. */
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
