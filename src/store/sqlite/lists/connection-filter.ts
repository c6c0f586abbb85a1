import { sql, type SQL } from 'drizzle-orm';
import type { AnySQLiteColumn } from 'drizzle-orm/sqlite-core';
import type { ConnectionFilter } from '../../connections.ts';
import { jsonList } from '../statements/sql.ts';
import { rangeConditions, underUse, type Condition, type IndexUse } from './conditions.ts';
import { connections, connectionTotals, integrations, neverSynced } from '../schema/schema.ts';

/** The condition that a connection was ever synced, on the indexed column; see its definition. */
export const wasRead: Condition = {
  shape: 'read',
  sql: sql`${connections.lastSyncOrder} > ${sql.raw(String(neverSynced))}`,
};

/** Selects the id of the integration whose key is the parameter `integrationKey`, if it also meets `condition`. */
export function integrationByKey(condition = sql``): SQL {
  return sql`(select ${integrations.id} from ${integrations} where ${integrations.key} = ${sql.placeholder('integrationKey')}${condition})`;
}

/**
 * Returns the conditions of a filter. The company, or else the integration, always uses its index; the others follow
 * `use`. `hidden` ones are tested on the last columns of the index that has the order of the list.
 */
export function connectionConditions(filter: ConnectionFilter, use: IndexUse): Condition[] {
  const { companyId, integrationKey, status, sourceType, created, lastSync } = filter;
  const read = use === 'free' ? connections.lastSyncOrder : connections.lastSync;
  return [
    ...(companyId === undefined ? [] : [isOfCompany(companyId)]),
    ...(integrationKey === undefined
      ? []
      : [isOfIntegration(integrationKey, filter, companyId === undefined ? 'free' : use)]),
    ...isAmong('status', connections.status, status, use),
    ...isAmong('sourceType', connections.sourceType, sourceType, use),
    ...rangeConditions('created', connections.created, created, use),
    ...(lastSync ? [use === 'free' ? wasRead : hasMoment] : []),
    ...rangeConditions('lastSync', read, lastSync, use),
  ];
}

/** The same, on the column at the end of the indexes of another order. */
const hasMoment: Condition = { shape: 'moment', sql: sql`${connections.lastSync} is not null` };

function isOfCompany(companyId: string): Condition {
  return {
    shape: 'companyId',
    sql: sql`${connections.companyId} = ${sql.placeholder('companyId')}`,
    params: { companyId },
  };
}

function isOfIntegration(
  integrationKey: string,
  { sourceType }: ConnectionFilter,
  use: IndexUse,
): Condition {
  // Most integrations have connections of one type only. Without this, a filter by another type would read all of them.
  const hasSome = sql` and exists (select 1 from ${connectionTotals} where ${connectionTotals.integrationId} = ${integrations.id} and ${connectionTotals.count} > 0 and ${connectionTotals.sourceType} in ${jsonList('sourceType')})`;
  return {
    shape: `integrationKey:${use}:${sourceType !== undefined}`,
    sql: sql`${underUse(connections.integrationId, use)} = ${integrationByKey(sourceType && hasSome)}`,
    params: { integrationKey },
  };
}

function isAmong(
  name: string,
  column: AnySQLiteColumn,
  values: readonly string[] | undefined,
  use: IndexUse,
): Condition[] {
  if (values === undefined) return [];
  return [
    {
      shape: `${name}:${use}`,
      sql: sql`${underUse(column, use)} in ${jsonList(name)}`,
      params: { [name]: JSON.stringify(values) },
    },
  ];
}
