import { randomUUID } from 'node:crypto';
import type Database from 'better-sqlite3';

/** A row of a table, by column. */
export type Row = Record<string, string | number | null>;

const newYear = Date.UTC(2024, 0, 1);

/** Inserts a row with plain SQL, without the product's code, and returns it. */
export function insert<R extends Row>(db: Database.Database, table: string, row: R): R {
  const columns = Object.keys(row);
  const values = columns.map((column) => `@${column}`);
  db.prepare(`INSERT INTO ${table} (${columns.join(', ')}) VALUES (${values.join(', ')})`).run(row);
  return row;
}

/** Makes a row of `companies`. The defaults satisfy all rules. */
export function companyRow(given: Row = {}): Row & { id: string } {
  return {
    id: randomUUID(),
    name: 'Acme Trading Ltd',
    name_folded: 'acme trading ltd',
    description: null,
    created: newYear,
    ...given,
  };
}

/** Makes a row of `integrations`. The defaults satisfy all rules. */
export function integrationRow(given: Row = {}): Row & { id: string } {
  return {
    id: randomUUID(),
    key: null,
    name: 'A platform',
    source_type: 'Accounting',
    source_id: randomUUID(),
    enabled: 1,
    ...given,
  };
}

/** Makes a row of `connections`. The defaults satisfy all rules. */
export function connectionRow(
  company_id: string,
  integration_id: string,
  given: Row = {},
): Row & { id: string; company_id: string } {
  return {
    id: randomUUID(),
    company_id,
    integration_id,
    source_id: randomUUID(),
    source_type: 'Accounting',
    status: 'PendingAuth',
    last_sync: null,
    created: newYear,
    ...given,
  };
}

/** Makes a row of `events`. The defaults satisfy all rules. */
export function eventRow(company_id: string, given: Row = {}): Row & { id: string } {
  return {
    id: randomUUID(),
    type: 'company.created',
    company_id,
    connection_id: null,
    from_status: null,
    to_status: null,
    actor: 'a test',
    reason: null,
    at: newYear,
    ...given,
  };
}

/** Adds many companies, created a minute apart, and returns their rows. */
export function addCompanies(
  db: Database.Database,
  count: number,
  nameOf: (index: number) => string,
) {
  const rows = Array.from({ length: count }, (_, index) => {
    const name = nameOf(index);
    return companyRow({ name, name_folded: name, created: newYear + index * 60_000 });
  });
  db.transaction(() => {
    for (const row of rows) insert(db, 'companies', row);
  })();
  return rows;
}
