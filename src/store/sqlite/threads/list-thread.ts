// The program of a reader thread: see `ThreadPool`.
import { parentPort, workerData } from 'node:worker_threads';
import Database from 'better-sqlite3';
import { DeadlineError } from '../../session.ts';
import { sqliteCode } from '../files/errors.ts';
import { fromSharedClock } from './shared-clock.ts';
import { Lists, type ListCall, type ListArguments, type ListResult } from './lists.ts';

/** What the threads of a pool have in common. */
export interface ThreadOptions {
  /** Path of the database file. */
  readonly file: string;
  /** Whether outcomes list the statements that ran. */
  readonly tellsStatements: boolean;
}

/** A call for a thread. */
export interface ListTask<Call extends ListCall = ListCall> {
  readonly call: Call;
  readonly args: ListArguments<Call>;
  /** When the call must end, by the clock that the threads share. */
  readonly deadline: number;
}

/** What became of a task. Errors are described, because an `Error` loses its class and its code between threads. */
export type ListOutcome<Call extends ListCall = ListCall> = {
  /** The statements that ran, values included, if they are wanted. */
  readonly statements: readonly string[];
} & (
  | { readonly kind: 'done'; readonly value: ListResult<Call> }
  | { readonly kind: 'late' }
  | { readonly kind: 'failed'; readonly message: string; readonly code: string | undefined }
);

const { file, tellsStatements } = workerData as ThreadOptions;

/** How long to wait for another process that recovers the database, in ms. */
const busyTimeoutMs = 1000;

/** How much of the database each thread keeps in memory. */
const cacheMegabytes = 16;

let statements: string[] = [];
let opened: { readonly connection: Database.Database; readonly lists: Lists } | undefined;

parentPort?.on('message', (task: ListTask | null) => {
  if (task !== null) parentPort?.postMessage(runTask(task));
  else {
    opened?.connection.close();
    parentPort?.close();
  }
});

function runTask({ call, args, deadline }: ListTask): ListOutcome {
  statements = [];
  try {
    const value = lists().run(call, args, fromSharedClock(deadline));
    return { kind: 'done', value, statements };
  } catch (error) {
    if (error instanceof DeadlineError) return { kind: 'late', statements };
    const message = error instanceof Error ? error.message : String(error);
    return { kind: 'failed', message, code: sqliteCode(error), statements };
  }
}

/** Opens the database when the first task comes, so that a failure to open it is the outcome of a task. */
function lists(): Lists {
  if (opened === undefined) {
    const connection = openReader();
    opened = { connection, lists: new Lists(connection) };
  }
  return opened.lists;
}

function openReader(): Database.Database {
  const connection = new Database(file, {
    fileMustExist: true,
    timeout: busyTimeoutMs,
    ...(tellsStatements && { verbose: (sql: unknown) => statements.push(String(sql)) }),
  });
  connection.pragma('query_only = ON');
  connection.pragma(`cache_size = ${-1024 * cacheMegabytes}`);
  statements = [];
  return connection;
}
