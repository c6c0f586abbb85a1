import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Result } from '../../../src/domain/result.ts';
import { newId } from '../../../src/domain/id.ts';
import { allOf } from '../../../src/query/condition.ts';
import { companyOrders, connectionOrders, integrationOrders } from '../../../src/query/order.ts';
import { parseQuery, parseTags } from '../../../src/query/parse.ts';
import {
  companyProperties,
  connectionProperties,
  integrationProperties,
} from '../../../src/query/properties.ts';
import type { Store } from '../../../src/store/store.ts';
import { companies as datasets, nameParts } from '../../support/dataset.ts';
import {
  aCompany,
  addCompany,
  addConnection,
  anIntegration,
  cause,
  newYear,
} from '../../support/domain-records.ts';
import {
  fill,
  inOrder,
  valuesIn,
  valuesOfCompany,
  valuesOfConnection,
} from '../../support/matching.ts';
import { conditions, holds, print } from '../../support/queries.ts';

/** What SQL, its patterns and its full-text search give a meaning. */
const hostile = [
  "'; DROP TABLE companies; --",
  "' OR '1'='1",
  '" OR 1=1 --',
  '%',
  '_',
  '*',
  'a*',
  '") OR name MATCH ("',
  'NEAR(a b)',
  'name_folded : x',
  '?1',
  ':search',
  '$phrase',
  '\\',
  "\\'",
  '&& || { }',
];

const byId = { by: 'id', descending: false } as const;
const byName = { by: 'name', descending: false } as const;
const whole = { offset: 0, limit: 5000 };

function read<T>(result: Result<T, { readonly rule: string }>): T {
  if (!result.ok) throw new Error(result.error.rule);
  return result.value;
}

async function namesOf(store: Store, query: string, tags = ''): Promise<string[]> {
  const condition = allOf([read(parseQuery(query, companyProperties)), read(parseTags(tags))]);
  const { total, records } = await store.matchingCompanies(condition, byName, whole);
  expect(total).toBe(records.length);
  return records.map(({ name }) => name);
}

function orders<By>(sortable: Readonly<Record<string, By>>) {
  return fc.record({ by: fc.constantFrom(...Object.values(sortable)), descending: fc.boolean() });
}

const slices = fc.record({ offset: fc.nat(12), limit: fc.integer({ min: 1, max: 20 }) });

