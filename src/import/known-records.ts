import type { Company, Tag } from '../domain/company.ts';
import type { ActiveConnection, Connection } from '../domain/connection.ts';
import type { CompanyId, ConnectionId } from '../domain/id.ts';
import { isActive } from '../domain/status.ts';
import type { IdUse } from '../store/ids.ts';
import type { StoreTransactor } from '../store/store.ts';
import { cutOffHere } from './cut-off.ts';
import type { CompanyRecord } from './record.ts';

/** The store's state of the things that records name, before any of the records is imported. */
export interface KnownRecords {
  /** The use of each id, including ids of deleted records. */
  readonly uses: ReadonlyMap<string, IdUse>;
  readonly companies: ReadonlyMap<CompanyId, Company>;
  readonly tags: ReadonlyMap<CompanyId, readonly Tag[]>;
  readonly connections: ReadonlyMap<ConnectionId, Connection>;
  /** The number of live connections of the companies that a record may add to, counted up to the maximum. */
  readonly counts: ReadonlyMap<CompanyId, number>;
  /** The companies' active connections of those source types of which a company has at most one. */
  readonly active: ReadonlyMap<CompanyId, readonly ActiveConnection[]>;
  /** The connections that are active in their records, but were cut off by something other than an import. */
  readonly cutOff: ReadonlySet<ConnectionId>;
}

type Uses = KnownRecords['uses'];

/** Returns what the ids in these records name so far. */
export async function usesOf(
  tx: StoreTransactor,
  records: readonly CompanyRecord[],
): Promise<Uses> {
  return tx.ids.uses([...idsOf(records)]);
}

/** Reports whether any of these ids names a company or a connection. */
export function namesRecord(uses: Uses): boolean {
  return [...uses.values()].some(({ kind }) => kind !== 'integration');
}

/** Looks up all of these records with one statement for each kind of thing that occurs. */
export async function lookUp(
  tx: StoreTransactor,
  records: readonly CompanyRecord[],
  uses: Uses,
  maxConnections: number,
): Promise<KnownRecords> {
  const isKnown = ({ id }: { readonly id: string }) => uses.has(id);
  const companyIds = records.filter(isKnown).map(({ id }) => id);
  const told = records.flatMap(({ dataConnections }) => (dataConnections ?? []).filter(isKnown));
  const toldActive = new Set(told.filter(({ status }) => isActive(status)).map(({ id }) => id));
  const [companies, tags, active] =
    companyIds.length === 0
      ? [[], [], []]
      : [
          await tx.companies.byIds(companyIds),
          await tx.companies.tagsByIds(companyIds),
          await tx.connections.activeByCompanyIds(companyIds),
        ];
  const grows = records.filter(
    (record) => isKnown(record) && record.dataConnections?.some((it) => !isKnown(it)),
  );
  const counts =
    grows.length === 0
      ? new Map<CompanyId, number>()
      : await tx.connections.countsByCompanyIds(
          grows.map(({ id }) => id),
          maxConnections,
        );
  const connections = told.length === 0 ? [] : await tx.connections.byIds(told.map(({ id }) => id));
  return {
    uses,
    companies: new Map(companies.map((company) => [company.id, company])),
    tags: byCompany(tags),
    connections: new Map(connections.map((connection) => [connection.id, connection])),
    counts,
    active: byCompany(active),
    cutOff: await cutOffHere(
      tx,
      connections.filter(({ id }) => toldActive.has(id)),
    ),
  };
}

function idsOf(records: readonly CompanyRecord[]): Set<string> {
  const ids = new Set<string>();
  for (const { id, dataConnections } of records) {
    ids.add(id);
    for (const connection of dataConnections ?? []) {
      ids.add(connection.id);
      ids.add(connection.integrationId);
    }
  }
  return ids;
}

function byCompany<T extends { readonly companyId: CompanyId }>(
  items: readonly T[],
): Map<CompanyId, T[]> {
  const grouped = new Map<CompanyId, T[]>();
  for (const item of items) {
    const those = grouped.get(item.companyId);
    if (those) those.push(item);
    else grouped.set(item.companyId, [item]);
  }
  return grouped;
}
