// A server without GraphQL: unlinks connections with plain statements, one transaction for each request.
import { randomUUID } from 'node:crypto';
import Database from 'better-sqlite3';
import { databaseFile, serveJson } from './listen.ts';

interface Input {
  readonly companyId: string;
  readonly connectionId: string;
}

const db = new Database(databaseFile());
// The same settings as the gateway.
for (const pragma of [
  'journal_mode = WAL',
  'synchronous = FULL',
  'secure_delete = ON',
  'foreign_keys = ON',
  'temp_store = MEMORY',
  'cache_size = -16384',
  'wal_autocheckpoint = 8000',
]) {
  db.pragma(pragma);
}

const find = db.prepare<[string, string], { status: string }>(
  'select status from connections where id = ? and company_id = ? and deleted_at is null',
);
const forget = db.prepare<[string]>('delete from credentials where connection_id = ?');
const unlink = db.prepare<[string]>(
  `update connections set status = 'Unlinked' where id = ? and status = 'Linked' and deleted_at is null`,
);
const append = db.prepare<[string, string, string, number]>(
  `insert into events (id, type, company_id, connection_id, from_status, to_status, actor, at)
   values (?, 'connection.disconnected', ?, ?, 'Linked', 'Unlinked', 'bench', ?)`,
);

const transaction = db.transaction(({ companyId, connectionId }: Input) => {
  if (find.get(connectionId, companyId)?.status !== 'Linked') throw new Error('is not Linked');
  forget.run(connectionId);
  unlink.run(connectionId);
  append.run(randomUUID(), companyId, connectionId, Date.now());
});

serveJson<{ input: Input }>(({ input }) => {
  transaction.immediate(input);
  const connection = { id: input.connectionId, status: 'UNLINKED' };
  return JSON.stringify({ data: { unlinkConnection: { connection } } });
});
