import type { StoreTransactor } from '../store/store.ts';
import { groupsOf, type CheckedRecord } from './batches.ts';
import { importCompany, type CompanyOutcome, type ImportState } from './import-company.ts';
import { ImportWriter } from './import-writer.ts';
import { KnownIntegrations } from './known-integrations.ts';
import { lookUp, namesRecord, usesOf } from './known-records.ts';

/** A record that was not imported. */
export interface RefusedRecord {
  /** Its place in the input, such as `line 3`. */
  readonly place: string;
  readonly id: string | undefined;
  readonly reason: string;
}

/** The result of a record: imported, or refused with all of its connections. */
export type RecordResult =
  | { readonly outcome: CompanyOutcome }
  | { readonly refused: RefusedRecord; readonly connections: number };

/** Options of a batch's import. */
interface BatchOptions {
  /** The maximum number of live connections of one company. */
  readonly maxConnections: number;
  /** The time limit, in ms. */
  readonly maxMs?: number;
  /** Whether only new records can be imported, because the indexes to look up others do not exist yet. */
  readonly onlyNew?: boolean;
}

/** The results of the first records of a batch. */
interface BatchResult {
  readonly results: readonly RecordResult[];
  /** Whether the import stopped at a record that the store already has. */
  readonly metKnown: boolean;
}

/**
 * Imports records in groups until `maxMs` have passed or, with `onlyNew`, until a group has a record that is not new.
 * Returns the results of the records before that, possibly none.
 */
export async function importBatch(
  tx: StoreTransactor,
  batch: readonly CheckedRecord[],
  { maxConnections, maxMs = Infinity, onlyNew = false }: BatchOptions,
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
    const known = await lookUp(tx, records, uses, maxConnections);
    const state = { known, integrations, maxConnections, now };
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
