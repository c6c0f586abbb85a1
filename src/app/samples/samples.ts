import { createReadStream } from 'node:fs';
import { importRecords } from '../../import/import-records.ts';
import { readRecords } from '../../import/read-records.ts';
import type { Store } from '../../store/store.ts';

/** Loads the sample companies, which can have `maxConnections` each; returns their number. */
export async function loadSamples(store: Store, maxConnections: number): Promise<number> {
  const file = new URL('companies.json', import.meta.url);
  const open = () => readRecords(createReadStream(file));
  const { companies } = await importRecords(store, open, { maxConnections, strict: true });
  return companies.created;
}
