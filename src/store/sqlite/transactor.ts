import type Database from 'better-sqlite3';
import { and, eq, inArray, isNull, lt, sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/better-sqlite3';
import type { Company, CompanyChanges, Tag } from '../../domain/company.ts';
import type { Connection } from '../../domain/connection.ts';
import type { Cause } from '../../domain/event.ts';
import type {
  ApiKeyId,
  AuthorizationId,
  CompanyId,
  ConnectionId,
  IntegrationId,
  RevocationId,
  SourceId,
} from '../../domain/id.ts';
import type { Instant } from '../../domain/instant.ts';
import type { Integration } from '../../domain/integration.ts';
import type { Move } from '../../domain/status.ts';
import { fold } from '../../domain/text.ts';
import type {
  Authorization,
  AuthorizationOutcome,
  Lease,
  RenewalState,
  Revocation,
  Sealed,
  SealedCredentials,
  SealedRecord,
  TakenLink,
  WorkFilter,
} from '../linking.ts';
import type {
  CompanyWithTags,
  IdempotentAnswer,
  IdUse,
  StoredApiKey,
  StoreTransactor,
} from '../store.ts';
import { onFirstUse } from './first-use.ts';
import { EventLog, type EventSubject } from './event-log.ts';
import { prepareInsertMany } from './insert-many.ts';
import { jsonList } from './keyset-list.ts';
import { SqliteLinkingWriter } from './linking-writer.ts';
import { apiKeyFields, SqliteReader } from './reader.ts';
import {
  apiKeys,
  companies,
  companyTags,
  connections,
  idempotentAnswers,
  integrations,
} from './schema.ts';

/** Writes through one SQLite connection, inside a transaction that its owner begins and ends. */
export class SqliteTransactor extends SqliteReader implements StoreTransactor {
  readonly #write: ReturnType<typeof prepare>;
  readonly #linking: SqliteLinkingWriter;
  readonly #events: EventLog;

  constructor(connection: Database.Database) {
    super(connection);
    const db = drizzle(connection);
    this.#write = prepare(db);
    this.#events = new EventLog(db);
    this.#linking = new SqliteLinkingWriter(connection);
  }

  async createCompany(company: Company, tags: readonly Tag[], cause: Cause) {
    return this.createCompanies([{ ...company, tags }], cause);
  }

  async createCompanies(created: readonly CompanyWithTags[], cause: Cause) {
    this.#write.createCompanies(
      created.map((it) => ({
        id: it.id,
        name: it.name,
        nameFolded: fold(it.name),
        description: it.description,
        created: it.created,
      })),
    );
    this.#write.addTags(
      created.flatMap(({ id, tags }) => tags.map((tag) => ({ ...tag, companyId: id }))),
    );
    this.#events.append(
      created.map(({ id }) => ({ type: 'company.created', companyId: id })),
      cause,
    );
  }

  async updateCompany(company: Company, changes: CompanyChanges, cause: Cause) {
    const { id, created } = company;
    const { name = company.name, description = company.description, tags } = changes;
    this.#write.updateCompany.run({ id, name, nameFolded: fold(name), description });
    if (tags !== undefined) {
      this.#write.removeTags.run({ companyId: id });
      this.#write.addTags(tags.map(({ key, value }) => ({ companyId: id, key, value })));
    }
    this.#append({ type: 'company.updated', companyId: id }, cause);
    return { id, name, description, created };
  }

  async deleteCompany(id: CompanyId, cause: Cause) {
    this.#write.deleteCompany.run({ id, at: cause.at });
    this.#append({ type: 'company.deleted', companyId: id }, cause);
  }

  async createConnection(connection: Connection, cause: Cause) {
    return this.createConnections([connection], cause);
  }

  async createConnections(created: readonly Connection[], cause: Cause) {
    this.#write.createConnections(created);
    this.#events.append(
      created.map(({ companyId, id, status }) => ({
        type: 'connection.created',
        companyId,
        connectionId: id,
        toStatus: status,
      })),
      cause,
    );
  }

  async moveConnection(connection: Connection, move: Move, cause: Cause) {
    const { id, companyId } = connection;
    const { from, to, event } = move;
    if (from === 'Linked' && to !== 'Linked') {
      this.#linking.eraseCredentials(id, cause.at, { revoke: to !== 'Deauthorized' });
    }
    const { changes } =
      to === null
        ? this.#write.deleteConnection.run({ id, from, at: cause.at })
        : this.#write.setStatus.run({ id, from, to });
    if (changes === 0) return undefined;
    this.#append(
      { type: event, companyId, connectionId: id, fromStatus: from, toStatus: to },
      cause,
    );
    return to === null ? connection : { ...connection, status: to };
  }

  async updateConnection(
    connection: Connection,
    changes: { readonly sourceId: SourceId; readonly lastSync: Instant | null },
    cause: Cause,
  ) {
    const { id, companyId, status } = connection;
    this.#write.updateConnection.run({ id, ...changes });
    this.#append(
      {
        type: 'connection.updated',
        companyId,
        connectionId: id,
        fromStatus: status,
        toStatus: status,
      },
      cause,
    );
  }

  async createIntegration(integration: Integration) {
    this.#write.createIntegration.run({ ...integration, enabled: Number(integration.enabled) });
  }

  async setIntegrationKey(id: IntegrationId, key: string) {
    this.#write.setIntegrationKey.run({ id, key });
  }

  async createApiKey({ apiKey, hash }: StoredApiKey) {
    this.#write.createApiKey.run({ ...apiKey, hash });
  }

  async revokeApiKey(id: ApiKeyId, at: Instant) {
    return this.#write.revokeApiKey.get({ id, at });
  }

  async setApiKeyUsed(id: ApiKeyId, at: Instant) {
    this.#write.setApiKeyUsed.run({ id, at });
  }

  async idempotentAnswer(actor: string, key: string) {
    return this.#write.idempotentAnswer.get({ actor, key });
  }

  async keepIdempotentAnswer(answer: IdempotentAnswer) {
    this.#write.keepIdempotentAnswer.run({ ...answer });
  }

  async forgetIdempotentAnswers(before: Instant) {
    this.#write.forgetIdempotentAnswers.run({ before });
  }

  async idUses(ids: readonly string[]): Promise<Map<string, IdUse>> {
    const rows = this.#write.idUses.all({ ids: JSON.stringify(ids) });
    return new Map(
      rows.map(({ id, kind, companyId, deleted }) => [
        id,
        { kind, companyId, deleted: deleted === 1 },
      ]),
    );
  }

  async takeLink(link: TakenLink, now: Instant) {
    return this.#linking.takeLink(link, now);
  }

  async createAuthorization(authorization: Authorization, stateHash: Buffer) {
    return this.#linking.createAuthorization(authorization, stateHash);
  }

  async answerAuthorization(stateHash: Buffer, browser: Buffer, now: Instant) {
    return this.#linking.answerAuthorization(stateHash, browser, now);
  }

  async finishAuthorization(id: AuthorizationId, outcome: AuthorizationOutcome) {
    return this.#linking.finishAuthorization(id, outcome);
  }

  async forgetLinks(before: Instant, limit: number) {
    return this.#linking.forgetLinks(before, limit);
  }

  async setCredentials(id: ConnectionId, credentials: SealedCredentials) {
    return this.#linking.setCredentials(id, credentials);
  }

  async renewCredentials(id: ConnectionId, version: number, credentials: SealedCredentials) {
    return this.#linking.renewCredentials(id, version, credentials);
  }

  async claimRenewals(lease: Lease, which: WorkFilter, limit: number) {
    return this.#linking.claimRenewals(lease, which, limit);
  }

  async postponeRenewal(id: ConnectionId, version: number, state: RenewalState) {
    return this.#linking.postponeRenewal(id, version, state);
  }

  async setProviderAccount(id: ConnectionId, account: string) {
    return this.#linking.setProviderAccount(id, account);
  }

  async noteFailure({ companyId, id: connectionId }: Connection, cause: Cause) {
    this.#append({ type: 'connection.failed', companyId, connectionId }, cause);
  }

  async createRevocation(revocation: Revocation) {
    return this.#linking.createRevocation(revocation);
  }

  async claimRevocations(lease: Lease, which: WorkFilter, limit: number) {
    return this.#linking.claimRevocations(lease, which, limit);
  }

  async endRevocation(id: RevocationId) {
    return this.#linking.endRevocation(id);
  }

  async postponeRevocation(id: RevocationId, failures: number, next: Instant) {
    return this.#linking.postponeRevocation(id, failures, next);
  }

  async reseal(record: SealedRecord, sealed: Sealed) {
    return this.#linking.reseal(record, sealed);
  }

  #append(subject: EventSubject, cause: Cause) {
    this.#events.append([subject], cause);
  }
}

