// A server without GraphQL: SQLite builds the JSON, in one statement for each request.
import Database from 'better-sqlite3';
import { databaseFile, serveJson } from './listen.ts';

function iso(column: string): string {
  return `strftime('%Y-%m-%dT%H:%M:%fZ', ${column} / 1000.0, 'unixepoch')`;
}

function named(column: string): string {
  return `case ${column} when 'PendingAuth' then 'PENDING_AUTH' when 'BankFeed' then 'BANK_FEED' else upper(${column}) end`;
}

const connections = `(
  select json_group_array(json_object(
    'id', c.id, 'platformName', i.name, 'sourceType', ${named('c.source_type')}, 'status', ${named('c.status')},
    'lastSync', iif(c.last_sync is null, null, ${iso('c.last_sync')}), 'created', ${iso('c.created')}
  ) order by c.created, c.id)
  from connections c join integrations i on i.id = c.integration_id
  where c.company_id = o.id and c.deleted_at is null
)`;

const company = `json_object('id', o.id, 'name', o.name, 'created', ${iso('o.created')}, 'connections', ${connections})`;

const db = new Database(databaseFile(), { readonly: true });
const one = db
  .prepare<[string], string>(
    `select json_object('company', ${company}) from companies o where o.id = ? and o.deleted_at is null`,
  )
  .pluck();
// Concatenates text that is already JSON: the JSON functions would parse it again.
const page = db
  .prepare<[number, number], string>(
    `select '{"companies":{"nodes":[' || coalesce(group_concat(${company}, ',' order by o.created, o.id), '')
       || '],"pageInfo":{"hasNextPage":'
       || iif(exists (select 1 from companies where deleted_at is null limit 1 offset ?), 'true', 'false') || '}}}'
     from (select * from companies where deleted_at is null order by created, id limit ?) o`,
  )
  .pluck();

serveJson<{ id?: string; first?: number }>(({ id, first = 20 }) => {
  const data = id === undefined ? page.get(first, first) : one.get(id);
  return `{"data":${data ?? '{"company":null}'}}`;
});
