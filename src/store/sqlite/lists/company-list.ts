import { and, isNull, sql } from 'drizzle-orm';
import type { drizzle } from 'drizzle-orm/better-sqlite3';
import type { Company } from '../../../domain/company.ts';
import type { CompanyFilter, CompanyOrderField } from '../../companies.ts';
import type { Order, Page, Window } from '../../lists.ts';
import { companyConditions } from './company-filter.ts';
import { beforeDeadline } from '../statements/deadline.ts';
import { ifGiven, jsonList } from '../statements/sql.ts';
import { KeysetList, type PageOptions } from './keyset-list.ts';
import type { Parts } from './keyset-statements.ts';
import { NameSearch } from './name-search.ts';
import { toCompany, type CompanyRow } from '../statements/rows.ts';
import { companies, companyTotals } from '../schema/schema.ts';
import { setsWith } from '../schema/status-set.ts';
import { TagSearch } from './tag-search.ts';

/** The columns of a company, with their names in the domain. */
export const companyFields = {
  id: companies.id,
  name: companies.name,
  description: companies.description,
  created: companies.created,
};

/** The number of companies to read in order before asking an index how many have a text or a tag. */
const near = 500;
/** The most matches of an index that are sorted. With more, reading in order fills a page sooner. */
const few = 3000;

/** The paged list of companies. */
export class CompanyList {
  readonly #list: KeysetList<CompanyRow, Company>;
  readonly #total: ReturnType<typeof prepareTotal>;
  readonly #names: NameSearch;
  readonly #tags: TagSearch;

  constructor(db: ReturnType<typeof drizzle>) {
    this.#list = new KeysetList({
      db,
      table: companies,
      id: companies.id,
      fields: companyFields,
      toRecord: toCompany,
      live: and(isNull(companies.deletedAt), beforeDeadline(companies)),
      sortKeys: { created: companies.created, name: companies.nameFolded },
    });
    this.#total = prepareTotal(db);
    this.#names = new NameSearch(db);
    this.#tags = new TagSearch(db);
  }

  page(filter: CompanyFilter, order: Order<CompanyOrderField>, window: Window): Page<Company> {
    const { created, ...others } = filter;
    return order.by === 'created'
      ? this.#page(others, { order, window, range: created })
      : this.#page(filter, { order, window });
  }

  count(filter: CompanyFilter): number {
    const { connectionStatus, ...others } = filter;
    if (Object.values(others).some((it) => it !== undefined)) {
      return this.#list.count(companyConditions(filter, 'free'));
    }
    const sets = connectionStatus ? JSON.stringify(setsWith(connectionStatus)) : null;
    return this.#total.get({ sets })?.count ?? 0;
  }

  #page(filter: CompanyFilter, options: PageOptions): Page<Company> {
    const { search, tags } = filter;
    if (!search && !tags?.length) return this.#inOrder(filter, options);
    // Frequent matches are among the next records of the list. Rare ones are found by an index and sorted.
    const window = this.#list.nearPart(options, near);
    const page = this.#inOrder(filter, window ? { ...options, window } : options);
    if (page.more || window === undefined) return page;
    const among =
      (search ? this.#names.foundAmong(few, search) : undefined) ??
      (tags?.length ? this.#tags.foundAmong(few, tags) : undefined);
    if (among === undefined) return this.#inOrder(filter, options);
    return this.#list.page([among, ...companyConditions(filter, 'hidden')], options);
  }

  /** Reads a page in list order, of all companies or of those in some statuses. */
  #inOrder(filter: CompanyFilter, options: PageOptions): Page<Company> {
    const { connectionStatus, ...others } = filter;
    const parts: Parts | undefined = connectionStatus && {
      columns: [companies.statuses],
      values: setsWith(connectionStatus).map((set) => [set]),
    };
    return this.#list.page(companyConditions(others, 'hidden'), { ...options, parts });
  }
}

function prepareTotal(db: ReturnType<typeof drizzle>) {
  return db
    .select({ count: sql<number>`coalesce(sum(${companyTotals.count}), 0)` })
    .from(companyTotals)
    .where(ifGiven('sets', sql`${companyTotals.statuses} in ${jsonList('sets')}`))
    .prepare();
}
