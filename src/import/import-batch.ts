import type { StoreTransactor } from '../store/store.ts';
import { groupsOf, type CheckedRecord } from './batches.ts';
import { importCompany, type CompanyOutcome, type ImportState } from './import-company.ts';
import { ImportWriter } from './import-writer.ts';
import { KnownIntegrations } from './known-integrations.ts';
import { lookUp, namesRecord, usesOf } from './known-records.ts';

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

/** How a batch is imported. */
interface BatchOptions {
  /** How long it may take, in ms. */
  readonly maxMs?: number;
  /** Whether only new records can be imported: the indexes that find the others are not made yet. */
  readonly onlyNew?: boolean;
}

/** What became of the first records of a batch. */
interface BatchResult {
  readonly results: readonly RecordResult[];
  /** Whether it stopped at a record that the store already has. */
  readonly metKnown: boolean;
}

/**
 * Imports records, some at a time, until `maxMs` have passed, or it meets a record that is not new where only new ones can
 * be imported. Returns what became of those before; there may be none.
 */
export async function importBatch(
  tx: StoreTransactor,
  batch: readonly CheckedRecord[],
  { maxMs = Infinity, onlyNew = false }: BatchOptions = {},
): Promise<BatchResult> {
  const end = performance.now() + maxMs;
  const now = Date.now();
  const writer = new ImportWriter(tx, now);
  const integrations = new KnownIntegrations(tx);
  const results: RecordResult[] = [];
  for (const group of groupsOf(batch)) {
    const records = group.flatMap(({ checked }) => (checked.ok ? [checked.value] : []));
    const uses = await usesOf(tx, records);
    if (onlyNew && namesRecord(uses)) return { results, metKnown: true };
    const state = { known: await lookUp(tx, records, uses), integrations, now };
    for (const record of group) results.push(await importRecord(record, state, writer));
    await writer.createAll();
    if (performance.now() > end) break;
  }
  return { results, metKnown: false };
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
