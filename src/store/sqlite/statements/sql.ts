import { sql, type SQL } from 'drizzle-orm';

/** Returns a list of values given as one JSON parameter, so that one statement serves every length. */
export function jsonList(param: string): SQL {
  return sql`(select value from json_each(${sql.placeholder(param)}))`;
}

/** Returns `condition`, but true for everything if its parameter `name` is null. */
export function ifGiven(name: string, condition: SQL): SQL {
  return sql`(${sql.placeholder(name)} is null or ${condition})`;
}
