import { sql } from 'drizzle-orm';
import type { CompanyConnectionStatus, CompanyFilter } from '../../companies.ts';
import { jsonList } from '../statements/sql.ts';
import { rangeConditions, underUse, type Condition, type IndexUse } from './conditions.ts';
import { searchCondition } from './name-search.ts';
import { companies } from '../schema/schema.ts';
import { setsWith } from '../schema/status-set.ts';
import { tagsCondition } from './tag-search.ts';

/** Returns the conditions of a filter. */
export function companyConditions(filter: CompanyFilter, use: IndexUse): Condition[] {
  const { search, connectionStatus, tags, created } = filter;
  return [
    ...(search ? [searchCondition(search, use)] : []),
    ...(connectionStatus ? [hasConnectionIn(connectionStatus, use)] : []),
    ...(tags && tags.length > 0 ? [tagsCondition(tags, use)] : []),
    ...rangeConditions('created', companies.created, created, use),
  ];
}

function hasConnectionIn(statuses: readonly CompanyConnectionStatus[], use: IndexUse): Condition {
  return {
    shape: `statuses:${use}`,
    sql: sql`${underUse(companies.statuses, use)} in ${jsonList('sets')}`,
    params: { sets: JSON.stringify(setsWith(statuses)) },
  };
}
