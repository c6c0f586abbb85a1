import Database from 'better-sqlite3';

/** The rows that a query finds in a database file, read past all code of the product. */
export function rowsOf(file: string, query: string): Record<string, unknown>[] {
  const db = new Database(file, { readonly: true });
  try {
    return db.prepare<[], Record<string, unknown>>(query).all();
  } finally {
    db.close();
  }
}

/** How many rows a table has, those of deleted records included. */
export function countRows(file: string, table: string): number {
  return Number(rowsOf(file, `SELECT count(*) AS count FROM ${table}`)[0]?.['count']);
}
