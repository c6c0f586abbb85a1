import { isNull, sql } from 'drizzle-orm';
import type { BetterSQLite3Database } from 'drizzle-orm/better-sqlite3';
import type { Company, Tag } from '../../domain/company.ts';
import { fold } from '../../domain/text.ts';
import type {
  CompanyConnectionStatus,
  CompanyFilter,
  CompanyOrderField,
  Order,
  Page,
  Window,
} from '../store.ts';
import {
  jsonList,
  KeysetList,
  rangeConditions,
  type Condition,
  type IndexUse,
} from './keyset-list.ts';
import { nameHolds, searchPhrase } from './name-search.ts';
import { companies, companyTags, connections } from './schema.ts';

/** The columns of a company in domain terms. */
export const companyFields = {
  id: companies.id,
  name: companies.name,
  description: companies.description,
  created: companies.created,
};

/** The paged list of companies. */
export class CompanyList {
  readonly #list: KeysetList<typeof companyFields, Company>;

  constructor(db: BetterSQLite3Database) {
    this.#list = new KeysetList({
      db,
      table: companies,
      id: companies.id,
      fields: companyFields,
      live: isNull(companies.deletedAt),
      sortKeys: { created: companies.created, name: companies.nameFolded },
    });
  }

  page(filter: CompanyFilter, order: Order<CompanyOrderField>, window: Window): Page<Company> {
    const { created, ...others } = filter;
    return order.by === 'created'
      ? this.#list.page(conditionsOf(others, 'hidden'), order, window, created)
      : this.#list.page(conditionsOf(filter, 'hidden'), order, window, undefined);
  }

  count(filter: CompanyFilter): number {
    return this.#list.count(conditionsOf(filter, 'free'));
  }
}

function conditionsOf(filter: CompanyFilter, use: IndexUse): Condition[] {
  const { search, connectionStatus, tags, created } = filter;
  return [
    ...(search ? [nameContains(fold(search))] : []),
    ...(connectionStatus ? [hasConnectionIn(connectionStatus)] : []),
    ...(tags && tags.length > 0 ? [hasTags(tags)] : []),
    ...rangeConditions('created', companies.created, created, use),
  ];
}

function nameContains(folded: string): Condition {
  const phrase = searchPhrase(folded);
  const search = sql`${sql.placeholder('search')}`;
  return phrase === undefined
    ? { shape: 'short-search', sql: nameHolds(search), params: { search: folded } }
    : {
        shape: 'search',
        sql: nameHolds(search, sql`${sql.placeholder('phrase')}`),
        params: { search: folded, phrase },
      };
}

function hasConnectionIn(statuses: readonly CompanyConnectionStatus[]): Condition {
  const ofCompany = sql`select 1 from ${connections} where ${connections.companyId} = ${companies.id} and ${connections.deletedAt} is null`;
  const inStatus = sql`exists (${ofCompany} and ${connections.status} in ${jsonList('connectionStatus')})`;
  const params = { connectionStatus: JSON.stringify(statuses) };
  return statuses.includes('NoConnections')
    ? {
        shape: 'status-or-none',
        sql: sql`(${inStatus} or not exists (${ofCompany}))`,
        params,
      }
    : { shape: 'status', sql: inStatus, params };
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
