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
import { onFirstUse } from './first-use.ts';
import { companyFields, CompanyList } from './company-list.ts';
import { connectionFields, ConnectionList } from './connection-list.ts';
import { History } from './history.ts';
import { IdStatement } from './id-statement.ts';
import { ifGiven, jsonList } from './keyset-list.ts';
import { SqliteLinkingReader } from './linking-reader.ts';
import { integrationFields, MatchingLists } from './matching.ts';
import { RowStatement } from './row-statement.ts';
import { toCompany, toConnection, toIntegration, toStoredApiKey } from './rows.ts';
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
  readonly integrationsAtHand: StoreReader['integrationsAtHand'] = new Map();
  readonly #lists: ReturnType<typeof makeLists>;
  readonly #matching: MatchingLists;
  readonly #statements: ReturnType<typeof prepare>;

  constructor(connection: Database.Database) {
    super(connection);
    const db = drizzle(connection);
    this.#lists = makeLists(db);
    this.#matching = new MatchingLists(connection);
    this.#statements = prepare(connection, db);
  }

  async companiesByIds(ids: readonly CompanyId[]) {
    return this.#statements.companiesByIds.all(ids);
  }

  async tagsByCompanyIds(ids: readonly CompanyId[]) {
    return this.#statements.tagsByCompanyIds.all({ ids: JSON.stringify(ids) });
  }

  async companyPage(filter: CompanyFilter, order: Order<CompanyOrderField>, window: Window) {
    return this.#lists.companies.page(filter, order, window);
  }

  async companyCount(filter: CompanyFilter) {
    return this.#lists.companies.count(filter);
  }

  async connectionsByIds(ids: readonly ConnectionId[]) {
    return this.#statements.connectionsByIds.all(ids);
  }

  async connectionsByCompanyIds(
    ids: readonly CompanyId[],
    { status, sourceType }: CompanyConnectionsFilter,
  ) {
    if (status === undefined && sourceType === undefined) {
      return this.#statements.connectionsByCompanyIds.all(ids);
    }
    return this.#statements.someConnectionsByCompanyIds.all({
      ids: JSON.stringify(ids),
      status: status ? JSON.stringify(status) : null,
      sourceType: sourceType ? JSON.stringify(sourceType) : null,
    });
  }

  async activeConnectionsByCompanyIds(ids: readonly CompanyId[]) {
    // It joins: an id that came twice would come with its connections twice.
    const each = [...new Set(ids)];
    return this.#statements.activeConnectionsByCompanyIds.all({ ids: JSON.stringify(each) });
  }

  async connectionSummariesByCompanyIds(ids: readonly CompanyId[]) {
    return this.#statements.connectionSummariesByCompanyIds.all({ ids: JSON.stringify(ids) });
  }

  async connectionPage(
    filter: ConnectionFilter,
    order: Order<ConnectionOrderField>,
    window: Window,
  ) {
    return this.#lists.connections.page(filter, order, window);
  }

  async connectionCount(filter: ConnectionFilter) {
    return this.#lists.connections.count(filter);
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
    return this.#statements.integrationsByIds.all(ids);
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
    return this.#lists.history.pages(ids, window);
  }

  async apiKeys() {
    return this.#statements.apiKeys.all();
  }

  async apiKeyByPrefix(prefix: string) {
    return this.#statements.apiKeyByPrefix.all({ prefix })[0];
  }

  async anyApiKey() {
    return this.#statements.anyApiKey.get() !== undefined;
  }

  async historyCountsByConnectionIds(ids: readonly ConnectionId[]) {
    return this.#lists.history.counts(ids);
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

function makeLists(db: ReturnType<typeof drizzle>) {
  return onFirstUse({
    companies: () => new CompanyList(db),
    connections: () => new ConnectionList(db),
    history: () => new History(db),
  });
}

function prepare(connection: Database.Database, db: ReturnType<typeof drizzle>) {
  const ids = jsonList('ids');
  const liveConnection = isNull(connections.deletedAt);
  const oldestFirst = [
    asc(connections.companyId),
    asc(connections.created),
    asc(connections.id),
  ] as const;

  return onFirstUse({
    companiesByIds: () =>
      new IdStatement(
        connection,
        companies.id,
        (isWanted) =>
          db
            .select(companyFields)
            .from(companies)
            .where(and(isWanted, isNull(companies.deletedAt))),
        toCompany,
      ),
    tagsByCompanyIds: () =>
      db
        .select({
          companyId: companyTags.companyId,
          key: companyTags.key,
          value: companyTags.value,
        })
        .from(companyTags)
        .where(inArray(companyTags.companyId, ids))
        .orderBy(asc(companyTags.companyId), asc(companyTags.key))
        .prepare(),
    connectionsByIds: () =>
      new IdStatement(
        connection,
        connections.id,
        (isWanted) =>
          db.select(connectionFields).from(connections).where(and(isWanted, liveConnection)),
        toConnection,
      ),
    connectionsByCompanyIds: () =>
      new IdStatement(
        connection,
        connections.companyId,
        (isWanted) =>
          db
            .select(connectionFields)
            .from(connections)
            .where(and(isWanted, liveConnection))
            .orderBy(...oldestFirst),
        toConnection,
      ),
    someConnectionsByCompanyIds: () =>
      db
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
        .orderBy(...oldestFirst)
        .prepare(),
    // Joined so that the companies come first: SQLite would take the index of all that is Linked instead.
    activeConnectionsByCompanyIds: () =>
      db
        .select({
          id: connections.id,
          companyId: connections.companyId,
          sourceType: connections.sourceType,
        })
        .from(sql`json_each(${sql.placeholder('ids')}) as ids`)
        .crossJoin(connections)
        .where(and(eq(connections.companyId, sql`ids.value`), isActiveAndExclusive(connections)))
        .prepare(),
    connectionSummariesByCompanyIds: () =>
      db
        .select({
          companyId: connections.companyId,
          status: connections.status,
          lastSync: sql<number | null>`max(${connections.lastSync})`,
        })
        .from(connections)
        .where(and(inArray(connections.companyId, ids), liveConnection))
        .groupBy(connections.companyId, connections.status)
        .prepare(),
    connectionCountsByStatus: () =>
      db
        .select({
          status: connectionTotals.status,
          count: sql<number>`sum(${connectionTotals.count})`,
        })
        .from(connectionTotals)
        .where(gt(connectionTotals.count, 0))
        .groupBy(connectionTotals.status)
        .prepare(),
    integrationsByIds: () =>
      new IdStatement(
        connection,
        integrations.id,
        (isWanted) => db.select(integrationFields).from(integrations).where(isWanted),
        toIntegration,
      ),
    integrations: () =>
      db
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
    apiKeys: () =>
      db
        .select(apiKeyFields)
        .from(apiKeys)
        .orderBy(asc(apiKeys.created), asc(apiKeys.id))
        .prepare(),
    apiKeyByPrefix: () =>
      new RowStatement(
        connection,
        db
          .select({ ...apiKeyFields, hash: apiKeys.hash })
          .from(apiKeys)
          .where(eq(apiKeys.prefix, sql.placeholder('prefix'))),
        toStoredApiKey,
      ),
    anyApiKey: () => db.select({ id: apiKeys.id }).from(apiKeys).limit(1).prepare(),
  });
}
