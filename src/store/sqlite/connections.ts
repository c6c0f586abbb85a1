import type Database from 'better-sqlite3';
import { and, asc, eq, gt, inArray, isNull, sql } from 'drizzle-orm';
import type { drizzle } from 'drizzle-orm/better-sqlite3';
import type { Connection } from '../../domain/connection.ts';
import type { Cause } from '../../domain/event.ts';
import type { CompanyId, ConnectionId, SourceId } from '../../domain/id.ts';
import type { Instant } from '../../domain/instant.ts';
import type { Move } from '../../domain/status.ts';
import type {
  CompanyConnectionsFilter,
  ConnectionFilter,
  ConnectionOrderField,
  ConnectionReader,
  ConnectionWriter,
} from '../connections.ts';
import type { Order, Window } from '../lists.ts';
import type { Calls } from '../calls.ts';
import { connectionFields } from './lists/connection-list.ts';
import type { CredentialErasure } from './credentials.ts';
import type { EventLog } from './event-log.ts';
import { onFirstUse } from './statements/first-use.ts';
import { IdStatement } from './statements/id-statement.ts';
import { prepareInsertMany } from './statements/insert-many.ts';
import { ifGiven, jsonList } from './statements/sql.ts';
import { ListedNoun } from './noun.ts';
import { toConnection } from './statements/rows.ts';
import { connections, connectionTotals, isActiveAndExclusive } from './schema/schema.ts';
import type { ListArguments, ListReader } from './threads/lists.ts';

type Statements = ReturnType<typeof prepareConnections>;

/** Reads connections. */
export class SqliteConnections extends ListedNoun<Statements> implements ConnectionReader {
  byIds(ids: readonly ConnectionId[]) {
    return this.calls.run('connectionsByIds', () => this.statements.byIds.all(ids), ids.length);
  }

  byCompanyIds(ids: readonly CompanyId[], filter: CompanyConnectionsFilter, limit: number) {
    const read = () => this.#ofCompanies(ids, filter, limit);
    return this.calls.run('connectionsByCompanyIds', read, ids.length);
  }

  countsByCompanyIds(ids: readonly CompanyId[], limit: number) {
    const read = () => {
      const rows = this.statements.countsByCompanyIds.all({ ids: JSON.stringify(ids), limit });
      return new Map(rows.flatMap(({ id, count }) => (count === 0 ? [] : [[id, count]])));
    };
    return this.calls.run('connectionCountsByCompanyIds', read, ids.length);
  }

  activeByCompanyIds(ids: readonly CompanyId[]) {
    // The statement joins: a repeated id would return its connections twice.
    const each = [...new Set(ids)];
    const read = () => this.statements.activeByCompanyIds.all({ ids: JSON.stringify(each) });
    return this.calls.run('activeConnectionsByCompanyIds', read, ids.length);
  }

  summariesByCompanyIds(ids: readonly CompanyId[]) {
    const read = () => this.statements.summariesByCompanyIds.all({ ids: JSON.stringify(ids) });
    return this.calls.run('connectionSummariesByCompanyIds', read, ids.length);
  }

  page(filter: ConnectionFilter, order: Order<ConnectionOrderField>, window: Window) {
    return this.list('connectionPage', filter, order, window);
  }

  count(filter: ConnectionFilter) {
    return this.list('connectionCount', filter);
  }

  countsByStatus() {
    return this.calls.run('connectionCountsByStatus', () => this.statements.countsByStatus.all());
  }

  matching(...list: ListArguments<'matchingConnections'>) {
    return this.list('matchingConnections', ...list);
  }

  #ofCompanies(
    ids: readonly CompanyId[],
    { status, sourceType }: CompanyConnectionsFilter,
    limit: number,
  ) {
    if (status === undefined && sourceType === undefined) {
      return this.statements.byCompanyIds.all(ids, { limit });
    }
    return this.statements.someByCompanyIds.all({
      ids: JSON.stringify(ids),
      limit,
      status: status ? JSON.stringify(status) : null,
      sourceType: sourceType ? JSON.stringify(sourceType) : null,
    });
  }
}

/** Changes connections, within a transaction. */
export class SqliteConnectionWriter extends SqliteConnections implements ConnectionWriter {
  readonly #write: ReturnType<typeof prepareConnectionChanges>;
  readonly #events: EventLog;
  readonly #erasure: CredentialErasure;

  constructor(
    statements: Statements,
    {
      write,
      events,
      erasure,
    }: {
      readonly write: ReturnType<typeof prepareConnectionChanges>;
      readonly events: EventLog;
      readonly erasure: CredentialErasure;
    },
    calls: Calls,
  ) {
    super(statements, calls);
    this.#write = write;
    this.#events = events;
    this.#erasure = erasure;
  }

  async create(connection: Connection, cause: Cause) {
    return this.createAll([connection], cause);
  }

