import type { ListArguments, ListCall } from './lists.ts';

/**
 * Reports whether an index leads a call straight to the records that it returns, however many records there are. Such a
 * call takes less time than passing it to a thread. `test/store/list-cost.test.ts` counts the rows that these calls visit.
 */
export function isBounded<Call extends ListCall>(call: Call, args: ListArguments<Call>): boolean {
  return checks[call](...args);
}

const checks: { readonly [Call in ListCall]: (...args: ListArguments<Call>) => boolean } = {
  companyPage: ({ search, tags, created }, order) =>
    !search && !tags?.length && (created === undefined || order.by === 'created'),
  companyCount: ({ search, tags, created }) =>
    search === undefined && tags === undefined && created === undefined,
  connectionPage: ({ companyId, integrationKey, status, sourceType, created, lastSync }, order) =>
    // A company may have more connections than it could get today, which are in order by their creation only.
    (companyId === undefined ||
      (order.by === 'created' && (integrationKey ?? status ?? sourceType) === undefined)) &&
    (integrationKey === undefined || sourceType === undefined) &&
    (created === undefined || order.by === 'created') &&
    (lastSync === undefined || order.by === 'lastSync'),
  connectionCount: ({ companyId, created, lastSync }) =>
    companyId === undefined && created === undefined && lastSync === undefined,
  // Each condition has its index, but no two of them have one together, and a range of time is in another order.
  eventPage: ({ at, ...filter }) =>
    at === undefined && Object.values(filter).filter((it) => it !== undefined).length <= 1,
  eventCount: () => false,
  // Connections may have any number of events.
  historyCounts: () => false,
  // Their conditions and offsets are whatever a caller writes.
  matchingCompanies: () => false,
  matchingConnections: () => false,
  matchingIntegrations: () => false,
};
