import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { addAbortSignal, type Readable } from 'node:stream';
import { listenForInterruption } from '../app/interruption.ts';
import { startProgress } from './progress.ts';
import { ok } from '../domain/result.ts';
import type { Store } from '../store/store.ts';
import type { Terminal } from '../app/terminal.ts';
import type { RefusedRecord } from '../import/import-batch.ts';
import { importRecords, type ImportOptions } from '../import/import-records.ts';
import { readRecords } from '../import/read-records.ts';
import { spooled } from '../import/spool.ts';
import type { Counts, ImportSummary } from '../import/tally.ts';

/** The arguments of an import command. */
export interface ImportCommand {
  /** Path of the file, or `-` for standard input. */
  readonly file: string;
  readonly strict: boolean;
  /** Whether the import needs exclusive access to the store. */
  readonly offline: boolean;
  /** Whether the store is a temporary copy, so that no change lasts. */
  readonly dryRun: boolean;
  /** The maximum number of live connections of one company. */
  readonly maxConnections: number;
}

/** Imports a file into a store and reports on the terminal; returns the exit code. */
export async function runImport(
  { file, strict, offline, dryRun, maxConnections }: ImportCommand,
  store: Store,
  ensureIndexes: ImportOptions['ensureIndexes'],
  terminal: Terminal,
): Promise<number> {
  const source = file === '-' ? undefined : await stat(file);
  // Anything else, such as a pipe, can keep the import waiting, and can be read only once.
  const isStored = source?.isFile() ?? false;
  const interruption = listenForInterruption();
  const progress = startProgress(
    {
      total: isStored ? source?.size : undefined,
      format: '{done} companies',
      line: (done) => `${done} companies`,
    },
    terminal,
  );
  let read = 0;
  const counted = async function* (bytes: AsyncIterable<Uint8Array>) {
    read = 0;
    for await (const chunk of bytes) {
      read += chunk.length;
      yield chunk;
    }
  };
  try {
    const { signal } = interruption;
    const load = (open: () => Readable) =>
      importRecords(store, () => readRecords(counted(untilAborted(open(), signal))), {
        maxConnections,
        strict,
        alone: offline,
        ensureIndexes,
        signal,
        onRefused: (refused) => progress.print(describe(refused)),
        onProgress: ({ companies }) => progress.update(read, total(companies)),
      });
    const open = () => (file === '-' ? terminal.input : createReadStream(file));
    const loaded =
      strict && !isStored ? await spooled(open(), { signal }, load) : ok(await load(open));
    progress.end();
    if (!loaded.ok) {
      terminal.tell(tooLong);
      return 1;
    }
    const summary = loaded.value;
    terminal.print(report(summary, dryRun));
    if (interruption.signal.aborted) return interruption.exitCode();
    return summary.companies.refused > 0 ? 1 : 0;
  } finally {
    progress.end();
    interruption.ignore();
  }
}

const tooLong =
  'Nothing was imported: with --strict, standard input or a pipe must have at most 1 GiB. Import a file instead.\n';

/** Yields bytes until the signal aborts, then ends. The abort does not wait for input. */
async function* untilAborted(
  bytes: Readable,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void> {
  try {
    for await (const chunk of addAbortSignal(signal, bytes)) yield chunk as Uint8Array;
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

function describe({ place, id, reason }: RefusedRecord): string {
  // A terminal would interpret control characters.
  const shown = id?.replaceAll(/\p{Cc}/gu, (it) => JSON.stringify(it).slice(1, -1));
  return `refused ${place}${shown === undefined ? '' : ` (${shown})`}: ${reason}`;
}

const dryRunNotice = 'This was a dry run: nothing was written.\n';

function report({ companies, connections, ending }: ImportSummary, dryRun: boolean): string {
  const endings = {
    complete: dryRun ? dryRunNotice : '',
    interrupted: dryRun
      ? `Stopped early. ${dryRunNotice}`
      : 'Stopped early: all records counted above as created or updated are imported.\n',
    'nothing imported':
      'Nothing was imported: with --strict, a refused record or an interruption cancels the whole import.\n',
  };
  const empty = total(companies) === 0 ? 'The input has no records.\n' : '';
  return `${line('companies', companies)}${line('connections', connections)}${empty}${endings[ending]}`;
}

function line(what: string, counts: Counts): string {
  const { created, updated, unchanged, refused } = counts;
  return `${total(counts)} ${what}: ${created} created, ${updated} updated, ${unchanged} unchanged, ${refused} refused\n`;
}

function total({ created, updated, unchanged, refused }: Counts): number {
  return created + updated + unchanged + refused;
}
