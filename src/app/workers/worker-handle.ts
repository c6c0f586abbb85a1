import cluster, { type Worker } from 'node:cluster';
import type { PrimaryCalls, WorkerCalls } from './calls.ts';
import { openRpc, type Rpc } from './rpc.ts';

/** How a worker ended. */
export interface Ending {
  /** The exit code or signal; `undefined` if the worker ended in order. */
  readonly disorder: string | undefined;
  /** The reason that the worker reported. */
  readonly reason: string | undefined;
  /** How long the worker served, in ms; `undefined` if it never did. */
  readonly servedMs: number | undefined;
}

/** A worker process, as seen by the primary process. */
export interface WorkerHandle {
  /** Unique among all workers that the gateway ever had. */
  readonly id: number;
  /** The worker's number, from 1. A replacement takes over the number. */
  readonly number: number;
  readonly pid: number | undefined;
  readonly rpc: Rpc<WorkerCalls>;
  readonly isServing: boolean;
  readonly ended: Promise<Ending>;
  kill(): void;
}

/** The calls that a worker can make, except its reports about itself. */
export type Answers = Omit<PrimaryCalls, 'listening' | 'failed'>;

/** What is called on the way of a worker, each of which may never happen. */
interface WorkerHooks {
  /** Called right before this process binds the worker's address for it. */
  readonly beforeListening: () => void;
  /** Called when it serves. */
  readonly onServing: () => void;
}

/** Starts a worker. */
export function forkWorker(
  number: number,
  answers: Answers,
  { beforeListening, onServing }: WorkerHooks,
): WorkerHandle {
  const worker = cluster.fork();
  closeLostConnection(worker);
  callBeforeListening(worker, beforeListening);
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
 * Calls a function when a worker asks to listen, right before Node binds its address in this process. Node has no public
 * event for this moment; a message of our own would arrive earlier and leave a gap in which nobody listens.
 */
function callBeforeListening(worker: Worker, beforeListening: () => void): void {
  worker.process.prependListener('internalMessage', (message: { readonly act?: string }) => {
    if (message.act === 'queryServer') beforeListening();
  });
}

/**
 * Closes a connection that a worker did not take before it ended. Node hands over one connection at a time and would
 * leave it open forever, with its client waiting. Closing one that was taken has no effect.
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
