import { randomUUID } from 'node:crypto';
import type Database from 'better-sqlite3';
import { companyRow, insert } from './raw-rows.ts';
import { inDatabase } from './rows.ts';
import { rowsOf } from './stored.ts';

/** Adds a company with any number of connections that wait for authorization, as a higher limit once allowed. */
export function addWithConnections(file: string, count: number): { companyId: string } {
  return inDatabase(file, (db) => {
    db.pragma('synchronous = OFF');
    const { id: companyId } = insert(db, 'companies', companyRow());
    db.transaction(() => addConnections(db, companyId, count))();
    return { companyId };
  });
}

function addConnections(db: Database.Database, companyId: string, count: number): void {
  const ids = JSON.stringify(Array.from({ length: count }, () => [randomUUID(), randomUUID()]));
  db.prepare(
    `INSERT INTO connections (id, company_id, integration_id, source_id, source_type, status, created)
     SELECT ids.value ->> 0, @companyId, i.id, i.source_id, i.source_type, 'PendingAuth', ids.key
     FROM json_each(@ids) ids, integrations i WHERE i.key = 'exgd'`,
  ).run({ ids, companyId });
  db.prepare(
    `INSERT INTO events (id, type, company_id, connection_id, to_status, actor, at)
     SELECT value ->> 1, 'connection.created', @companyId, value ->> 0, 'PendingAuth', 'a test', ids.key
     FROM json_each(@ids) ids`,
  ).run({ ids, companyId });
}

/** The number of live connections in the database itself. */
export function liveConnectionsOf({ file }: { readonly file: string }, companyId: string): number {
  const [row] = rowsOf<{ n: number }>(
    file,
    'SELECT count(*) AS n FROM connections WHERE company_id = ? AND deleted_at IS NULL',
    companyId,
  );
  return row?.n ?? Number.NaN;
}