  async createAll(created: readonly Connection[], cause: Cause) {
    this.#write.create(created);
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

  async move(connection: Connection, move: Move, cause: Cause) {
    const { id, companyId } = connection;
    const { from, to, event } = move;
    if (from === 'Linked' && to === 'Deauthorized') this.#erasure.eraseUnlessKept(id);
    // Kept credentials are not revoked when the connection is linked again: some platforms would end the new access.
    else if (to !== from && (from === 'Linked' || from === 'Deauthorized')) {
      this.#erasure.erase(id, cause.at, { revoke: to !== 'Linked' });
    }
    const { changes } =
      to === null
        ? this.#write.delete.run({ id, from, at: cause.at })
        : this.#write.setStatus.run({ id, from, to });
    if (changes === 0) return undefined;
    this.#events.append(
      [{ type: event, companyId, connectionId: id, fromStatus: from, toStatus: to }],
      cause,
    );
    return to === null ? connection : { ...connection, status: to };
  }

  async deleteAll(deleted: readonly Connection[], cause: Cause) {
    const { at } = cause;
    for (const id of this.#erasure.holdersAmong(deleted.map((it) => it.id))) {
      this.#erasure.erase(id, at, { revoke: true });
    }
    const ids = JSON.stringify(deleted.map(({ id }) => id));
    const { changes } = this.#write.deleteAll.run({ ids, at });
    if (changes !== deleted.length) throw new Error('a connection to delete is not live');
    this.#events.append(
      deleted.map(({ id, companyId, status }) => ({
        type: 'connection.deleted',
        companyId,
        connectionId: id,
        fromStatus: status,
        toStatus: null,
      })),
      cause,
    );
  }

  async update(
    connection: Connection,
    changes: { readonly sourceId: SourceId; readonly lastSync: Instant | null },
    cause: Cause,
  ) {
    const { id, companyId, status } = connection;
    this.#write.update.run({ id, ...changes });
    this.#events.append(
      [
        {
          type: 'connection.updated',
          companyId,
          connectionId: id,
          fromStatus: status,
          toStatus: status,
        },
      ],
      cause,
    );
  }
}

/** Prepares the statements that read connections. */
export function prepareConnections(
  connection: Database.Database,
  db: ReturnType<typeof drizzle>,
  lists: ListReader,
) {
  const ids = jsonList('ids');
  const liveConnection = isNull(connections.deletedAt);
  const oldestFirst = [
    asc(connections.companyId),
    asc(connections.created),
    asc(connections.id),
  ] as const;
  return onFirstUse({
    lists: () => lists,
    byIds: () =>
      new IdStatement(
        connection,
        connections.id,
        (isWanted) =>
          db.select(connectionFields).from(connections).where(and(isWanted, liveConnection)),
        toConnection,
      ),
    byCompanyIds: () =>
      new IdStatement(
        connection,
        connections.companyId,
        (isWanted) =>
          db
            .select(connectionFields)
            .from(connections)
            .where(and(isWanted, liveConnection))
            .orderBy(...oldestFirst)
            .limit(sql.placeholder('limit')),
        toConnection,
      ),
    someByCompanyIds: () =>
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
        .limit(sql.placeholder('limit'))
        .prepare(),
    countsByCompanyIds: () =>
      db
        .select({
          id: sql<CompanyId>`ids.value`,
          // Counts rows of an index, and stops at the limit.
          count: sql<number>`(select count(*) from (select 1 from ${connections} where ${connections.companyId} = ids.value and ${liveConnection} limit ${sql.placeholder('limit')}))`,
        })
        .from(sql`json_each(${sql.placeholder('ids')}) as ids`)
        .prepare(),
    // Cross join, so that the companies come first: SQLite would use the index of all Linked connections instead.
    activeByCompanyIds: () =>
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
    summariesByCompanyIds: () =>
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
    countsByStatus: () =>
      db
        .select({
          status: connectionTotals.status,
          count: sql<number>`sum(${connectionTotals.count})`,
        })
        .from(connectionTotals)
        .where(gt(connectionTotals.count, 0))
        .groupBy(connectionTotals.status)
        .prepare(),
  });
}

/** Prepares the statements that change connections. */
export function prepareConnectionChanges(db: ReturnType<typeof drizzle>) {
  const given = sql.placeholder;
  const thisConnection = and(eq(connections.id, given('id')), isNull(connections.deletedAt));
  // Compare-and-set: of two racing changes, in this process or another, one matches no row.
  const stillInStatus = and(thisConnection, eq(connections.status, given('from')));
  return onFirstUse({
    create: () =>
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
    delete: () =>
      db
        .update(connections)
        .set({ deletedAt: sql`${given('at')}` })
        .where(stillInStatus)
        .prepare(),
    deleteAll: () =>
      db
        .update(connections)
        .set({ deletedAt: sql`${given('at')}` })
        .where(and(inArray(connections.id, jsonList('ids')), isNull(connections.deletedAt)))
        .prepare(),
    update: () =>
      db
        .update(connections)
        .set({ sourceId: sql`${given('sourceId')}`, lastSync: sql`${given('lastSync')}` })
        .where(thisConnection)
        .prepare(),
  });
}
