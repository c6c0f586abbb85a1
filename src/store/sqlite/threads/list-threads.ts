import type { Tinypool } from 'tinypool';
import { DeadlineError } from '../../session.ts';
import { StoreUnavailableError } from '../../unavailable.ts';
import type { FilesInUse } from '../files/files-in-use.ts';
import { isBounded } from './bounded.ts';
import type { ListArguments, ListCall, ListReader, ListResult } from './lists.ts';
import type { ListOutcome, ListTask, ThreadOptions } from './list-thread.ts';

/** The most calls that wait for a thread. */
const maxQueued = 256;

/** How long a thread may take to close its database, in ms. */
const closeMs = 5000;

/** How reader threads run. */
export interface ListThreadsOptions {
  /** Path of the database file. */
  readonly file: string;
  /** The most threads. */
  readonly threads: number;
  /** The program of a thread; the one beside this file unless given. */
  readonly program?: URL | undefined;
  /** Called with each statement that a thread ran, values included; for tests that count them. */
  readonly onStatement?: ((sql: string) => void) | undefined;
}

/**
 * Reads lists on threads of their own if their cost has no bound, so that neither the event loop nor an indexed read waits
 * for them. Threads start when they are first needed.
 */
export class ListThreads implements ListReader {
  readonly #here: ListReader;
  readonly #options: ListThreadsOptions;
  readonly #files: FilesInUse;
  #pool: Promise<Tinypool> | undefined;

  /** `here` runs the calls that an index bounds. `files` are those that the threads must find, too. */
  constructor(here: ListReader, options: ListThreadsOptions, files: FilesInUse) {
    this.#here = here;
    this.#options = options;
    this.#files = files;
  }

  run<Call extends ListCall>(
    call: Call,
    args: ListArguments<Call>,
    deadline: number,
  ): ListResult<Call> | Promise<ListResult<Call>> {
    if (isBounded(call, args)) return this.#here.run(call, args, deadline);
    return untilDeadline(this.#runInThread(call, args, deadline), deadline);
  }

  /** Ends the threads, after their running calls. */
  async close(): Promise<void> {
    await (await this.#pool)?.destroy();
  }

  async #runInThread<Call extends ListCall>(
    call: Call,
    args: ListArguments<Call>,
    deadline: number,
  ): Promise<ListResult<Call>> {
    const { file, onStatement } = this.#options;
    // A thread opens the database at its first call: if that was replaced, it would read another one.
    this.#files.check();
    const pool = await (this.#pool ??= startPool(this.#options));
    if (pool.queueSize >= maxQueued) {
      throw new StoreUnavailableError(`${file} has too many lists to read`, { why: 'busy' });
    }
    const task: ListTask<Call> = { call, args, deadline: performance.timeOrigin + deadline };
    const outcome = (await pool.run(task)) as ListOutcome<Call>;
    for (const statement of outcome.statements) onStatement?.(statement);
    switch (outcome.kind) {
      case 'done': {
        return outcome.value;
      }
      case 'late': {
        throw new DeadlineError();
      }
      case 'failed': {
        throw Object.assign(new Error(outcome.message), { code: outcome.code });
      }
    }
  }
}

async function startPool(options: ListThreadsOptions): Promise<Tinypool> {
  const { file, threads, onStatement } = options;
  const { program = new URL('list-thread.js', import.meta.url) } = options;
  const workerData: ThreadOptions = { file, tellsStatements: onStatement !== undefined };
  const { Tinypool: Pool } = await import('tinypool');
  return new Pool({
    filename: program.href,
    // All of them stay: each keeps its prepared statements and its part of the database.
    minThreads: threads,
    maxThreads: threads,
    terminateTimeout: closeMs,
    teardown: 'teardown',
    workerData,
  });
}

/**
 * Rejects with `DeadlineError` at the deadline. The thread ends its statement by itself; a step that cannot be ended, such as
 * a sort, keeps the thread but not the caller.
 */
async function untilDeadline<T>(result: Promise<T>, deadline: number): Promise<T> {
  if (deadline === Infinity) return result;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new DeadlineError()), deadline - performance.now());
  });
  try {
    return await Promise.race([result, late]);
  } finally {
    clearTimeout(timer);
  }
}
