import type { Company } from '../domain/company.ts';
import type { Connection } from '../domain/connection.ts';
import type { CompanyId } from '../domain/id.ts';
import type { Integration } from '../domain/integration.ts';
import type {
  CompanyCondition,
  ConnectionCondition,
  IntegrationCondition,
} from '../query/condition.ts';
import type { Order } from '../query/order.ts';
import type {
  CompanyProperty,
  ConnectionProperty,
  IntegrationProperty,
} from '../query/properties.ts';

// Lists for callers who write conditions of their own and count pages by numbers. Lists that are read from end to end
// are better served by `companyPage` and `connectionPage`, which do not count over what they skip.

/** Which part of a list: at most `limit` records after the first `offset`. */
export interface Slice {
  readonly offset: number;
  readonly limit: number;
}

/** A part of a list, in the list's order. */
export interface Matches<T> {
  /** How many records the whole list had at the moment at which this part of it was read. */
  readonly total: number;
  readonly records: readonly T[];
}

/** Reads what matches a condition, in any order: an absent value comes before all others; ties by id. */
export interface MatchingReader {
  matchingCompanies(
    condition: CompanyCondition,
    order: Order<CompanyProperty>,
    slice: Slice,
  ): Promise<Matches<Company>>;
  /** Those of one company; none if there is no such company. */
  matchingConnections(
    companyId: CompanyId,
    condition: ConnectionCondition,
    order: Order<ConnectionProperty>,
    slice: Slice,
  ): Promise<Matches<Connection>>;
  matchingIntegrations(
    condition: IntegrationCondition,
    order: Order<IntegrationProperty>,
    slice: Slice,
  ): Promise<Matches<Integration>>;
}
