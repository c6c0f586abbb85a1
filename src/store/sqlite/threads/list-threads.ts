import { DeadlineError } from '../../session.ts';
import { StoreUnavailableError } from '../../unavailable.ts';
import type { FilesInUse } from '../files/files-in-use.ts';
import { isBounded } from './bounded.ts';
import type { ListArguments, ListCall, ListReader, ListResult } from './lists.ts';
import type { ListOutcome, ListTask, ThreadOptions } from './list-thread.ts';
import { toSharedClock } from './shared-clock.ts';
import { ThreadPool } from './thread-pool.ts';

/** The most calls that wait for a thread. */
const maxQueued = 256;

/** How long the threads may take to end their running calls and close the database, in ms. */
const closeMs = 5000;

/** Returns the program of a thread. Threads cannot run sources, so `npm run dev` uses the built program. */
function programBeside(module: string): URL {
  const program = 'list-thread.js';
  return new URL(module.endsWith('.ts') ? `../../../../dist/${program}` : program, module);
}

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
  readonly #pool: ThreadPool<ListTask, ListOutcome>;
  #isClosed = false;

  /** `here` runs the calls that an index bounds. `files` are those that the threads must find, too. */
  constructor(here: ListReader, options: ListThreadsOptions, files: FilesInUse) {
    this.#here = here;
    this.#options = options;
    this.#files = files;
    const { file, threads, onStatement } = options;
    const { program = programBeside(import.meta.url) } = options;
    const workerData: ThreadOptions = { file, tellsStatements: onStatement !== undefined };
    this.#pool = new ThreadPool({ program, threads, workerData });
  }

  run<Call extends ListCall>(
    call: Call,
    args: ListArguments<Call>,
    deadline: number,
  ): ListResult<Call> | Promise<ListResult<Call>> {
    if (isBounded(call, args)) return this.#here.run(call, args, deadline);
    return untilDeadline(this.#runInThread(call, args, deadline), deadline);
  }

  /** Ends the threads, after their running calls, but waits for them for 5 s at most. Later calls fail. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#pool.close(closeMs);
  }

  async #runInThread<Call extends ListCall>(
    call: Call,
    args: ListArguments<Call>,
    deadline: number,
  ): Promise<ListResult<Call>> {
    const { file, onStatement } = this.#options;
    if (this.#isClosed) throw new StoreUnavailableError(`${file} is closed`);
    // A thread opens the database at its first call: if that was replaced, it would read another one.
    this.#files.check();
    if (this.#pool.waiting >= maxQueued) {
      throw new StoreUnavailableError(`${file} has too many lists to read`, { why: 'busy' });
    }
    const task: ListTask<Call> = { call, args, deadline: toSharedClock(deadline) };
    const outcome = await this.#pool.run(task).catch((error: unknown) => {
      throw threadFailed(file, error);
    });
    const { statements, ...result } = outcome as ListOutcome<Call>;
    for (const statement of statements) onStatement?.(statement);
    switch (result.kind) {
      case 'done': {
        return result.value;
      }
      case 'late': {
        throw new DeadlineError();
      }
      case 'failed': {
        throw Object.assign(new Error(result.message), { code: result.code });
      }
    }
  }
}

function threadFailed(file: string, cause: unknown): StoreUnavailableError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new StoreUnavailableError(`${file} cannot be read by a thread: ${reason}`, { cause });
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
