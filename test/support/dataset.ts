import * as fc from 'fast-check';
import { companyName } from '../../src/domain/company-input.ts';
import { change } from './change.ts';
import { startTestGateway, type TestGateway } from './gateway.ts';
import type { ModelCompany } from './model.ts';
import { companyRecord, connectionRecord } from './records.ts';

// Companies and connections for hard tests: many ties, and names whose letters have unusual case mappings.

/** Parts of names: several scripts and cases, and characters that are special in SQL, LIKE and full-text search. */
export const nameParts = [
  ['acme', 'Acme', 'ACME', 'ＡＣＭＥ', 'Straße', 'STRASSE', 'ẞ', 'ß', 'ss', 'ﬁrma', 'FIRMA'],
  ['ΟΔΥΣΣΕΥΣ', 'Οδυσσεύς', 'ς', 'Σ', 'İstanbul', 'ISTANBUL', 'ısparta', 'İ', 'ı', 'ǅ', 'ǆ'],
  ['é', 'e\u0301', 'É', 'Å', '\u212B', 'Ω', '\u2126', 'МИР', 'мир', '株式会社', '北京', 'שלום'],
  ['กรุงเทพ', '😀', '👩‍👩‍👧', '\u{10400}', '\u{10428}', '\uFB03', '\uFFFD', '\uE000', "O'Neil"],
  ['"', "'", '%', '100%', '_', '\\', '*', '(', ' AND ', 'NEAR(', '-', '.', ' ', ' & '],
].flat();

const companyNames = fc
  .oneof(
    { weight: 4, arbitrary: partsOf(fc.constantFrom(...nameParts)) },
    { weight: 1, arbitrary: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }) },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', minLength: 1, maxLength: 8 }) },
  )
  .map((text) => text.trim())
  .filter((text) => companyName.safeParse(text).success);

function partsOf(part: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join(''));
}

/** Few times, so that many records share one. One of them is before 1970. */
export const moment = fc.constantFrom(
  '1969-12-31T23:59:59.999Z',
  '2024-01-01T00:00:00.000Z',
  '2024-01-01T00:00:00.001Z',
  '2024-06-01T12:00:00.000Z',
);

export const tag = fc.record({
  key: fc.constantFrom('region', 'Region', 'size'),
  value: fc.constantFrom('', 'north', 'North', 'süd'),
});

/** Two integrations of one type, one that is not in the catalogue, and one without a key. */
export const integrations = [
  { sourceType: 'Accounting', integrationKey: 'gbol' },
  { sourceType: 'Accounting', integrationKey: 'hbql' },
  { sourceType: 'Banking', integrationKey: 'suuo' },
  { sourceType: 'BankFeed', integrationKey: 'feed' },
  { sourceType: 'Other', integrationKey: null },
] as const;
const keylessId = 'b5f1c5e0-0000-4000-8000-000000000001';

const connection = fc.record({
  id: fc.uuid(),
  integration: fc.constantFrom(...integrations),
  status: fc.constantFrom('PendingAuth', 'Linked', 'Unlinked', 'Deauthorized'),
  lastSync: fc.option(moment, { freq: 3 }),
  created: moment,
  deleted: oneInTen(),
});

const company = fc.record({
  id: fc.uuid(),
  name: companyNames,
  created: moment,
  tags: fc.uniqueArray(tag, { maxLength: 3, selector: ({ key }) => key }),
  connections: fc.array(connection, { maxLength: 4 }),
  deleted: oneInTen(),
});

function oneInTen(): fc.Arbitrary<boolean> {
  return fc.integer({ min: 1, max: 10 }).map((number) => number === 10);
}

type Company = typeof company extends fc.Arbitrary<infer T> ? T : never;

/** Companies to fill a gateway with. Some of them are to be deleted again. */
export const companies = fc
  .array(company, { minLength: 30, maxLength: 50, size: 'max' })
  .filter((all) => areDistinct(all.flatMap((it) => [it.id, ...it.connections.map(({ id }) => id)])))
  .map((all) => all.map(withOneActiveOfAType));

function areDistinct(ids: readonly string[]): boolean {
  return new Set(ids).size === ids.length;
}

function withOneActiveOfAType(given: Company): Company {
  const active = new Set<string>();
  const connections = given.connections.map((it) => {
    const { sourceType } = it.integration;
    if (it.status !== 'Linked' || !['Accounting', 'BankFeed'].includes(sourceType)) return it;
    if (active.has(sourceType)) return Object.assign({}, it, { status: 'Unlinked' });
    active.add(sourceType);
    return it;
  });
  return { ...given, connections };
}

/** Starts a gateway with these companies and returns the model of its live records. */
export async function startGatewayWith(
  given: readonly Company[],
): Promise<{ gateway: TestGateway; model: readonly ModelCompany[] }> {
  const gateway = await startTestGateway();
  const summary = await gateway.import(given.map(recordOf));
  if (summary.companies.created !== given.length) throw new Error(JSON.stringify(summary));
  for (const { id: companyId, connections, deleted } of given) {
    if (deleted) await change(gateway, 'deleteCompany', { companyId });
    else {
      for (const { id: connectionId } of connections.filter((it) => it.deleted)) {
        await change(gateway, 'deleteConnection', { companyId, connectionId });
      }
    }
  }
  return { gateway, model: given.filter(({ deleted }) => !deleted).map(modelOf) };
}

function recordOf({ id, name, created, tags, connections }: Company) {
  return companyRecord({
    id,
    name,
    created,
    tags: Object.fromEntries(tags.map(({ key, value }) => [key, value])),
    dataConnections: connections.map((it) =>
      connectionRecord({
        id: it.id,
        ...it.integration,
        ...(it.integration.integrationKey === null && { integrationId: keylessId }),
        status: it.status,
        lastSync: it.lastSync,
        created: it.created,
      }),
    ),
  });
}

function modelOf({ id: companyId, name, created, tags, connections }: Company): ModelCompany {
  return {
    id: companyId,
    name,
    created,
    tags,
    connections: connections
      .filter(({ deleted }) => !deleted)
      .map(({ id, integration, status, lastSync, created: since }) => ({
        id,
        companyId,
        integrationKey: integration.integrationKey,
        sourceType: graphqlName(integration.sourceType),
        status: graphqlName(status),
        lastSync,
        created: since,
      })),
  };
}

/** Returns the GraphQL name of a domain value: `PendingAuth` is `PENDING_AUTH`. */
function graphqlName(value: string): string {
  return value.replaceAll(/(?<=[a-z])(?=[A-Z])/g, '_').toUpperCase();
}
