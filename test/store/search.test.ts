import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { CompanyFilter, Position, Store } from '../../src/store/store.ts';
import { temporaryFolder } from '../support/folder.ts';
import { combinations } from '../support/plans.ts';
import { addCompanies } from '../support/raw-rows.ts';
import { openDatabase, openTestStore } from '../support/store-file.ts';

// Searches among so many companies that some are met in the list's order and others are found by an index and sorted.
// Which way it was must not be seen.

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
  // The words of a name are the company's tags.
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

function nameOf(index: number): string {
  if (index === 4321) return 'needle xy';
  // Many are late, but none of the first ones.
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
  const { store, known } = await withManyCompanies();
  const matching = known.filter(({ name }) => name.includes(search));

  await expectPages(store, { search, connectionStatus: ['NoConnections', 'Linked'] }, matching);
});

test.for([['odd'], ['odd', 'late'], ['odd', 'late', '4321'], ['odd', 'late', '4323'], ['nobody']])(
  'pages of companies with the tags %j hold each match once, in order',
  async (words) => {
    const { store, known } = await withManyCompanies();
    const matching = known.filter(({ name }) =>
      words.every((it, at) => name.split(' ')[at] === it),
    );

    const tags = words.map((value, at) => ({ key: String(at), value }));
    await expectPages(store, { tags }, matching);
    await expectPages(store, { tags, search: 'o' }, matching);
  },
);

async function expectPages(store: Store, filter: CompanyFilter, matching: readonly Known[]) {
  for (const { by, descending, countedFrom } of orders) {
    const key = by === 'name' ? ('name' as const) : ('created' as const);
    const ordered = matching.toSorted((a, b) => (a[key] < b[key] ? -1 : 1));
    if (descending !== (countedFrom === 'end')) ordered.reverse();
    let place: Position | undefined;
    for (let read = 0; read < 300; read += 100) {
      const { entries, more } = await store.companyPage(
        filter,
        { by, descending },
        { limit: 100, countedFrom, [countedFrom === 'start' ? 'after' : 'before']: place },
      );

      const ids = entries.map(({ value }) => value.id);
      if (countedFrom === 'end') ids.reverse();
      expect(ids).toEqual(ordered.slice(read, read + 100).map(({ id }) => id));
      expect(more).toBe(ordered.length > read + 100);
      if (!more) break;
      place = entries.at(countedFrom === 'start' ? -1 : 0)?.position;
    }
  }
  expect(await store.companyCount(filter)).toBe(matching.length);
}
