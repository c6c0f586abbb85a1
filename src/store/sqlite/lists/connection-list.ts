import { and, isNull, sql } from 'drizzle-orm';
import type { drizzle } from 'drizzle-orm/better-sqlite3';
import type { Connection } from '../../../domain/connection.ts';
import { sourceTypes } from '../../../domain/source-type.ts';
import { connectionStatuses } from '../../../domain/status.ts';
import type { ConnectionFilter, ConnectionOrderField } from '../../connections.ts';
import type { Order, Page, Window } from '../../lists.ts';
import { connectionConditions, integrationByKey, wasRead } from './connection-filter.ts';
import { beforeDeadline } from '../statements/deadline.ts';
import { ifGiven, jsonList } from '../statements/sql.ts';
import { KeysetList } from './keyset-list.ts';
import type { Condition } from './conditions.ts';
import type { Parts } from './keyset-statements.ts';
import { toConnection, type ConnectionRow } from '../statements/rows.ts';
import { connections, connectionTotals } from '../schema/schema.ts';

/** The columns of a connection, with their names in the domain. */
export const connectionFields = {
  id: connections.id,
  companyId: connections.companyId,
  integrationId: connections.integrationId,
  sourceId: connections.sourceId,
  sourceType: connections.sourceType,
  status: connections.status,
  lastSync: connections.lastSync,
  created: connections.created,
};

/** The paged list of connections. */
export class ConnectionList {
  readonly #list: KeysetList<ConnectionRow, Connection>;
  readonly #total: ReturnType<typeof prepareTotal>;

  constructor(db: ReturnType<typeof drizzle>) {
    this.#list = new KeysetList({
      db,
      table: connections,
      id: connections.id,
      fields: connectionFields,
      toRecord: toConnection,
      live: and(isNull(connections.deletedAt), beforeDeadline(connections)),
      sortKeys: { created: connections.created, lastSync: connections.lastSyncOrder },
    });
    this.#total = prepareTotal(db);
  }

  page(
    filter: ConnectionFilter,
    order: Order<ConnectionOrderField>,
    window: Window,
  ): Page<Connection> {
    const { [order.by]: range, ...others } = filter;
    // A range of the sort key bounds the page. Without a start it must still exclude connections that were never
    // synced.
    const neverRead: Condition[] =
      order.by === 'lastSync' && range && range.from === undefined ? [wasRead] : [];
    const parts = partsOf(filter);
    const conditions = connectionConditions(outsideOf(parts, others), 'hidden');
    return this.#list.page([...conditions, ...neverRead], { order, window, range, parts });
  }

  count(filter: ConnectionFilter): number {
    const { integrationKey, status, sourceType, ...others } = filter;
    if (Object.values(others).some((it) => it !== undefined)) {
      return this.#list.count(connectionConditions(indexed(filter), 'free'));
    }
    const given = {
      integrationKey: integrationKey ?? null,
      status: status ? JSON.stringify(status) : null,
      sourceType: sourceType ? JSON.stringify(sourceType) : null,
    };
    return this.#total.get(given)?.count ?? 0;
  }
}

function prepareTotal(db: ReturnType<typeof drizzle>) {
  const { integrationId, status, sourceType, count } = connectionTotals;
  return db
    .select({ count: sql<number>`coalesce(sum(${count}), 0)` })
    .from(connectionTotals)
    .where(
      and(
        ifGiven('integrationKey', sql`${integrationId} = ${integrationByKey()}`),
        ifGiven('status', sql`${status} in ${jsonList('status')}`),
        ifGiven('sourceType', sql`${sourceType} in ${jsonList('sourceType')}`),
      ),
    )
    .prepare();
}

/**
 * Returns the parts that a page is merged from. Indexes order the connections of an integration within each status, and
 * all connections within each status and source type. A company's are few and need no parts.
 */
function partsOf(filter: ConnectionFilter): Parts | undefined {
  const { companyId, integrationKey, status, sourceType } = filter;
  if (companyId !== undefined) return undefined;
  const statuses = [...new Set(status ?? connectionStatuses)];
  if (integrationKey !== undefined) {
    return { columns: [connections.status], values: statuses.map((it) => [it]) };
  }
  if (status === undefined && sourceType === undefined) return undefined;
  const types = [...new Set(sourceType ?? sourceTypes)];
  return {
    columns: [connections.status, connections.sourceType],
    values: statuses.flatMap((it) => types.map((type) => [it, type])),
  };
}

/** Returns the same filter, with values for all columns that precede the moment in its index. */
function indexed(filter: ConnectionFilter): ConnectionFilter {
  const { companyId, integrationKey, status, sourceType } = filter;
  if (companyId !== undefined) return filter;
  if (integrationKey !== undefined) return { ...filter, status: status ?? connectionStatuses };
  if (status === undefined && sourceType === undefined) return filter;
  return { ...filter, status: status ?? connectionStatuses, sourceType: sourceType ?? sourceTypes };
}

/** Returns the filter without the conditions that the parts cover. */
function outsideOf(parts: Parts | undefined, filter: ConnectionFilter): ConnectionFilter {
  const isOf = (name: 'status' | 'sourceType') => parts?.columns.includes(connections[name]);
  return {
    ...filter,
    status: isOf('status') ? undefined : filter.status,
    sourceType: isOf('sourceType') ? undefined : filter.sourceType,
  };
}
