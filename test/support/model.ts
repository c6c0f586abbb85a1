import { fold, searchKey } from '../../src/domain/text.ts';

// A model of the lists that is as simple as possible: every record in memory, filtered and sorted.

/** A company in the model. Times are ISO texts in UTC with milliseconds, which sort as text. */
export interface ModelCompany {
  readonly id: string;
  readonly name: string;
  readonly created: string;
  readonly tags: readonly { readonly key: string; readonly value: string }[];
  readonly connections: readonly ModelConnection[];
}

/** A connection in the model, with the enum values of GraphQL. */
export interface ModelConnection {
  readonly id: string;
  readonly companyId: string;
  readonly integrationKey: string | null;
  readonly sourceType: string;
  readonly status: string;
  readonly lastSync: string | null;
  readonly created: string;
}

interface Range {
  readonly from?: string;
  readonly to?: string;
}

/** The filter of a list of companies: the input `CompanyFilter`. */
export interface CompanyFilter {
  readonly search?: string;
  readonly connectionStatus?: readonly string[];
  readonly tags?: readonly { readonly key: string; readonly value: string }[];
  readonly created?: Range;
}

/** The filter of a list of connections: the input `ConnectionFilter`. */
export interface ConnectionFilter {
  readonly companyId?: string;
  readonly status?: readonly string[];
  readonly sourceType?: readonly string[];
  readonly integrationKey?: string;
  readonly created?: Range;
  readonly lastSync?: Range;
}

/** The order of a list: the input `CompanyOrder` or `ConnectionOrder`. */
export interface Order {
  readonly field: 'CREATED' | 'NAME' | 'LAST_SYNC';
  readonly direction: 'ASC' | 'DESC';
}

/** Returns the ids of the companies that match, in order. */
export function companyIds(
  companies: readonly ModelCompany[],
  { search, connectionStatus, tags, created }: CompanyFilter,
  order: Order,
): string[] {
  const matching = companies.filter(
    (company) =>
      (search === undefined || fold(company.name).includes(searchKey(search))) &&
      (connectionStatus === undefined ||
        statusesOf(company).some((status) => connectionStatus.includes(status))) &&
      (tags ?? []).every((wanted) =>
        company.tags.some(({ key, value }) => key === wanted.key && value === wanted.value),
      ) &&
      isWithin(company.created, created),
  );
  return inOrder(matching, order, (company) =>
    order.field === 'NAME' ? fold(company.name) : company.created,
  );
}

/** Returns the ids of the connections that match, in order. */
export function connectionIds(
  connections: readonly ModelConnection[],
  { companyId, status, sourceType, integrationKey, created, lastSync }: ConnectionFilter,
  order: Order,
): string[] {
  const matching = connections.filter(
    (connection) =>
      (companyId === undefined || connection.companyId === companyId) &&
      (status === undefined || status.includes(connection.status)) &&
      (sourceType === undefined || sourceType.includes(connection.sourceType)) &&
      (integrationKey === undefined || connection.integrationKey === integrationKey) &&
      isWithin(connection.created, created) &&
      isWithin(connection.lastSync, lastSync),
  );
  return inOrder(matching, order, (connection) =>
    order.field === 'LAST_SYNC' ? (connection.lastSync ?? '') : connection.created,
  );
}

function statusesOf({ connections }: ModelCompany): string[] {
  return connections.length === 0 ? ['NO_CONNECTIONS'] : connections.map(({ status }) => status);
}

function isWithin(moment: string | null, range: Range | undefined): boolean {
  if (range === undefined) return true;
  if (moment === null) return false;
  const { from = moment, to } = range;
  return moment >= from && (to === undefined || moment < to);
}

function inOrder<T extends { readonly id: string }>(
  records: readonly T[],
  { direction }: Order,
  keyOf: (record: T) => string,
): string[] {
  const sorted = records.toSorted(
    (a, b) => byCodePoints(keyOf(a), keyOf(b)) || byCodePoints(a.id, b.id),
  );
  return (direction === 'DESC' ? sorted.toReversed() : sorted).map(({ id }) => id);
}

/** Compares text by code points, as the contract says. JavaScript's own comparison uses UTF-16 units. */
function byCodePoints(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
