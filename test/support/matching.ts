import * as fc from 'fast-check';
import type { Company, Tag } from '../../src/domain/company.ts';
import type { Connection } from '../../src/domain/connection.ts';
import type { CompanyId, ConnectionId } from '../../src/domain/id.ts';
import type { Integration } from '../../src/domain/integration.ts';
import { parseInstant } from '../../src/domain/instant.ts';
import { fold } from '../../src/domain/text.ts';
import type { Order } from '../../src/query/order.ts';
import type { Store } from '../../src/store/store.ts';
import { integrations as sources, type companies as datasets } from './dataset.ts';
import { anIntegration, cause } from './domain-records.ts';
import type { Value, Values } from './queries.ts';

type Dataset = typeof datasets extends fc.Arbitrary<infer T> ? T : never;

/** A live connection and its integration. */
export interface KnownConnection {
  readonly connection: Connection;
  readonly integration: Integration;
}

/** A live company with its live connections. */
export interface KnownCompany {
  readonly company: Company;
  readonly tags: readonly Tag[];
  readonly connections: readonly KnownConnection[];
}

/** Adds companies to a store, deletes those that are marked as deleted, and returns the live ones. */
export async function fill(store: Store, given: Dataset): Promise<readonly KnownCompany[]> {
  const integrations = await knownIntegrations(store);
  const known: KnownCompany[] = [];
  await store.transact(async (tx) => {
    for (const [index, { id, name, tags, created, deleted, connections }] of given.entries()) {
      const company: Company = {
        id: id as CompanyId,
        name,
        description: index % 3 === 0 ? null : `${given[index - 1]?.name}\n${name.toUpperCase()}`,
        created: momentOf(created),
      };
      await tx.companies.create(company, tags, cause);
      const kept: KnownConnection[] = [];
      for (const it of connections) {
        const integration = integrations[sources.indexOf(it.integration)] ?? anIntegration();
        const connection: Connection = {
          id: it.id as ConnectionId,
          companyId: company.id,
          integrationId: integration.id,
          sourceId: integration.sourceId,
          sourceType: integration.sourceType,
          status: it.status,
          lastSync: it.lastSync === null ? null : momentOf(it.lastSync),
          created: momentOf(it.created),
        };
        await tx.connections.create(connection, cause);
        if (deleted || it.deleted) {
          const { status } = connection;
          const move = { from: status, to: null, event: 'connection.deleted' } as const;
          await tx.connections.move(connection, move, cause);
        } else kept.push({ connection, integration });
      }
      if (deleted) await tx.companies.delete(company.id, cause);
      else known.push({ company, tags, connections: kept });
    }
  });
  return known;
}

async function knownIntegrations(store: Store): Promise<Integration[]> {
  const known = await store.integrations.all({});
  return Promise.all(
    sources.map(async ({ integrationKey: key, sourceType }) => {
      const found = known.find((it) => key !== null && it.key === key);
      if (found) return found;
      const made = anIntegration({ key, sourceType, name: `${key} Straße` });
      await store.transact((tx) => tx.integrations.create(made));
      return made;
    }),
  );
}

function momentOf(text: string): number {
  const moment = parseInstant(text);
  if (!moment.ok) throw new Error(`${text} is no moment`);
  return moment.value;
}

/** Returns the values that a company has for a property. */
export function valuesOfCompany({ company, tags, connections }: KnownCompany, property: string) {
  if (property.startsWith('dataConnections.')) {
    const name = property.slice('dataConnections.'.length);
    return connections.flatMap((it) => valuesOfConnection(it, name));
  }
  const reads = connections.flatMap((it) => valuesOfConnection(it, 'lastSync')) as number[];
  return present({
    ...company,
    lastSync: reads.length > 0 ? Math.max(...reads) : null,
    ...Object.fromEntries(tags.map(({ key, value }) => [`tags.${key}`, value])),
  })(property);
}

/** Returns the values that a connection has for a property. */
export function valuesOfConnection(
  { connection, integration }: KnownConnection,
  property: string,
): readonly Value[] {
  return present({
    ...connection,
    integrationKey: integration.key,
    platformName: integration.name,
  })(property);
}

function present(record: Record<string, Value | null>) {
  return (property: string): readonly Value[] => {
    const value = record[property] ?? null;
    return value === null ? [] : [value];
  };
}

/** Sorts records in the simplest possible way. */
export function inOrder<T>(
  records: readonly T[],
  { by, descending }: Order<string>,
  valuesOf: (record: T, property: string) => readonly Value[],
): T[] {
  const key = (record: T) => {
    const value = valuesOf(record, by)[0];
    return by === 'name' && value !== undefined ? fold(String(value)) : value;
  };
  const id = (record: T) => valuesOf(record, 'id')[0];
  const sorted = records.toSorted((a, b) => compare(key(a), key(b)) || compare(id(a), id(b)));
  return descending ? sorted.toReversed() : sorted;
}

function compare(a: Value | undefined, b: Value | undefined): number {
  if (a === undefined || b === undefined) return Number(b === undefined) - Number(a === undefined);
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return Buffer.compare(Buffer.from(String(a)), Buffer.from(String(b)));
}

/** Values to compare with: existing ones, parts of them in another case, and some that do not exist. */
export function valuesIn(known: readonly KnownCompany[], others: readonly string[]): Values {
  const connections = known.flatMap((it) => it.connections);
  const texts = [
    ...known.flatMap(({ company, tags }) => [
      company.name,
      company.description ?? '',
      ...tags.map(({ value }) => value),
    ]),
    ...connections.flatMap(({ integration }) => [integration.key ?? '', integration.name]),
    ...others,
  ];
  const moments = connections.flatMap((it) => [
    ...(valuesOfConnection(it, 'lastSync') as number[]),
    it.connection.created,
  ]);
  return {
    text: fc
      .tuple(fc.constantFrom(...texts), fc.nat(5), fc.integer({ min: 0, max: 6 }), fc.nat(3))
      .map(([text, start, length, change]) => {
        if (change === 0) return text;
        const part = Array.from(text)
          .slice(start, start + length)
          .join('');
        return change === 1 ? part.toUpperCase() : part;
      }),
    id: fc.constantFrom(
      ...known.map(({ company }) => company.id),
      ...connections.flatMap(({ connection: { id, integrationId, sourceId } }) => [
        id,
        integrationId,
        sourceId,
      ]),
    ),
    instant: fc
      .tuple(fc.constantFrom(...moments), fc.constantFrom(-1, 0, 1))
      .map(([moment, difference]) => moment + difference),
  };
}
