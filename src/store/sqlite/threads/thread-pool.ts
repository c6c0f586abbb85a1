import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';

/** How the threads of a pool run. */
export interface ThreadPoolOptions {
  /** The program of a thread. It posts one outcome for each task that it receives, and ends when it receives `null`. */
  readonly program: URL;
  /** The most threads. */
  readonly threads: number;
  /** What each thread finds as its `workerData`. */
  readonly workerData: unknown;
}

interface Job<Task, Outcome> {
  readonly task: Task;
  readonly resolve: (outcome: Outcome) => void;
  readonly reject: (error: unknown) => void;
}

interface Thread<Task, Outcome> {
  readonly worker: Worker;
  job: Job<Task, Outcome> | undefined;
  /** What the thread failed with, before it ends. */
  error: unknown;
}

/**
 * Runs tasks on threads, one at a time on each, in the order in which they come. A thread starts when a task finds all
 * others busy, and stays. One that fails takes its task with it and is replaced when it is needed.
 */
export class ThreadPool<Task extends object, Outcome> {
  readonly #options: ThreadPoolOptions;
  readonly #threads = new Set<Thread<Task, Outcome>>();
  #waiting: Job<Task, Outcome>[] = [];
  #isClosed = false;

  constructor(options: ThreadPoolOptions) {
    this.#options = options;
  }

  /** The number of tasks that wait for a thread. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** Runs a task. Rejects if its thread cannot start or fails, or if the pool is closed before the task begins. */
  run(task: Task): Promise<Outcome> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ task, resolve, reject });
      this.#begin();
    });
  }

  /**
   * Ends the threads after their running tasks, but waits for them for `ms` at most. A thread that is busy for longer does
   * not keep the process alive.
   */
  async close(ms: number): Promise<void> {
    this.#isClosed = true;
    this.#begin();
    const ends = [...this.#threads].map(({ worker }) => {
      worker.postMessage(null);
      return once(worker, 'exit').catch(() => {});
    });
    const late = new AbortController();
    await Promise.race([
      Promise.all(ends),
      wait(ms, undefined, { signal: late.signal }).catch(() => {}),
    ]);
    late.abort();
    for (const { worker } of this.#threads) worker.unref();
  }

  /** Gives waiting tasks to threads. */
  #begin(): void {
    while (this.#waiting.length > 0) {
      if (this.#isClosed) {
        for (const { reject } of this.#waiting) reject(new Error('the threads are closed'));
        this.#waiting = [];
        return;
      }
      let thread = [...this.#threads].find(({ job }) => job === undefined);
      if (thread === undefined && this.#threads.size >= this.#options.threads) return;
      const job = this.#waiting.shift();
      if (job === undefined) return;
      try {
        thread ??= this.#start();
        thread.job = job;
        thread.worker.ref();
        thread.worker.postMessage(job.task);
      } catch (error) {
        // The system has no room for another thread, for instance.
        if (thread !== undefined) thread.job = undefined;
        job.reject(error);
      }
    }
  }

  #start(): Thread<Task, Outcome> {
    const { program, workerData } = this.#options;
    const worker = new Worker(program, { workerData });
    const thread: Thread<Task, Outcome> = { worker, job: undefined, error: undefined };
    this.#threads.add(thread);
    worker
      .on('message', (outcome: Outcome) => this.#done(thread, outcome))
      .on('error', (error) => (thread.error = error))
      .on('exit', () => this.#ended(thread));
    // An idle thread keeps no process alive.
    worker.unref();
    return thread;
  }

  #done(thread: Thread<Task, Outcome>, outcome: Outcome): void {
    const { job } = thread;
    thread.job = undefined;
    thread.worker.unref();
    job?.resolve(outcome);
    this.#begin();
  }

  #ended(thread: Thread<Task, Outcome>): void {
    this.#threads.delete(thread);
    thread.job?.reject(thread.error ?? new Error('the thread ended'));
    this.#begin();
  }
}
