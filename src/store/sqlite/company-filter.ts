import { sql } from 'drizzle-orm';
import type { Tag } from '../../domain/company.ts';
import type { CompanyConnectionStatus, CompanyFilter } from '../store.ts';
import {
  jsonList,
  rangeConditions,
  underUse,
  type Condition,
  type IndexUse,
} from './keyset-list.ts';
import { searchCondition } from './name-search.ts';
import { companies, companyTags } from './schema.ts';
import { setsWith } from './status-set.ts';

/** The conditions of a filter. Tags always pick their index, the others under this use. */
export function companyConditions(filter: CompanyFilter, use: IndexUse): Condition[] {
  const { search, connectionStatus, tags, created } = filter;
  return [
    ...(search ? [searchCondition(search, use)] : []),
    ...(connectionStatus ? [hasConnectionIn(connectionStatus, use)] : []),
    ...(tags && tags.length > 0 ? [hasTags(tags)] : []),
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

function hasTags(tags: readonly Tag[]): Condition {
  const wanted = new Map(tags.map((tag) => [JSON.stringify([tag.key, tag.value]), tag]));
  const matching = sql`select ${companyTags.companyId} from json_each(${sql.placeholder('tags')}) as wanted
    join ${companyTags} on ${companyTags.key} = wanted.value ->> 'key' and ${companyTags.value} = wanted.value ->> 'value'
    group by ${companyTags.companyId} having count(*) = ${sql.placeholder('tagCount')}`;
  return {
    shape: 'tags',
    sql: sql`${companies.id} in (${matching})`,
    params: { tags: JSON.stringify([...wanted.values()]), tagCount: wanted.size },
  };
}
