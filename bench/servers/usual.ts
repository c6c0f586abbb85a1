import Database from 'better-sqlite3';
import { and, asc, eq, inArray, isNull } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/better-sqlite3';
import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import type { Reader } from './reader.ts';

const companies = sqliteTable('companies', {
  id: text().notNull(),
  name: text().notNull(),
  created: integer({ mode: 'timestamp_ms' }).notNull(),
  deletedAt: integer('deleted_at', { mode: 'timestamp_ms' }),
});

const integrations = sqliteTable('integrations', { id: text().notNull(), name: text().notNull() });

const connections = sqliteTable('connections', {
  id: text().notNull(),
  companyId: text('company_id').notNull(),
  integrationId: text('integration_id').notNull(),
  sourceType: text('source_type').notNull(),
  status: text().notNull(),
  lastSync: integer('last_sync', { mode: 'timestamp_ms' }),
  created: integer({ mode: 'timestamp_ms' }).notNull(),
  deletedAt: integer('deleted_at', { mode: 'timestamp_ms' }),
});

/** Uses Drizzle as its documentation shows it: each request builds its statements. */
export function usualReader(file: string): Reader {
  const db = drizzle(new Database(file, { readonly: true }));
  return {
    company: (id) =>
      db
        .select()
        .from(companies)
        .where(and(eq(companies.id, id), isNull(companies.deletedAt)))
        .get(),
    companies: (limit) =>
      db
        .select()
        .from(companies)
        .where(isNull(companies.deletedAt))
        .orderBy(asc(companies.created), asc(companies.id))
        .limit(limit)
        .all(),
    connectionsByCompanyIds: (ids) =>
      db
        .select({
          id: connections.id,
          companyId: connections.companyId,
          platformName: integrations.name,
          sourceType: connections.sourceType,
          status: connections.status,
          lastSync: connections.lastSync,
          created: connections.created,
        })
        .from(connections)
        .innerJoin(integrations, eq(integrations.id, connections.integrationId))
        .where(and(inArray(connections.companyId, [...ids]), isNull(connections.deletedAt)))
        .orderBy(asc(connections.created), asc(connections.id))
        .all(),
  };
}
