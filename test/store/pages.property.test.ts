import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  companies,
  integrations,
  moment,
  nameParts,
  startGatewayWith,
  tag,
} from '../support/dataset.ts';
import type { TestGateway } from '../support/gateway.ts';
import { companyIds, connectionIds, type ModelCompany, type Order } from '../support/model.ts';
import { readPage, walk, type List } from '../support/pages.ts';
import { amount } from '../support/soak.ts';

/** A list, and the ids that the model expects in it. */
interface Asked {
  readonly list: List;
  readonly ids: readonly string[];
}

type ListKind = (model: readonly ModelCompany[]) => fc.Arbitrary<Asked>;

const range = fc
  .record({ from: moment, to: moment }, { requiredKeys: [] })
  .filter(({ from, to }) => from === undefined || to === undefined || from <= to);

function someOf(values: readonly string[]) {
  return fc.subarray([...values]);
}

const statuses = ['PENDING_AUTH', 'LINKED', 'UNLINKED', 'DEAUTHORIZED'];

function orderBy<Field extends Order['field']>(...fields: Field[]) {
  return fc.option(
    fc.record({
      field: fc.constantFrom(...fields),
      direction: fc.constantFrom('ASC' as const, 'DESC' as const),
    }),
    { nil: undefined, freq: 5 },
  );
}

const byDefault: Order = { field: 'CREATED', direction: 'ASC' };

/** Generates a part of a name, with or without a change of case and surrounding spaces. */
function searchFor(names: readonly string[]): fc.Arbitrary<string> {
  const partOfName = fc
    .tuple(fc.constantFrom(...names), fc.nat(6), fc.integer({ min: 0, max: 6 }))
    .map(([name, start, length]) =>
      Array.from(name)
        .slice(start, start + length)
        .join(''),
    );
  return fc
    .tuple(
      fc.oneof(partOfName, fc.constantFrom(...nameParts)),
      fc.constantFrom(
        (text: string) => text,
        (text: string) => text.toUpperCase(),
        (text: string) => text.toLowerCase(),
        (text: string) => ` ${text}\u3000`,
      ),
    )
    .map(([text, change]) => change(text));
}

const companyLists: ListKind = (model) =>
  fc
    .record({
      filter: fc.record(
        {
          search: searchFor(model.map(({ name }) => name)),
          connectionStatus: someOf([...statuses, 'NO_CONNECTIONS']),
          tags: fc.array(tag, { maxLength: 2 }),
          created: range,
        },
        { requiredKeys: [] },
      ),
      orderBy: orderBy('CREATED', 'NAME'),
    })
    .map(({ filter, orderBy: order }) => ({
      list: { of: 'companies', filter, ...(order && { orderBy: order }) },
      ids: companyIds(model, filter, order ?? byDefault),
    }));

const connectionLists: ListKind = (model) =>
  fc
    .record({
      filter: fc.record(
        {
          companyId: fc.constantFrom(...model.map(({ id }) => id)),
          status: someOf(statuses),
          sourceType: someOf(['ACCOUNTING', 'BANKING', 'BANK_FEED', 'OTHER', 'EXPENSE']),
          integrationKey: fc.constantFrom(
            ...integrations.map(({ integrationKey }) => integrationKey ?? 'none'),
          ),
          created: range,
          lastSync: range,
        },
        { requiredKeys: [] },
      ),
      orderBy: orderBy('CREATED', 'LAST_SYNC'),
    })
    .map(({ filter, orderBy: order }) => ({
      list: { of: 'connections', filter, ...(order && { orderBy: order }) },
      ids: connectionIds(
        model.flatMap(({ connections }) => connections),
        filter,
        order ?? byDefault,
      ),
    }));

/**
 * Checks a property of lists on a few sets of companies, with many lists each. Each set takes its own gateway, so only
 * the lists are shrunk.
 */
async function forLists<Part>(
  kind: ListKind,
  part: fc.Arbitrary<Part>,
  check: (gateway: TestGateway, asked: Asked, part: Part) => Promise<void>,
): Promise<void> {
  const property = fc.asyncProperty(fc.integer(), async (seed) => {
    const [given = []] = fc.sample(companies, { seed, numRuns: 1 });
    const { gateway, model } = await startGatewayWith(given);
    await fc.assert(
      fc.asyncProperty(kind(model), part, (asked, its) => check(gateway, asked, its)),
      { seed, numRuns: amount({ usual: 15, soak: 30 }) },
    );
  });
  await fc.assert(property, { numRuns: amount({ usual: 2, soak: 4 }), endOnFailure: true });
}

const kinds = [
  ['companies', companyLists],
  ['connections', connectionLists],
] as const;

test.for(kinds)(
  'the pages of %s, one after another from the start, hold each match once, in order',
  ([, kind]) =>
    forLists(kind, fc.integer({ min: 1, max: 20 }), async (gateway, { list, ids }, size) => {
      let read = 0;
      for await (const page of walk(gateway, list, size, 'start')) {
        expect(page).toMatchObject({
          ids: ids.slice(read, read + size),
          totalCount: ids.length,
          pageInfo: { hasPreviousPage: read > 0, hasNextPage: read + size < ids.length },
        });
        read += page.ids.length;
      }
      expect(read).toBe(ids.length);
    }),
);

test.for(kinds)(
  'the pages of %s, one after another from the end, hold each match once, in order',
  ([, kind]) =>
    forLists(kind, fc.integer({ min: 1, max: 20 }), async (gateway, { list, ids }, size) => {
      let left = ids.length;
      for await (const page of walk(gateway, list, size, 'end')) {
        expect(page).toMatchObject({
          ids: ids.slice(Math.max(0, left - size), left),
          totalCount: ids.length,
          pageInfo: { hasPreviousPage: left > size, hasNextPage: left < ids.length },
        });
        left -= page.ids.length;
      }
      expect(left).toBe(0);
    }),
);

const fraction = fc.nat(99).map((percent) => percent / 100);
const parts = fc.record({
  place: fraction,
  distance: fraction,
  size: fc.integer({ min: 1, max: 10 }),
  from: fc.constantFrom('first' as const, 'last' as const),
});

test.for(kinds)('a page of %s between two cursors holds what lies between them', ([, kind]) =>
  forLists(kind, parts, async (gateway, { list, ids }, { place, distance, size, from }) => {
    const { cursors } = await readPage(gateway, list, { first: 100 });
    // The places before the first record and after the last one have no cursor and leave the page unbounded.
    const after = Math.floor(place * (ids.length + 1)) - 1;
    const before = after + 1 + Math.floor(distance * (ids.length - after));
    const start = from === 'first' ? after + 1 : Math.max(after + 1, before - size);
    const end = from === 'first' ? Math.min(before, start + size) : before;

    const page = await readPage(gateway, list, {
      after: cursors[after] ?? null,
      before: cursors[before] ?? null,
      [from]: size,
    });

    expect(page).toMatchObject({
      ids: ids.slice(start, end),
      totalCount: ids.length,
      pageInfo: { hasPreviousPage: start > 0, hasNextPage: end < ids.length },
    });
  }),
);
