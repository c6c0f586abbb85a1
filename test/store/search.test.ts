import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { CompanyFilter, Position, Store } from '../../src/store/store.ts';
import { temporaryFolder } from '../support/folder.ts';
import { combinations } from '../support/plans.ts';
import { addCompanies } from '../support/raw-rows.ts';
import { openDatabase, openTestStore } from '../support/store-file.ts';

// Searches among so many companies that some names are met in the list's order and others are found by the index and
// sorted. Which way it was must not be seen.

interface Known {
  readonly id: string;
  readonly name: string;
  readonly created: number;
}

async function withManyCompanies(): Promise<{ store: Store; known: Known[] }> {
  const file = join(await temporaryFolder(), 'test.db');
  const store = await openTestStore(file);
  const rows = addCompanies(openDatabase(file), 5000, nameOf);
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
  const filter: CompanyFilter = { search, connectionStatus: ['NoConnections', 'Linked'] };

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
});
