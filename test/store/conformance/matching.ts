import { expect, test } from 'vitest';
import { newId } from '../../../src/domain/id.ts';
import { allOf } from '../../../src/query/condition.ts';
import { parseQuery, parseTags } from '../../../src/query/parse.ts';
import { companyProperties } from '../../../src/query/properties.ts';
import type { Store } from '../../../src/store/store.ts';
import {
  aCompany,
  addCompany,
  addConnection,
  anIntegration,
  cause,
  newYear,
} from '../../support/domain-records.ts';
import { hostileTexts, valueOf } from '../../support/queries.ts';

const byId = { by: 'id', descending: false } as const;
const byName = { by: 'name', descending: false } as const;
const whole = { offset: 0, limit: 5000 };

async function namesOf(store: Store, query: string, tags = ''): Promise<string[]> {
  const condition = allOf([
    valueOf(parseQuery(query, companyProperties)),
    valueOf(parseTags(tags)),
  ]);
  const { total, records } = await store.companies.matching(condition, byName, whole);
  expect(total).toBe(records.length);
  return records.map(({ name }) => name);
}

/** Tests that every store must pass: conditions. `openStore` opens a new store until the test ends. */
export function matchingTests(openStore: () => Promise<Store>): void {
  test.for(hostileTexts)('%s means nothing but its characters', async (value) => {
    const store = await openStore();
    await addCompany(store, { name: 'Acme' });
    const integration = anIntegration({ name: value, key: value });
    const company = aCompany({ name: value, description: value });
    await store.transact(async (tx) => {
      await tx.integrations.create(integration);
      await tx.companies.create(company, [{ key: value.slice(0, 27), value }], cause);
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
      (await store.companies.matching({ kind, conditions: [] }, byId, whole)).total;

    expect([await totalOf('and'), await totalOf('or')]).toEqual([1, 0]);
  });

  test('two comparisons of connections may be satisfied by different ones', async () => {
    const store = await openStore();
    const company = await addCompany(store);
    await addConnection(store, { companyId: company.id, status: 'Linked' });
    await addConnection(store, { companyId: company.id, status: 'Unlinked' });
    const both = 'dataConnections.status = linked && dataConnections.status = UNLINKED';

    expect(await namesOf(store, both)).toHaveLength(1);
    expect(await namesOf(store, both.replaceAll('=', '!='))).toHaveLength(0);
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
      const { total, records } = await store.companies.matching(allOf([]), byName, slice);
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
      expect(await store.companies.matching(allOf([]), byName, slice)).toEqual({
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
      expect(await store.connections.matching(id, allOf([]), byId, whole)).toMatchObject({ total });
    }
  });

  test('a transaction finds what it has changed', async () => {
    const store = await openStore();

    await store.transact(async (tx) => {
      const company = aCompany();
      await tx.companies.create(company, [], cause);
      expect(await tx.companies.matching(allOf([]), byId, whole)).toEqual({
        total: 1,
        records: [company],
      });
      expect(await store.companies.matching(allOf([]), byId, whole)).toMatchObject({ total: 0 });
    });
    expect(await store.companies.matching(allOf([]), byId, whole)).toMatchObject({ total: 1 });
  });
}
