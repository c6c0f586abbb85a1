import { Readable } from 'node:stream';
import type { RefusedRecord } from '../../src/import/import-batch.ts';
import { importRecords } from '../../src/import/import-records.ts';
import { readRecords } from '../../src/import/read-records.ts';
import type { ImportSummary } from '../../src/import/tally.ts';
import type { TestGateway } from './gateway.ts';

/** Writes records as NDJSON. */
export function ndjson(records: readonly unknown[]): string {
  return records.map((record) => `${JSON.stringify(record)}\n`).join('');
}

/** Imports records into a gateway's store. Returns the summary and the rejected records. */
export async function importInto(
  { store }: TestGateway,
  records: readonly unknown[],
): Promise<ImportSummary & { refused: RefusedRecord[] }> {
  const refused: RefusedRecord[] = [];
  const bytes = Readable.from([Buffer.from(ndjson(records))]);
  const summary = await importRecords(store, () => readRecords(bytes), {
    maxConnections: 1000,
    onRefused: (record) => refused.push(record),
  });
  return { ...summary, refused };
}

/** Makes the counts of an import. Counts that are not given are 0. */
export function counts(given: Partial<ImportSummary['companies']>): ImportSummary['companies'] {
  return { created: 0, updated: 0, unchanged: 0, refused: 0, ...given };
}
