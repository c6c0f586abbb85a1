import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { expect, test } from 'vitest';
import type { CompanyFilter } from '../../src/store/companies.ts';
import type { Position } from '../../src/store/lists.ts';
import type { Store } from '../../src/store/store.ts';
import { temporaryFolder } from '../support/folder.ts';
import { shared } from '../support/lifetime.ts';
import { combinations } from '../support/plans.ts';
import { addCompanies } from '../support/raw-rows.ts';
import { openDatabase, openTestStore } from '../support/store-file.ts';

// Searches that the store runs in two ways: in the list's order, or by an index with a sort. The results must be the
// same.

interface Known {
  readonly id: string;
  readonly name: string;
  readonly created: number;
}

async function withManyCompanies(): Promise<{ store: Store; known: Known[] }> {
  const file = join(await temporaryFolder(), 'test.db');
  const store = await openTestStore(file);
  const db = openDatabase(file);
  const rows = addCompanies(db, 5000, nameOf);
  // The words of a name become the company's tags.
  db.exec(`INSERT INTO company_tags (company_id, key, value)
    SELECT companies.id, words.key, words.value
    FROM companies, json_each('["' || replace(name, ' ', '","') || '"]') AS words`);
  const known = rows.map(({ id, name, created }) => ({
    id,
    name: String(name),
    created: Number(created),
  }));
  return { store, known };
}

const manyCompanies = shared(withManyCompanies);

function nameOf(index: number): string {
  if (index === 4321) return 'needle xy';
  // Many companies are late, but none of the first ones.
  return `${index % 2 === 0 ? 'even' : 'odd'} ${index >= 1000 ? 'late' : 'soon'} ${index}`;
}

const searches = [
  'odd',
  'late',
  'needle',
  '99',
  '999',
  'y',
  'xy',
  'e',
  'q',
  'nobody',
  'late 43',
  '0',
];
const orders = combinations({
  by: ['created', 'name'] as const,
  descending: [false, true],
  countedFrom: ['start', 'end'] as const,
});

test.for(searches)('pages of a search for "%s" hold each match once, in order', async (search) => {
  const { store, known } = manyCompanies();
  const matching = known.filter(({ name }) => name.includes(search));
  const filter: CompanyFilter = { search, connectionStatus: ['NoConnections', 'Linked'] };

  expect(await wrongPages(store, filter, matching)).toEqual([]);
  expect(await store.companies.count(filter)).toBe(matching.length);
});

test.for([['odd'], ['odd', 'late'], ['odd', 'late', '4321'], ['odd', 'late', '4323'], ['nobody']])(
  'pages of companies with the tags %j hold each match once, in order',
  async (words) => {
    const { store, known } = manyCompanies();
    const matching = known.filter(({ name }) =>
      words.every((it, at) => name.split(' ')[at] === it),
    );
    const tags = words.map((value, at) => ({ key: String(at), value }));

    expect(await wrongPages(store, { tags }, matching)).toEqual([]);
    expect(await wrongPages(store, { tags, search: 'o' }, matching)).toEqual([]);
    expect(await store.companies.count({ tags })).toBe(matching.length);
  },
);

interface Pages {
  readonly by: 'created' | 'name';
  readonly descending: boolean;
  readonly countedFrom: 'start' | 'end';
}

/** Returns the orders, directions and ends for which the first pages are wrong. */
async function wrongPages(store: Store, filter: CompanyFilter, matching: readonly Known[]) {
  const wrong: Pages[] = [];
  for (const pages of orders) {
    const { by, descending, countedFrom } = pages;
    const ordered = matching.toSorted((a, b) => (a[by] < b[by] ? -1 : 1));
    if (descending !== (countedFrom === 'end')) ordered.reverse();
    const expected = ordered.slice(0, 300).map(({ id }) => id);
    const read = await firstPages(store, filter, pages, expected.length);
    if (!isDeepStrictEqual(read, { ids: expected, more: ordered.length > 300 })) wrong.push(pages);
  }
  return wrong;
}

/** Returns the ids on the pages that contain the first `count` companies from one end. */
async function firstPages(
  store: Store,
  filter: CompanyFilter,
  { by, descending, countedFrom }: Pages,
  count: number,
) {
  const ids: string[] = [];
  let place: Position | undefined;
  for (;;) {
    const { entries, more } = await store.companies.page(
      filter,
      { by, descending },
      { limit: 100, countedFrom, [countedFrom === 'start' ? 'after' : 'before']: place },
    );
    const read = entries.map(({ value }) => value.id);
    ids.push(...(countedFrom === 'end' ? read.toReversed() : read));
    if (!more || ids.length >= count) return { ids, more };
    place = entries.at(countedFrom === 'start' ? -1 : 0)?.position;
  }
}
