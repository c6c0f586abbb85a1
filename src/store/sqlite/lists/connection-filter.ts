import { sql, type SQL } from 'drizzle-orm';
import type { AnySQLiteColumn } from 'drizzle-orm/sqlite-core';
import type { ConnectionFilter } from '../../connections.ts';
import { jsonList } from '../statements/sql.ts';
import { rangeConditions, underUse, type Condition, type IndexUse } from './conditions.ts';
import { connections, connectionTotals, integrations, neverSynced } from '../schema/schema.ts';

/** The condition that a connection was read, by the column that has an index; see its definition. */
export const wasRead: Condition = {
  shape: 'read',
  sql: sql`${connections.lastSyncOrder} > ${sql.raw(String(neverSynced))}`,
};

/** The id of the integration whose key is the parameter `integrationKey`, if it also fulfils `condition`. */
export function integrationByKey(condition = sql``): SQL {
  return sql`(select ${integrations.id} from ${integrations} where ${integrations.key} = ${sql.placeholder('integrationKey')}${condition})`;
}

/**
 * The conditions of a filter. A company or an integration always picks its index, the others under this use: `hidden`
 * ones are tested by what the index of the list's order ends with.
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

/** The same, by the column that the indexes of another order end with. */
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
  // Most integrations have connections of one type only: without this, all of them would be read to find none of another.
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
