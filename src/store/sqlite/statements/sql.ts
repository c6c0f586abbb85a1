import { sql, type SQL } from 'drizzle-orm';

/** A list of values given as one JSON parameter, so that one statement serves every length. */
export function jsonList(param: string): SQL {
  return sql`(select value from json_each(${sql.placeholder(param)}))`;
}

/** A condition that holds for everything where the parameter `name`, which it is of, is null. */
export function ifGiven(name: string, condition: SQL): SQL {
  return sql`(${sql.placeholder(name)} is null or ${condition})`;
}
