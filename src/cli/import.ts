import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { addAbortSignal, type Readable } from 'node:stream';
import { SingleBar } from 'cli-progress';
import { listenForInterruption } from './interruption.ts';
import type { Store } from '../store/store.ts';
import type { Terminal } from '../app/terminal.ts';
import type { RefusedRecord } from '../import/import-batch.ts';
import { importRecords, type ImportOptions } from '../import/import-records.ts';
import { readRecords } from '../import/read-records.ts';
import { spooled } from '../import/spool.ts';
import type { Counts, ImportSummary } from '../import/tally.ts';

/** What the command line asks of an import. */
export interface ImportCommand {
  /** Path of the file, or `-` for standard input. */
  readonly file: string;
  readonly strict: boolean;
  /** Whether nobody else may have the store open. */
  readonly offline: boolean;
  /** Whether the store is a copy, so that nothing of what is done lasts. */
  readonly dryRun: boolean;
}

/** Imports a file into a store and reports on the terminal; answers the exit code. */
export async function runImport(
  { file, strict, offline, dryRun }: ImportCommand,
  store: Store,
  ensureIndexes: ImportOptions['ensureIndexes'],
  terminal: Terminal,
): Promise<number> {
  const interruption = listenForInterruption();
  const progress = await startProgress(file, terminal);
  try {
    const { signal } = interruption;
    const load = (bytes: Readable) =>
      importRecords(store, readRecords(progress.watch(untilAborted(bytes, signal))), {
        strict,
        alone: offline,
        ensureIndexes,
        signal,
        onRefused: (refused) => progress.print(describe(refused)),
        onProgress: (so) => progress.update(so),
      });
    const isWaitedFor = strict && file === '-';
    const bytes = file === '-' ? terminal.input : createReadStream(file);
    const summary = await (isWaitedFor ? spooled(bytes, signal, load) : load(bytes));
    progress.end();
    terminal.print(report(summary, dryRun));
    if (interruption.signal.aborted) return interruption.exitCode();
    return summary.companies.refused > 0 ? 1 : 0;
  } finally {
    progress.end();
    interruption.ignore();
  }
}

/** Passes bytes on until the signal, which need not wait for input that does not come; then there are no more. */
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
  // A terminal would obey control characters.
  const shown = id?.replaceAll(/\p{Cc}/gu, (it) => JSON.stringify(it).slice(1, -1));
  return `refused ${place}${shown === undefined ? '' : ` (${shown})`}: ${reason}`;
}

function report({ companies, connections, ending }: ImportSummary, dryRun: boolean): string {
  const endings = {
    complete: dryRun ? 'This was a dry run: nothing was written.\n' : '',
    interrupted: 'Stopped before the end: what is counted here is imported.\n',
    'nothing imported': 'Nothing was imported, because all or nothing was asked for (--strict).\n',
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

interface Progress {
  /** Passes the input on and counts how much of it was read. */
  watch(bytes: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array>;
  update(summary: ImportSummary): void;
  /** Prints a line that stays. */
  print(text: string): void;
  end(): void;
}

/** Shows a bar on a terminal where the size of the input is known, and a line now and then everywhere else. */
async function startProgress(file: string, terminal: Terminal): Promise<Progress> {
  const size = file === '-' ? undefined : (await stat(file)).size;
  return terminal.isWatched && size !== undefined ? bar(size, terminal) : lines(terminal);
}

function bar(size: number, terminal: Terminal): Progress {
  const shown = new SingleBar({
    format: '  {bar} {percentage}%  {companies} companies',
    barsize: 40,
    hideCursor: true,
    clearOnComplete: true,
    stopOnComplete: false,
    etaBuffer: 50,
  });
  shown.start(size, 0, { companies: 0 });
  let read = 0;
  return {
    async *watch(bytes) {
      for await (const chunk of bytes) {
        read += chunk.length;
        yield chunk;
      }
    },
    update: ({ companies }) => shown.update(read, { companies: total(companies) }),
    print: (text) => {
      terminal.tell(`\r\u001B[K${text}\n`);
    },
    end: () => shown.stop(),
  };
}

const lineEvery = 10_000;

function lines(terminal: Terminal): Progress {
  let next = lineEvery;
  return {
    watch: (bytes) => bytes,
    update: ({ companies }) => {
      const done = total(companies);
      if (done < next) return;
      terminal.tell(`${done} companies\n`);
      next = done - (done % lineEvery) + lineEvery;
    },
    print: (text) => {
      terminal.tell(`${text}\n`);
    },
    end: () => {},
  };
}
