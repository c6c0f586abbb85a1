import * as fc from 'fast-check';
import { expect, test } from 'vitest';
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
  fill,
  inOrder,
  valuesIn,
  valuesOfCompany,
  valuesOfConnection,
} from '../../support/matching.ts';
import { conditions, holds, hostileTexts, print, valueOf } from '../../support/queries.ts';

const whole = { offset: 0, limit: 5000 };

function orders<By>(sortable: Readonly<Record<string, By>>) {
  return fc.record({ by: fc.constantFrom(...Object.values(sortable)), descending: fc.boolean() });
}

const slices = fc.record({ offset: fc.nat(12), limit: fc.integer({ min: 1, max: 20 }) });

/**
 * Tests that every store must pass: conditions, compared with a model `tries` times. `openStore` opens a new store for
 * a test.
 */
export function matchingModelTests(openStore: () => Promise<Store>, tries: number): void {
  async function withDataset(seed: number) {
    const [given = []] = fc.sample(datasets, { seed, numRuns: 1 });
    const store = await openStore();
    const known = await fill(store, given);
    return { store, known, values: valuesIn(known, [...nameParts, ...hostileTexts]) };
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
          valueOf(parseQuery(print(query), companyProperties)),
          valueOf(parseTags(tags ? print(tags) : '')),
        ]);

        const { total, records } = await store.companies.matching(condition, order, slice);

        const expected = inOrder(
          known.filter((it) => holds(condition, (property) => valuesOfCompany(it, property))),
          order,
          valuesOfCompany,
        ).map(({ company }) => company);
        expect(total).toBe(expected.length);
        expect(records).toEqual(expected.slice(slice.offset, slice.offset + slice.limit));
      }),
      { seed, numRuns: tries },
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
        const condition = valueOf(parseQuery(print(query), connectionProperties));

        const answer = await store.connections.matching(of.company.id, condition, order, slice);

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
      { seed, numRuns: tries },
    );
  });

  test('integrations match whatever the query', async () => {
    const { store, values } = await withDataset(6);
    const known = await store.integrations.all({});
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
        const condition = valueOf(parseQuery(print(query), integrationProperties));

        const { total, records } = await store.integrations.matching(condition, order, whole);

        const expected = known.filter((it) => holds(condition, (name) => valuesOf(it, name)));
        expect(total).toBe(expected.length);
        expect(new Set(records)).toEqual(new Set(expected));
        const keys = records.map((it) => it[order.by === 'integrationId' ? 'id' : order.by]);
        const sorted = keys.toSorted((a, b) => ((a ?? '') < (b ?? '') ? -1 : 1));
        expect(keys).toEqual(order.descending ? sorted.toReversed() : sorted);
      }),
      { seed: 6, numRuns: Math.ceil(tries / 3) },
    );
  });
}