/** What every store owes to those who write conditions; `openStore` opens a new one until the test ends. */
export function matchingTests(openStore: () => Promise<Store>): void {
  async function withDataset(seed: number) {
    const [given = []] = fc.sample(datasets, { seed, numRuns: 1 });
    const store = await openStore();
    const known = await fill(store, given);
    return { store, known, values: valuesIn(known, [...nameParts, ...hostile]) };
  }

  test.for([1, 2, 3])('companies match whatever the query and the order (%i)', async (seed) => {
    const { store, known, values } = await withDataset(seed);
    const asked = fc.record({
      query: conditions(companyProperties, values),
      tags: fc.option(
        conditions({ 'tags.region': 'text', 'tags.Region': 'text', 'tags.none': 'text' }, values),
      ),
      order: orders(companyOrders),
      slice: slices,
    });

    await fc.assert(
      fc.asyncProperty(asked, async ({ query, tags, order, slice }) => {
        const condition = allOf([
          read(parseQuery(print(query), companyProperties)),
          read(parseTags(tags ? print(tags) : '')),
        ]);

        const { total, records } = await store.matchingCompanies(condition, order, slice);

        const expected = inOrder(
          known.filter((it) => holds(condition, (property) => valuesOfCompany(it, property))),
          order,
          valuesOfCompany,
        ).map(({ company }) => company);
        expect(total).toBe(expected.length);
        expect(records).toEqual(expected.slice(slice.offset, slice.offset + slice.limit));
      }),
      { seed, numRuns: 300 },
    );
  });

  test.for([4, 5])("a company's connections match whatever the query (%i)", async (seed) => {
    const { store, known, values } = await withDataset(seed);
    const asked = fc.record({
      of: fc.constantFrom(...known),
      query: conditions(connectionProperties, values),
      order: orders(connectionOrders),
      slice: slices,
    });

    await fc.assert(
      fc.asyncProperty(asked, async ({ of, query, order, slice }) => {
        const condition = read(parseQuery(print(query), connectionProperties));

        const answer = await store.matchingConnections(of.company.id, condition, order, slice);

        const expected = inOrder(
          of.connections.filter((it) =>
            holds(condition, (property) => valuesOfConnection(it, property)),
          ),
          order,
          valuesOfConnection,
        ).map(({ connection }) => connection);
        expect(answer).toEqual({
          total: expected.length,
          records: expected.slice(slice.offset, slice.offset + slice.limit),
        });
      }),
      { seed, numRuns: 300 },
    );
  });

  test('integrations match whatever the query', async () => {
    const { store, values } = await withDataset(6);
    const known = await store.integrations({});
    const valuesOf = (it: (typeof known)[number], property: string) => {
      const value = { ...it, integrationId: it.id }[property as 'key'];
      return value === null ? [] : [value];
    };
    const asked = fc.record({
      query: conditions(integrationProperties, values),
      order: orders(integrationOrders),
    });

    await fc.assert(
      fc.asyncProperty(asked, async ({ query, order }) => {
        const condition = read(parseQuery(print(query), integrationProperties));

        const { total, records } = await store.matchingIntegrations(condition, order, whole);

        const expected = known.filter((it) => holds(condition, (name) => valuesOf(it, name)));
        expect(total).toBe(expected.length);
        expect(new Set(records)).toEqual(new Set(expected));
        const keys = records.map((it) => it[order.by === 'integrationId' ? 'id' : order.by]);
        const sorted = keys.toSorted((a, b) => ((a ?? '') < (b ?? '') ? -1 : 1));
        expect(keys).toEqual(order.descending ? sorted.toReversed() : sorted);
      }),
      { seed: 6, numRuns: 100 },
    );
  });

  test.for(hostile)('%s means nothing but its characters', async (value) => {
    const store = await openStore();
    await addCompany(store, { name: 'Acme' });
    const integration = anIntegration({ name: value, key: value });
    const company = aCompany({ name: value, description: value });
    await store.transact(async (tx) => {
      await tx.createIntegration(integration);
      await tx.createCompany(company, [{ key: value.slice(0, 27), value }], cause);
    });
    await addConnection(store, { companyId: company.id, integrationId: integration.id });
    const written = `"${value.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
    const key = `"${value.slice(0, 27).replaceAll(/["\\]/g, String.raw`\$&`)}"`;

    for (const property of [
      'name',
      'description',
      'dataConnections.platformName',
      'dataConnections.integrationKey',
    ]) {
      expect(await namesOf(store, `${property} = ${written}`)).toEqual([value]);
      expect(await namesOf(store, `${property} ~ ${written}`)).toEqual([value]);
      expect(await namesOf(store, `${property} != ${written}`)).toEqual(['Acme']);
    }
    expect(await namesOf(store, '', `${key} = ${written}`)).toEqual([value]);
    expect(await namesOf(store, '', `${key} ~ ${written}`)).toEqual([value]);
    expect(await namesOf(store, '', `${key} != ${written}`)).toEqual(['Acme']);
  });

  test('an absent value satisfies != and nothing else', async () => {
    const store = await openStore();
    await addCompany(store);

    for (const operator of ['=', '~', '>', '<', '>=', '<=', '!=']) {
      const matches = operator === '!=' ? 1 : 0;
      for (const query of [
        `description ${operator} x`,
        `dataConnections.platformName ${operator} x`,
        `lastSync ${operator} 2024-01-01`,
        `dataConnections.lastSync ${operator} 2024-01-01`,
      ]) {
        if (!parseQuery(query, companyProperties).ok) continue;
        expect([query, (await namesOf(store, query)).length]).toEqual([query, matches]);
      }
    }
    expect(await namesOf(store, '', 'region != uk')).toHaveLength(1);
    expect(await namesOf(store, '', 'region ~ ""')).toHaveLength(0);
  });

  test('all of nothing is everything, any of nothing is nothing', async () => {
    const store = await openStore();
    await addCompany(store);
    const totalOf = async (kind: 'and' | 'or') =>
      (await store.matchingCompanies({ kind, conditions: [] }, byId, whole)).total;

    expect([await totalOf('and'), await totalOf('or')]).toEqual([1, 0]);
  });

  test('two comparisons of connections may be satisfied by different ones', async () => {
    const store = await openStore();
    const company = await addCompany(store);
    await addConnection(store, { companyId: company.id, status: 'Linked' });
    await addConnection(store, { companyId: company.id, status: 'Unlinked' });
    const query = (operator: string) =>
      `dataConnections.status ${operator} linked && dataConnections.status ${operator} UNLINKED`;

    expect(await namesOf(store, query('='))).toHaveLength(1);
    expect(await namesOf(store, query('!='))).toHaveLength(0);
  });

  test('names contain a text and are ordered regardless of case, but are the same only if it is', async () => {
    const store = await openStore();
    for (const name of ['straße', 'ACME', 'STRASSE', 'Acme']) await addCompany(store, { name });

    expect(await namesOf(store, 'name ~ Stras')).toEqual(
      expect.arrayContaining(['straße', 'STRASSE']),
    );
    expect(await namesOf(store, 'name = ACME')).toEqual(['ACME']);
    expect((await namesOf(store, '')).map((name) => name.toLowerCase().slice(0, 2))).toEqual([
      'ac',
      'ac',
      'st',
      'st',
    ]);
  });

  test('records that are equal in the order are never shown twice', async () => {
    const store = await openStore();
    for (let left = 7; left > 0; left -= 1) await addCompany(store);
    const seen: string[] = [];

    for (let offset = 0; offset < 8; offset += 2) {
      const slice = { offset, limit: 2 };
      const { total, records } = await store.matchingCompanies(allOf([]), byName, slice);
      expect(total).toBe(7);
      seen.push(...records.map(({ id }) => id));
    }

    expect(seen).toEqual(seen.toSorted());
    expect(new Set(seen).size).toBe(7);
  });

  test('a page beyond the end is empty, and says how many there are', async () => {
    const store = await openStore();
    await addCompany(store);

    for (const offset of [1, 2_147_483_647 * 5000]) {
      const slice = { offset, limit: 5000 };
      expect(await store.matchingCompanies(allOf([]), byName, slice)).toEqual({
        total: 1,
        records: [],
      });
    }
  });

  test('connections of another company, or of none, never match', async () => {
    const store = await openStore();
    await addConnection(store);
    const { companyId } = await addConnection(store, { created: newYear });

    for (const [id, total] of [
      [companyId, 1],
      [newId<typeof companyId>(), 0],
    ] as const) {
      expect(await store.matchingConnections(id, allOf([]), byId, whole)).toMatchObject({ total });
    }
  });

  test('a transaction finds what it has changed', async () => {
    const store = await openStore();

    await store.transact(async (tx) => {
      const company = aCompany();
      await tx.createCompany(company, [], cause);
      expect(await tx.matchingCompanies(allOf([]), byId, whole)).toEqual({
        total: 1,
        records: [company],
      });
      expect(await store.matchingCompanies(allOf([]), byId, whole)).toMatchObject({ total: 0 });
    });
    expect(await store.matchingCompanies(allOf([]), byId, whole)).toMatchObject({ total: 1 });
  });
}
