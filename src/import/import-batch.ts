import type { StoreTransactor } from '../store/store.ts';
import { groupsOf, type CheckedRecord } from './batches.ts';
import { importCompany, type CompanyOutcome, type ImportState } from './import-company.ts';
import { ImportWriter } from './import-writer.ts';
import { KnownIntegrations } from './known-integrations.ts';
import { lookUp } from './known-records.ts';

/** A record that was not imported. */
export interface RefusedRecord {
  /** Where it stands in the input, such as `line 3`. */
  readonly place: string;
  readonly id: string | undefined;
  readonly reason: string;
}

/** What became of a record: imported, or refused with all of its connections. */
export type RecordResult =
  | { readonly outcome: CompanyOutcome }
  | { readonly refused: RefusedRecord; readonly connections: number };

/** Imports records, some at a time, until so much time has passed; answers what became of these, at least one. */
export async function importBatch(
  tx: StoreTransactor,
  batch: readonly CheckedRecord[],
  longestMs = Infinity,
): Promise<RecordResult[]> {
  const end = performance.now() + longestMs;
  const now = Date.now();
  const writer = new ImportWriter(tx, now);
  const integrations = new KnownIntegrations(tx);
  const results: RecordResult[] = [];
  for (const group of groupsOf(batch)) {
    const records = group.flatMap(({ checked }) => (checked.ok ? [checked.value] : []));
    const state = { known: await lookUp(tx, records), integrations, now };
    for (const record of group) results.push(await importRecord(record, state, writer));
    await writer.createAll();
    if (performance.now() > end) break;
  }
  return results;
}

async function importRecord(
  { place, id, connections, checked }: CheckedRecord,
  state: ImportState,
  writer: ImportWriter,
): Promise<RecordResult> {
  const result = checked.ok ? await importCompany(checked.value, state, writer) : checked;
  if (result.ok) return { outcome: result.value };
  const { field, rule } = result.error;
  return { refused: { place, id, reason: field === '' ? rule : `${field} ${rule}` }, connections };
}
