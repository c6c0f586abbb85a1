import { isNull, sql, type SQL } from 'drizzle-orm';
import type { BetterSQLite3Database } from 'drizzle-orm/better-sqlite3';
import type { AnySQLiteColumn } from 'drizzle-orm/sqlite-core';
import type { Connection } from '../../domain/connection.ts';
import type { ConnectionFilter, ConnectionOrderField, Order, Page, Window } from '../store.ts';
import {
  jsonList,
  KeysetList,
  rangeConditions,
  underUse,
  type Condition,
  type IndexUse,
} from './keyset-list.ts';
import { connections, integrations, neverSynced } from './schema.ts';

/** The columns of a connection in domain terms. */
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
  readonly #list: KeysetList<typeof connectionFields, Connection>;

  constructor(db: BetterSQLite3Database) {
    this.#list = new KeysetList({
      db,
      table: connections,
      id: connections.id,
      fields: connectionFields,
      live: isNull(connections.deletedAt),
      sortKeys: { created: connections.created, lastSync: connections.lastSyncOrder },
    });
  }

  page(
    filter: ConnectionFilter,
    order: Order<ConnectionOrderField>,
    window: Window,
  ): Page<Connection> {
    const { [order.by]: range, ...others } = filter;
    // A range of the sort key bounds the page; a range that is open below must still leave out "never read".
    const neverRead: Condition[] =
      order.by === 'lastSync' && range && range.from === undefined ? [wasRead] : [];
    const conditions = pageConditions(others, order.by);
    return this.#list.page([...conditions, ...neverRead], order, window, range);
  }

  count(filter: ConnectionFilter): number {
    return this.#list.count(countConditions(filter));
  }
}

// By the column that has an index; see its definition.
const wasRead: Condition = {
  shape: 'read',
  sql: sql`${connections.lastSyncOrder} > ${sql.raw(String(neverSynced))}`,
};

/**
 * Each of `companyId`, `integrationKey` and a single status or source type has an index in the order of `created`: in
 * that order the first of them picks the index. In the order of `lastSync` only a company's few connections are
 * worth leaving that order's own index for.
 */
function pageConditions(filter: ConnectionFilter, order: ConnectionOrderField): Condition[] {
  const [first, ...others] = equalities(filter);
  const picksIndex = order === 'created' || filter.companyId !== undefined;
  return [
    ...(first ? [first(picksIndex ? 'free' : 'hidden')] : []),
    ...others.map((condition) => condition('hidden')),
    ...alternatives(filter, 'hidden'),
    ...ranges(filter, 'hidden'),
  ];
}

function countConditions(filter: ConnectionFilter): Condition[] {
  return [
    ...equalities(filter).map((condition) => condition('free')),
    ...alternatives(filter, 'free'),
    ...ranges(filter, 'free'),
  ];
}

type ConditionUnderUse = (use: IndexUse) => Condition;

function given(name: string): SQL {
  return sql`${sql.placeholder(name)}`;
}

/** The conditions that one value satisfies, the most selective first. */
function equalities(filter: ConnectionFilter): ConditionUnderUse[] {
  const { companyId, integrationKey, status, sourceType } = filter;
  const integrationId = sql`(select ${integrations.id} from ${integrations} where ${integrations.key} = ${sql.placeholder('integrationKey')})`;
  const conditions: ConditionUnderUse[] = [];
  const equals = (name: string, column: AnySQLiteColumn, value: unknown, wanted: SQL) => {
    if (value === undefined) return;
    conditions.push((use) => ({
      shape: `${name}:${use}`,
      sql: sql`${underUse(column, use)} = ${wanted}`,
      params: { [name]: value },
    }));
  };
  equals('companyId', connections.companyId, companyId, given('companyId'));
  equals('integrationKey', connections.integrationId, integrationKey, integrationId);
  equals('status', connections.status, onlyOne(status), given('status'));
  equals('sourceType', connections.sourceType, onlyOne(sourceType), given('sourceType'));
  return conditions;
}

/** The conditions that any of several values satisfies, or that none does. */
function alternatives({ status, sourceType }: ConnectionFilter, use: IndexUse): Condition[] {
  const conditions: Condition[] = [];
  const oneOf = (name: string, column: AnySQLiteColumn, values: readonly string[] | undefined) => {
    if (values === undefined || onlyOne(values) !== undefined) return;
    conditions.push({
      shape: `${name}In:${use}`,
      sql: sql`${underUse(column, use)} in ${jsonList(name)}`,
      params: { [name]: JSON.stringify(values) },
    });
  };
  oneOf('status', connections.status, status);
  oneOf('sourceType', connections.sourceType, sourceType);
  return conditions;
}

function onlyOne(values: readonly string[] | undefined): string | undefined {
  const [first, ...others] = new Set(values);
  return others.length === 0 ? first : undefined;
}

function ranges({ created, lastSync }: ConnectionFilter, use: IndexUse): Condition[] {
  return [
    ...rangeConditions('created', connections.created, created, use),
    ...(lastSync ? [wasRead] : []),
    ...rangeConditions('lastSync', connections.lastSyncOrder, lastSync, use),
  ];
}
