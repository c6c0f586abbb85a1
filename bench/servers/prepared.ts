import Database from 'better-sqlite3';
import type { CompanyRow, ConnectionRow, Reader } from './reader.ts';

/** The fastest way to do these reads: better-sqlite3 without a layer above it, prepared statements, one per batch. */
export function preparedReader(file: string): Reader {
  const db = new Database(file, { readonly: true });
  const company = db.prepare<[string], CompanyRow>(
    'select id, name, created from companies where id = ? and deleted_at is null',
  );
  const companies = db.prepare<[number], CompanyRow>(
    'select id, name, created from companies where deleted_at is null order by created, id limit ?',
  );
  const connections = db.prepare<[string], ConnectionRow>(
    `select c.id, c.company_id as companyId, i.name as platformName, c.source_type as sourceType, c.status,
       c.last_sync as lastSync, c.created
     from connections c join integrations i on i.id = c.integration_id
     where c.company_id in (select value from json_each(?)) and c.deleted_at is null
     order by c.company_id, c.created, c.id`,
  );
  return {
    company: (id) => company.get(id),
    companies: (limit) => companies.all(limit),
    connectionsByCompanyIds: (ids) => connections.all(JSON.stringify(ids)),
  };
}