function prepare(db: ReturnType<typeof drizzle>) {
  const given = sql.placeholder;
  const thisCompany = and(eq(companies.id, given('id')), isNull(companies.deletedAt));
  const thisConnection = and(eq(connections.id, given('id')), isNull(connections.deletedAt));
  // Compare-and-set: of two that race, in this process or another, one finds no row.
  const stillInStatus = and(thisConnection, eq(connections.status, given('from')));

  return onFirstUse({
    createCompanies: () =>
      prepareInsertMany(db, companies, ['id', 'name', 'nameFolded', 'description', 'created']),
    updateCompany: () =>
      db
        .update(companies)
        .set({
          name: sql`${given('name')}`,
          nameFolded: sql`${given('nameFolded')}`,
          description: sql`${given('description')}`,
        })
        .where(thisCompany)
        .prepare(),
    deleteCompany: () =>
      db
        .update(companies)
        .set({ deletedAt: sql`${given('at')}` })
        .where(thisCompany)
        .prepare(),
    addTags: () => prepareInsertMany(db, companyTags, ['companyId', 'key', 'value']),
    removeTags: () =>
      db
        .delete(companyTags)
        .where(eq(companyTags.companyId, given('companyId')))
        .prepare(),
    createConnections: () =>
      prepareInsertMany(db, connections, [
        'id',
        'companyId',
        'integrationId',
        'sourceId',
        'sourceType',
        'status',
        'lastSync',
        'created',
      ]),
    setStatus: () =>
      db
        .update(connections)
        .set({ status: sql`${given('to')}` })
        .where(stillInStatus)
        .prepare(),
    deleteConnection: () =>
      db
        .update(connections)
        .set({ deletedAt: sql`${given('at')}` })
        .where(stillInStatus)
        .prepare(),
    updateConnection: () =>
      db
        .update(connections)
        .set({ sourceId: sql`${given('sourceId')}`, lastSync: sql`${given('lastSync')}` })
        .where(thisConnection)
        .prepare(),
    createIntegration: () =>
      db
        .insert(integrations)
        .values({
          id: given('id'),
          key: given('key'),
          name: given('name'),
          sourceType: given('sourceType'),
          sourceId: given('sourceId'),
          enabled: sql`${given('enabled')}`,
        })
        .prepare(),
    setIntegrationKey: () =>
      db
        .update(integrations)
        .set({ key: sql`${given('key')}` })
        .where(eq(integrations.id, given('id')))
        .prepare(),
    createApiKey: () =>
      db
        .insert(apiKeys)
        .values({
          id: given('id'),
          name: given('name'),
          scope: given('scope'),
          prefix: given('prefix'),
          hash: given('hash'),
          created: given('created'),
          expires: given('expires'),
        })
        .prepare(),
    revokeApiKey: () =>
      db
        .update(apiKeys)
        .set({ revoked: sql`${given('at')}` })
        .where(and(eq(apiKeys.id, given('id')), isNull(apiKeys.revoked)))
        .returning(apiKeyFields)
        .prepare(),
    setApiKeyUsed: () =>
      db
        .update(apiKeys)
        .set({ lastUsed: sql`${given('at')}` })
        .where(eq(apiKeys.id, given('id')))
        .prepare(),
    idempotentAnswer: () =>
      db
        .select()
        .from(idempotentAnswers)
        .where(
          and(eq(idempotentAnswers.actor, given('actor')), eq(idempotentAnswers.key, given('key'))),
        )
        .prepare(),
    keepIdempotentAnswer: () =>
      db
        .insert(idempotentAnswers)
        .values({
          actor: given('actor'),
          key: given('key'),
          request: given('request'),
          answer: given('answer'),
          at: given('at'),
        })
        .prepare(),
    forgetIdempotentAnswers: () =>
      db
        .delete(idempotentAnswers)
        .where(lt(idempotentAnswers.at, given('before')))
        .prepare(),
    idUses: () =>
      db
        .select({
          id: sql<string>`id`,
          kind: sql<IdUse['kind']>`kind`,
          companyId: sql<CompanyId | null>`company_id`,
          deleted: sql<number>`deleted`,
        })
        .from(
          db
            .select({
              id: sql<string>`${companies.id}`.as('id'),
              kind: sql<string>`'company'`.as('kind'),
              companyId: sql<string | null>`null`.as('company_id'),
              deleted: sql<number>`${companies.deletedAt} is not null`.as('deleted'),
            })
            .from(companies)
            .where(inArray(companies.id, jsonList('ids')))
            .unionAll(
              db
                .select({
                  id: sql<string>`${connections.id}`.as('id'),
                  kind: sql<string>`'connection'`.as('kind'),
                  companyId: sql<string | null>`${connections.companyId}`.as('company_id'),
                  deleted: sql<number>`${connections.deletedAt} is not null`.as('deleted'),
                })
                .from(connections)
                .where(inArray(connections.id, jsonList('ids'))),
            )
            .unionAll(
              db
                .select({
                  id: sql<string>`${integrations.id}`.as('id'),
                  kind: sql<string>`'integration'`.as('kind'),
                  companyId: sql<string | null>`null`.as('company_id'),
                  deleted: sql<number>`0`.as('deleted'),
                })
                .from(integrations)
                .where(inArray(integrations.id, jsonList('ids'))),
            )
            .as('uses'),
        )
        .prepare(),
  });
}
