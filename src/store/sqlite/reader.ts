import type Database from 'better-sqlite3';
import { and, asc, eq, gt, inArray, isNull, sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/better-sqlite3';
import type { CompanyId, ConnectionId, IntegrationId } from '../../domain/id.ts';
import type { ConnectionEvent } from '../../domain/event.ts';
import type {
  CompanyConnectionsFilter,
  CompanyFilter,
  CompanyOrderField,
  ConnectionFilter,
  ConnectionOrderField,
  IntegrationFilter,
  Order,
  Page,
  StoreReader,
  Window,
} from '../store.ts';
import { companyFields, CompanyList } from './company-list.ts';
import { connectionFields, ConnectionList } from './connection-list.ts';
import { History } from './history.ts';
import { ifGiven, jsonList } from './keyset-list.ts';
import { SqliteLinkingReader } from './linking-reader.ts';
import { integrationFields, MatchingLists } from './matching.ts';
import {
  apiKeys,
  companies,
  companyTags,
  connections,
  connectionTotals,
  integrations,
  isActiveAndExclusive,
} from './schema.ts';

/** Reads through one SQLite connection, with statements that are prepared once. */
export class SqliteReader extends SqliteLinkingReader implements StoreReader {
  readonly #companies: CompanyList;
  readonly #connections: ConnectionList;
  readonly #matching: MatchingLists;
  readonly #history: History;
  readonly #statements: ReturnType<typeof prepare>;

  constructor(connection: Database.Database) {
    super(connection);
    const db = drizzle(connection);
    this.#companies = new CompanyList(db);
    this.#connections = new ConnectionList(db);
    this.#matching = new MatchingLists(connection);
    this.#history = new History(db);
    this.#statements = prepare(db);
  }

  async companiesByIds(ids: readonly CompanyId[]) {
    return this.#statements.companiesByIds.all({ ids: JSON.stringify(ids) });
  }

  async tagsByCompanyIds(ids: readonly CompanyId[]) {
    return this.#statements.tagsByCompanyIds.all({ ids: JSON.stringify(ids) });
  }

  async companyPage(filter: CompanyFilter, order: Order<CompanyOrderField>, window: Window) {
    return this.#companies.page(filter, order, window);
  }

  async companyCount(filter: CompanyFilter) {
    return this.#companies.count(filter);
  }

  async connectionsByIds(ids: readonly ConnectionId[]) {
    return this.#statements.connectionsByIds.all({ ids: JSON.stringify(ids) });
  }

  async connectionsByCompanyIds(ids: readonly CompanyId[], filter: CompanyConnectionsFilter) {
    return this.#statements.connectionsByCompanyIds.all({
      ids: JSON.stringify(ids),
      status: filter.status ? JSON.stringify(filter.status) : null,
      sourceType: filter.sourceType ? JSON.stringify(filter.sourceType) : null,
    });
  }

  async activeConnectionsByCompanyIds(ids: readonly CompanyId[]) {
    return this.#statements.activeConnectionsByCompanyIds.all({ ids: JSON.stringify(ids) });
  }

  async connectionSummariesByCompanyIds(ids: readonly CompanyId[]) {
    return this.#statements.connectionSummariesByCompanyIds.all({ ids: JSON.stringify(ids) });
  }

  async connectionPage(
    filter: ConnectionFilter,
    order: Order<ConnectionOrderField>,
    window: Window,
  ) {
    return this.#connections.page(filter, order, window);
  }

  async connectionCount(filter: ConnectionFilter) {
    return this.#connections.count(filter);
  }

  async matchingCompanies(...list: Parameters<MatchingLists['companies']>) {
    return this.#matching.companies(...list);
  }

  async matchingConnections(...list: Parameters<MatchingLists['connections']>) {
    return this.#matching.connections(...list);
  }

  async matchingIntegrations(...list: Parameters<MatchingLists['integrations']>) {
    return this.#matching.integrations(...list);
  }

  async connectionCountsByStatus() {
    return this.#statements.connectionCountsByStatus.all();
  }

  async integrationsByIds(ids: readonly IntegrationId[]) {
    return this.#statements.integrationsByIds.all({ ids: JSON.stringify(ids) });
  }

  async integrations({ key, sourceType, enabled }: IntegrationFilter) {
    return this.#statements.integrations.all({
      key: key ?? null,
      sourceType: sourceType ? JSON.stringify(sourceType) : null,
      enabled: enabled === undefined ? null : Number(enabled),
    });
  }

  async historyByConnectionIds(
    ids: readonly ConnectionId[],
    window: Window<number>,
  ): Promise<Map<ConnectionId, Page<ConnectionEvent, number>>> {
    return this.#history.pages(ids, window);
  }

  async apiKeys() {
    return this.#statements.apiKeys.all();
  }

  async apiKeyByPrefix(prefix: string) {
    return this.#statements.apiKeyByPrefix.get({ prefix });
  }

  async anyApiKey() {
    return this.#statements.anyApiKey.get() !== undefined;
  }

  async historyCountsByConnectionIds(ids: readonly ConnectionId[]) {
    return this.#history.counts(ids);
  }
}

