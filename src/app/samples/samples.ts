import { createReadStream } from 'node:fs';
import { importRecords } from '../../import/import-records.ts';
import { readRecords } from '../../import/read-records.ts';
import type { Store } from '../../store/store.ts';

/** Loads the sample companies; answers how many there are. */
export async function loadSamples(store: Store): Promise<number> {
  const bytes = () => createReadStream(new URL('companies.json', import.meta.url));
  const { companies } = await importRecords(store, () => readRecords(bytes()), { strict: true });
  return companies.created;
}
