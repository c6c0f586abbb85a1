import { setTimeout as pause } from 'node:timers/promises';
import type { Cause } from '../domain/event.ts';
import { invalidInput, validate, type InvalidInput } from '../domain/refusal.ts';
import { refuse, type Result } from '../domain/result.ts';
import { patiently } from '../store/patiently.ts';
import type { Store, StoreTransactor } from '../store/store.ts';
import { importCompany, type CompanyOutcome } from './import-company.ts';
import { importActor } from './plan-connection.ts';
import type { SourceRecord } from './read-records.ts';
import { companyRecord, type CompanyRecord } from './record.ts';
import { ImportTally, type ImportSummary } from './tally.ts';

/** A record that was not imported. */
export interface RefusedRecord {
  /** Where it stands in the input, such as `line 3`. */
  readonly place: string;
  readonly id: string | undefined;
  readonly reason: string;
}

/** How an import runs and whom it tells. */
export interface ImportOptions {
  /** Imports all records or, if any is refused, none. */
  readonly strict?: boolean;
  /** Stops the import after the records that are being written. */
  readonly signal?: AbortSignal;
  /** Told of each record that is refused, in the order of the input. */
  readonly onRefused?: (refused: RefusedRecord) => void;
  /** Told of what has been done so far; it is committed, unless the import is strict. */
  readonly onProgress?: (summary: ImportSummary) => void;
}

type RecordResult =
  | { readonly outcome: CompanyOutcome }
  | { readonly refused: RefusedRecord; readonly connections: number };

const batchSize = 250;
/** A batch that took so long ends early: writers of other processes, which wait up to 1 s, are to get in. */
const batchMs = 100;
// SQLite does not queue these writers, but has them ask again after up to 100 ms: without a pause they could wait until
// they give up.
const pauseMs = 10;

/** Imports companies with their connections; each record is imported wholly or not at all. */
export async function importRecords(
  store: Store,
  records: AsyncIterable<SourceRecord>,
  options: ImportOptions = {},
): Promise<ImportSummary> {
  return options.strict
    ? importAllOrNothing(store, records, options)
    : importInBatches(store, records, options);
}

async function importInBatches(
  store: Store,
  records: AsyncIterable<SourceRecord>,
  { signal, onRefused, onProgress }: ImportOptions,
): Promise<ImportSummary> {
  const tally = new ImportTally();
  for await (const batch of batches(records, signal)) {
    for (let done = 0; done < batch.length;) {
      if (signal?.aborted) break;
      const rest = batch.slice(done);
      const results = await patiently(() => store.transact((tx) => importBatch(tx, rest, batchMs)));
      done += results.length;
      settle(results, tally, onRefused);
      onProgress?.(tally.summary());
      await pause(pauseMs);
    }
  }
  return tally.summary(signal?.aborted ? 'interrupted' : 'complete');
}

async function importAllOrNothing(
  store: Store,
  records: AsyncIterable<SourceRecord>,
  { signal, onRefused, onProgress }: ImportOptions,
): Promise<ImportSummary> {
  const tally = new ImportTally();
  const work = async (tx: StoreTransactor) => {
    for await (const batch of batches(records, signal)) {
      settle(await importBatch(tx, batch), tally, onRefused);
      onProgress?.(tally.summary());
    }
    if (signal?.aborted || tally.anyRefused) throw new NothingImported();
    return tally.summary();
  };
  try {
    return await store.transact(work);
  } catch (error) {
    if (error instanceof NothingImported) return tally.nothingImported();
    throw error;
  }
}

/** Undoes the transaction of a strict import. */
class NothingImported extends Error {
  override readonly name = 'NothingImported';
}

/** Imports records until so much time has passed, at least one; answers what became of these. */
async function importBatch(
  tx: StoreTransactor,
  batch: readonly CheckedRecord[],
  longestMs = Infinity,
): Promise<RecordResult[]> {
  const cause: Cause = { actor: importActor, at: Date.now() };
  const results: RecordResult[] = [];
  const end = performance.now() + longestMs;
  for (const record of batch) {
    results.push(await importRecord(tx, record, cause));
    if (performance.now() > end) break;
  }
  return results;
}

/** A record that was looked at as far as it can be without the store. Holds nothing of what is ignored. */
interface CheckedRecord {
  readonly place: string;
  readonly id: string | undefined;
  /** How many connections it has, valid or not. */
  readonly connections: number;
  readonly checked: Result<CompanyRecord, InvalidInput>;
}

function check(record: SourceRecord): CheckedRecord {
  const { place } = record;
  if ('unreadable' in record) {
    const checked = refuse(invalidInput('', record.unreadable));
    return { place, id: undefined, connections: 0, checked };
  }
  const { id, dataConnections } = (record.value ?? {}) as Record<string, unknown>;
  return {
    place,
    id: typeof id === 'string' ? id.slice(0, 100) : undefined,
    connections: Array.isArray(dataConnections) ? dataConnections.length : 0,
    checked: validate(companyRecord, record.value),
  };
}

async function importRecord(
  tx: StoreTransactor,
  { place, id, connections, checked }: CheckedRecord,
  cause: Cause,
): Promise<RecordResult> {
  const result = checked.ok ? await importCompany(tx, checked.value, cause) : checked;
  if (result.ok) return { outcome: result.value };
  const { field, rule } = result.error;
  return { refused: { place, id, reason: field === '' ? rule : `${field} ${rule}` }, connections };
}

function settle(
  results: readonly RecordResult[],
  tally: ImportTally,
  onRefused: ImportOptions['onRefused'],
): void {
  for (const result of results) {
    if ('outcome' in result) tally.add(result.outcome);
    else {
      tally.addRefused(result.connections);
      onRefused?.(result.refused);
    }
  }
}

async function* batches(
  records: AsyncIterable<SourceRecord>,
  signal: AbortSignal | undefined,
): AsyncGenerator<CheckedRecord[]> {
  let batch: CheckedRecord[] = [];
  for await (const record of records) {
    if (signal?.aborted) return;
    batch.push(check(record));
    if (batch.length < batchSize) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0 && !signal?.aborted) yield batch;
}
