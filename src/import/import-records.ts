import { setTimeout as pause } from 'node:timers/promises';
import { retryWhileBusy } from '../store/retry-while-busy.ts';
import type { Session, StoreTransactor } from '../store/store.ts';
import { batches } from './batches.ts';
import { importBatch, type RecordResult, type RefusedRecord } from './import-batch.ts';
import type { SourceRecord } from './source-record.ts';
import { ImportTally, type ImportSummary } from './tally.ts';

/** Options and callbacks of an import. */
export interface ImportOptions {
  /** The maximum number of live connections of one company. */
  readonly maxConnections: number;
  /** Imports all records or, if any is refused, none. */
  readonly strict?: boolean;
  /** Whether no other process has the store open. Otherwise transactions must be short. */
  readonly alone?: boolean;
  /** Creates the postponed indexes, if any. Called once, at the first record that the store already has. */
  readonly ensureIndexes?: (() => Promise<void>) | undefined;
  /** Stops the import after the records that are being written. */
  readonly signal?: AbortSignal;
  /** Called for each refused record, in the order of the input. */
  readonly onRefused?: (refused: RefusedRecord) => void;
  /** Called with the progress so far, which is committed unless the import is strict. */
  readonly onProgress?: (summary: ImportSummary) => void;
}

// Writers of other processes wait up to 1 s. To let them in, a transaction ends after `maxWorkMs` of work, and the next
// one works less if this one took longer than `transactionMs` with its commit.
const maxWorkMs = 100;
const minWorkMs = 20;
const transactionMs = 150;
// SQLite does not queue these writers: they retry after up to 100 ms. Without a pause they could time out.
const pauseMs = 10;

/** Opens an import's records, from the first one. */
type OpenRecords = () => AsyncIterable<SourceRecord>;

/**
 * Imports companies with their connections; each record is imported completely or not at all. Calls `open` once, and
 * again each time that the transaction of a strict import is retried.
 */
export async function importRecords(
  store: Session,
  open: OpenRecords,
  options: ImportOptions,
): Promise<ImportSummary> {
  return options.strict
    ? importAllOrNothing(store, open, options)
    : importInBatches(store, open, options);
}

async function importInBatches(
  store: Session,
  open: OpenRecords,
  { maxConnections, alone = false, ensureIndexes, signal, onRefused, onProgress }: ImportOptions,
): Promise<ImportSummary> {
  const tally = new ImportTally();
  let onlyNew = ensureIndexes !== undefined;
  let workMs = alone ? Infinity : maxWorkMs;
  for await (const batch of batches(open(), signal)) {
    for (let done = 0; done < batch.length;) {
      if (signal?.aborted) break;
      const rest = batch.slice(done);
      const options = { maxConnections, maxMs: workMs, onlyNew };
      const work = async (tx: StoreTransactor) => {
        const began = performance.now();
        return { began, ...(await importBatch(tx, rest, options)) };
      };
      const { results, metKnown, began } = await retryWhileBusy(() => store.transact(work));
      const tookMs = performance.now() - began;
      done += results.length;
      settle(results, tally, onRefused);
      onProgress?.(tally.summary());
      if (metKnown) {
        if (ensureIndexes) await retryWhileBusy(ensureIndexes);
        onlyNew = false;
      }
      if (alone) continue;
      workMs = Math.min(maxWorkMs, Math.max(minWorkMs, (workMs * transactionMs) / tookMs));
      await pause(pauseMs);
    }
  }
  return tally.summary(signal?.aborted ? 'interrupted' : 'complete');
}

async function importAllOrNothing(
  store: Session,
  open: OpenRecords,
  { maxConnections, signal, onRefused, onProgress }: ImportOptions,
): Promise<ImportSummary> {
  // Outside `work`, so that a retried transaction does not report a refusal twice.
  let told = 0;
  const work = async (tx: StoreTransactor) => {
    const tally = new ImportTally();
    let refusals = 0;
    const tellOnce = (refused: RefusedRecord) => {
      refusals += 1;
      if (refusals <= told) return;
      told = refusals;
      onRefused?.(refused);
    };
    for await (const batch of batches(open(), signal)) {
      const { results } = await importBatch(tx, batch, { maxConnections });
      settle(results, tally, tellOnce);
      onProgress?.(tally.summary());
    }
    if (signal?.aborted || tally.anyRefused) throw new NothingImported(tally);
    return tally.summary();
  };
  try {
    return await store.transact(work);
  } catch (error) {
    if (error instanceof NothingImported) return error.tally.nothingImported();
    throw error;
  }
}

/** Rolls back the transaction of a strict import. */
class NothingImported extends Error {
  override readonly name = 'NothingImported';
  readonly tally: ImportTally;

  constructor(tally: ImportTally) {
    super();
    this.tally = tally;
  }
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
