import type { Company, CompanyChanges, Tag } from '../domain/company.ts';
import type { Cause } from '../domain/event.ts';
import type { CompanyId } from '../domain/id.ts';
import type { ConnectionStatus } from '../domain/status.ts';
import type { CompanyCondition } from '../query/condition.ts';
import type { CompanyProperty } from '../query/properties.ts';
import type { InstantRange, Matches, Order, Page, Slice, Window } from './lists.ts';

/** A status by which companies are found: `NoConnections` is that of a company without a live connection. */
export type CompanyConnectionStatus = ConnectionStatus | 'NoConnections';

/** Which companies: all conditions that are given must hold; an empty list matches nothing. */
export interface CompanyFilter {
  /** A part of the name, in any case. */
  readonly search?: string | undefined;
  /** Has a connection in one of these statuses. */
  readonly connectionStatus?: readonly CompanyConnectionStatus[] | undefined;
  /** Has all of these tags. */
  readonly tags?: readonly Tag[] | undefined;
  readonly created?: InstantRange | undefined;
}

/** By what companies are ordered: the moment of creation, or the name regardless of case; ties by id. */
export type CompanyOrderField = 'created' | 'name';

/** A company that is to be created, and its tags. */
export interface CompanyWithTags extends Company {
  readonly tags: readonly Tag[];
}

/** Reads companies. */
export interface CompanyReader {
  byIds(ids: readonly CompanyId[]): Promise<Company[]>;
  /** The tags of companies, each company's sorted by key. */
  tagsByIds(ids: readonly CompanyId[]): Promise<(Tag & { companyId: CompanyId })[]>;
  page(
    filter: CompanyFilter,
    order: Order<CompanyOrderField>,
    window: Window,
  ): Promise<Page<Company>>;
  count(filter: CompanyFilter): Promise<number>;
  /** What matches a condition, in any order: an absent value comes before all others; ties by id. */
  matching(
    condition: CompanyCondition,
    order: Order<CompanyProperty>,
    slice: Slice,
  ): Promise<Matches<Company>>;
}

/** Changes companies; each change appends its event. */
export interface CompanyWriter extends CompanyReader {
  create(company: Company, tags: readonly Tag[], cause: Cause): Promise<void>;
  /** Creates companies in a number of statements that does not depend on how many there are. */
  createAll(companies: readonly CompanyWithTags[], cause: Cause): Promise<void>;
  /** Returns the company as it is afterwards. `changes` names what really changes. */
  update(company: Company, changes: CompanyChanges, cause: Cause): Promise<Company>;
  /** Its connections must have been deleted before. */
  delete(id: CompanyId, cause: Cause): Promise<void>;
}
