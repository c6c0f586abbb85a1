import cluster, { type Worker } from 'node:cluster';
import type { PrimaryCalls, WorkerCalls } from './calls.ts';
import { openRpc, type Rpc } from './rpc.ts';

/** How a worker came to its end. */
export interface Ending {
  /** How the system tells it: a code or a signal; `undefined` if it ended in order. */
  readonly disorder: string | undefined;
  /** Why, as the worker said. */
  readonly reason: string | undefined;
  /** How long it had served; `undefined` if it never did. */
  readonly servedMs: number | undefined;
}

/** A worker process, as the primary one sees it. */
export interface WorkerHandle {
  /** Its own among all that the gateway ever had. */
  readonly id: number;
  /** Its place, from 1, which whoever replaces it takes over. */
  readonly number: number;
  readonly pid: number | undefined;
  readonly rpc: Rpc<WorkerCalls>;
  readonly isServing: boolean;
  readonly ended: Promise<Ending>;
  kill(): void;
}

/** What the gateway answers a worker, beside what the worker says of itself. */
export type Answers = Omit<PrimaryCalls, 'listening' | 'failed'>;

/** Starts a worker; `onServing` is told when it serves, which it may never do. */
export function forkWorker(number: number, answers: Answers, onServing: () => void): WorkerHandle {
  const worker = cluster.fork();
  closeLostConnection(worker);
  let servingSinceMs: number | undefined;
  let reason: string | undefined;
  const ours: PrimaryCalls = {
    ...answers,
    listening() {
      servingSinceMs = performance.now();
      onServing();
    },
    failed: (why) => void (reason = why),
  };
  const rpc = openRpc<WorkerCalls>(worker, ours);
  const ended = new Promise<Ending>((resolve) => {
    worker.once('exit', (code, signal) => {
      rpc.end();
      resolve({
        disorder: signal ?? (code === 0 ? undefined : `code ${code}`),
        reason,
        servedMs: servingSinceMs === undefined ? undefined : performance.now() - servingSinceMs,
      });
      servingSinceMs = undefined;
    });
  });
  return {
    id: worker.id,
    number,
    pid: worker.process.pid,
    rpc,
    get isServing() {
      return servingSinceMs !== undefined;
    },
    ended,
    kill: () => void worker.process.kill('SIGKILL'),
  };
}

/**
 * Node hands one connection at a time to a worker, and leaves it open for ever if the worker ends before it has taken it:
 * its client would wait in vain. Closing one that was taken does nothing more.
 */
function closeLostConnection(worker: Worker): void {
  const child = worker.process;
  const send = child.send.bind(child) as (...args: unknown[]) => boolean;
  let last: Closable | undefined;
  child.send = (...args: unknown[]) => {
    const handle = args[1] as Closable | undefined;
    if (typeof handle?.close === 'function') last = handle;
    return send(...args);
  };
  worker.once('exit', () => last?.close?.());
}

interface Closable {
  readonly close?: () => void;
}
