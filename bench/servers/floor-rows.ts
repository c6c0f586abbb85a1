// A server without GraphQL: the cost of rows and JSON.stringify, with one statement for each company's connections.
import Database from 'better-sqlite3';
import { databaseFile, serveJson } from './listen.ts';
import type { CompanyRow, ConnectionRow } from './reader.ts';

const db = new Database(databaseFile(), { readonly: true });
const company = db.prepare<[string], CompanyRow>(
  'select id, name, created from companies where id = ? and deleted_at is null',
);
const companies = db.prepare<[number], CompanyRow>(
  'select id, name, created from companies where deleted_at is null order by created, id limit ?',
);
const connections = db.prepare<[string], Omit<ConnectionRow, 'companyId'>>(
  `select c.id, i.name as platformName, c.source_type as sourceType, c.status, c.last_sync as lastSync, c.created
   from connections c join integrations i on i.id = c.integration_id
   where c.company_id = ? and c.deleted_at is null order by c.created, c.id`,
);

const enumNames: Readonly<Record<string, string>> = {
  PendingAuth: 'PENDING_AUTH',
  BankFeed: 'BANK_FEED',
};

function named(value: string): string {
  return enumNames[value] ?? value.toUpperCase();
}

function iso(moment: number | Date): string {
  return new Date(moment).toISOString();
}

function withConnections({ id, name, created }: CompanyRow) {
  return {
    id,
    name,
    created: iso(created),
    connections: connections.all(id).map((row) => ({
      id: row.id,
      platformName: row.platformName,
      sourceType: named(row.sourceType),
      status: named(row.status),
      lastSync: row.lastSync === null ? null : iso(row.lastSync),
      created: iso(row.created),
    })),
  };
}

function pageOf(first: number) {
  const rows = companies.all(first + 1);
  return {
    nodes: rows.slice(0, first).map(withConnections),
    pageInfo: { hasNextPage: rows.length > first },
  };
}

function one(id: string) {
  const row = company.get(id);
  return row === undefined ? null : withConnections(row);
}

serveJson<{ id?: string; first?: number }>(({ id, first = 20 }) =>
  JSON.stringify({ data: id === undefined ? { companies: pageOf(first) } : { company: one(id) } }),
);