/** The columns of an API key in domain terms. */
export const apiKeyFields = {
  id: apiKeys.id,
  name: apiKeys.name,
  scope: apiKeys.scope,
  prefix: apiKeys.prefix,
  created: apiKeys.created,
  expires: apiKeys.expires,
  lastUsed: apiKeys.lastUsed,
  revoked: apiKeys.revoked,
};

function prepare(db: ReturnType<typeof drizzle>) {
  const ids = jsonList('ids');
  const liveConnection = isNull(connections.deletedAt);

  return {
    companiesByIds: db
      .select(companyFields)
      .from(companies)
      .where(and(inArray(companies.id, ids), isNull(companies.deletedAt)))
      .prepare(),
    tagsByCompanyIds: db
      .select({
        companyId: companyTags.companyId,
        key: companyTags.key,
        value: companyTags.value,
      })
      .from(companyTags)
      .where(inArray(companyTags.companyId, ids))
      .orderBy(asc(companyTags.companyId), asc(companyTags.key))
      .prepare(),
    connectionsByIds: db
      .select(connectionFields)
      .from(connections)
      .where(and(inArray(connections.id, ids), liveConnection))
      .prepare(),
    connectionsByCompanyIds: db
      .select(connectionFields)
      .from(connections)
      .where(
        and(
          inArray(connections.companyId, ids),
          liveConnection,
          ifGiven('status', sql`+${connections.status} in ${jsonList('status')}`),
          ifGiven('sourceType', sql`+${connections.sourceType} in ${jsonList('sourceType')}`),
        ),
      )
      .orderBy(asc(connections.companyId), asc(connections.created), asc(connections.id))
      .prepare(),
    activeConnectionsByCompanyIds: db
      .select({
        id: connections.id,
        companyId: connections.companyId,
        sourceType: connections.sourceType,
      })
      .from(connections)
      .where(and(inArray(connections.companyId, ids), isActiveAndExclusive(connections)))
      .prepare(),
    connectionSummariesByCompanyIds: db
      .select({
        companyId: connections.companyId,
        status: connections.status,
        lastSync: sql<number | null>`max(${connections.lastSync})`,
      })
      .from(connections)
      .where(and(inArray(connections.companyId, ids), liveConnection))
      .groupBy(connections.companyId, connections.status)
      .prepare(),
    connectionCountsByStatus: db
      .select({
        status: connectionTotals.status,
        count: sql<number>`sum(${connectionTotals.count})`,
      })
      .from(connectionTotals)
      .where(gt(connectionTotals.count, 0))
      .groupBy(connectionTotals.status)
      .prepare(),
    integrationsByIds: db
      .select(integrationFields)
      .from(integrations)
      .where(inArray(integrations.id, ids))
      .prepare(),
    integrations: db
      .select(integrationFields)
      .from(integrations)
      .where(
        and(
          ifGiven('key', eq(integrations.key, sql.placeholder('key'))),
          ifGiven('sourceType', sql`${integrations.sourceType} in ${jsonList('sourceType')}`),
          ifGiven('enabled', sql`${integrations.enabled} = ${sql.placeholder('enabled')}`),
        ),
      )
      .orderBy(asc(integrations.name), asc(integrations.id))
      .prepare(),
    apiKeys: db
      .select(apiKeyFields)
      .from(apiKeys)
      .orderBy(asc(apiKeys.created), asc(apiKeys.id))
      .prepare(),
    apiKeyByPrefix: db
      .select({ apiKey: apiKeyFields, hash: apiKeys.hash })
      .from(apiKeys)
      .where(eq(apiKeys.prefix, sql.placeholder('prefix')))
      .prepare(),
    anyApiKey: db.select({ id: apiKeys.id }).from(apiKeys).limit(1).prepare(),
  };
}
