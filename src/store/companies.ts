import type { Company, Tag } from '../domain/company.ts';
import type { CompanyChanges } from '../domain/company-input.ts';
import type { Cause } from '../domain/event.ts';
import type { CompanyId } from '../domain/id.ts';
import type { ConnectionStatus } from '../domain/status.ts';
import type { CompanyCondition } from '../query/condition.ts';
import type { CompanyProperty } from '../query/properties.ts';
import type { InstantRange, Matches, Order, Page, Slice, Window } from './lists.ts';

/** A status to filter companies by. `NoConnections` matches companies without a live connection. */
export type CompanyConnectionStatus = ConnectionStatus | 'NoConnections';

/** A filter for companies. All given conditions must hold. An empty `connectionStatus` matches nothing. */
export interface CompanyFilter {
  /** Part of the name, in any case. */
  readonly search?: string | undefined;
  /** The company has a connection in one of these statuses. */
  readonly connectionStatus?: readonly CompanyConnectionStatus[] | undefined;
  /** The company has all of these tags. */
  readonly tags?: readonly Tag[] | undefined;
  readonly created?: InstantRange | undefined;
}

/** The sort orders of a list of companies: by creation time, or by name regardless of case. Ties are sorted by id. */
export type CompanyOrderField = 'created' | 'name';

/** A company to create, with its tags. */
export interface CompanyWithTags extends Company {
  readonly tags: readonly Tag[];
}

/** Reads companies. */
export interface CompanyReader {
  byIds(ids: readonly CompanyId[]): Promise<Company[]>;
  /** Returns the tags of companies, sorted by key within each company. */
  tagsByIds(ids: readonly CompanyId[]): Promise<(Tag & { companyId: CompanyId })[]>;
  page(
    filter: CompanyFilter,
    order: Order<CompanyOrderField>,
    window: Window,
  ): Promise<Page<Company>>;
  count(filter: CompanyFilter): Promise<number>;
  /** Returns the companies that match a condition. An absent value sorts before all others; ties are sorted by id. */
  matching(
    condition: CompanyCondition,
    order: Order<CompanyProperty>,
    slice: Slice,
  ): Promise<Matches<Company>>;
}

/** Changes companies; each change appends its event. */
export interface CompanyWriter extends CompanyReader {
  create(company: Company, tags: readonly Tag[], cause: Cause): Promise<void>;
  /** Creates companies with the same number of statements, however many there are. */
  createAll(companies: readonly CompanyWithTags[], cause: Cause): Promise<void>;
  /** Returns the updated company. `changes` holds only what really changes. */
  update(company: Company, changes: CompanyChanges, cause: Cause): Promise<Company>;
  /** Deletes a company. Its connections must be deleted already. */
  delete(id: CompanyId, cause: Cause): Promise<void>;
}
