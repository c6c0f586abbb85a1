import Database from 'better-sqlite3';

/** Reads rows of a database file as another program would, through a separate connection. */
export function rowsOf<Row>(file: string, sql: string, ...values: unknown[]): Row[] {
  const db = new Database(file, { readonly: true, fileMustExist: true });
  try {
    return db.prepare<unknown[], Row>(sql).all(...values);
  } finally {
    db.close();
  }
}

/** Returns the number of rows in a table. */
export function countRows(
  file: string,
  table: 'authorizations' | 'companies' | 'connections' | 'events' | 'links',
): number {
  return rowsOf<{ n: number }>(file, `SELECT count(*) AS n FROM ${table}`)[0]?.n ?? Number.NaN;
}

/** Reports whether another process is writing to a database file. */
export function isLocked(file: string): boolean {
  const db = new Database(file, { timeout: 0 });
  try {
    db.exec('BEGIN IMMEDIATE; ROLLBACK');
    return false;
  } catch (error) {
    // SQLITE_BUSY_RECOVERY, too: a process that is killed leaves work to the next.
    if (String((error as { code?: unknown }).code).startsWith('SQLITE_BUSY')) return true;
    throw error;
  } finally {
    db.close();
  }
}

/** Returns the faults of a database file: damaged pages, rows without parents, histories without their last event. */
export function faultsOf(file: string): unknown[] {
  const integrity = rowsOf<{ integrity_check: string }>(file, 'PRAGMA integrity_check');
  return [
    ...integrity.filter(({ integrity_check: verdict }) => verdict !== 'ok'),
    ...rowsOf(file, 'PRAGMA foreign_key_check'),
    ...rowsOf(file, historiesThatMissTheirEnd),
  ];
}

const historiesThatMissTheirEnd = `
  SELECT c.id, c.status, c.deleted_at, e.type, e.from_status, e.to_status
  FROM connections c
  LEFT JOIN events e ON e.sequence = (SELECT max(sequence) FROM events WHERE connection_id = c.id)
  WHERE CASE WHEN c.deleted_at IS NULL
    THEN e.to_status IS NOT c.status
    ELSE e.type IS NOT 'connection.deleted' OR e.from_status IS NOT c.status
  END`;
