import type { Logger } from 'pino';
import { describeFailure, WorkersFailedError } from '../gateway/failure.ts';
import { forkWorker, type Answers, type Ending, type WorkerHandle } from './worker-handle.ts';
import { Replacing } from './replacing.ts';
import type { ReservedPort } from './reserved-port.ts';

interface PoolOptions {
  readonly size: number;
  readonly logger: Logger;
  /** Returns the functions that the worker with this number can call. */
  readonly answersTo: (number: number) => Answers;
  /** Called for each worker that is gone. */
  readonly onGone: (id: number) => void;
  /** Fails, with the reason, if a replacement could not do the same as the workers before it. */
  readonly mayReplace: () => Promise<void>;
  /** Kept while no worker serves. */
  readonly port: Pick<ReservedPort, 'hold' | 'release'>;
}

/** The workers of a gateway. A worker that ends is replaced, until the pool stops. */
export class WorkerPool {
  /** Resolves once all workers serve; rejects if one ends before. */
  readonly started: Promise<void>;
  /** Rejects when no worker serves and none can be started. */
  readonly lost: Promise<never>;
  readonly #options: PoolOptions;
  readonly #present = new Set<WorkerHandle>();
  readonly #replacing = new Replacing();
  #state: 'starting' | 'serving' | 'stopping' = 'starting';
  #disorder: string | undefined;
  #onStarted: () => void = () => {};
  #onFailed: (error: WorkersFailedError) => void = () => {};

  constructor(options: PoolOptions) {
    this.#options = options;
    const failed = new Promise<never>((_, reject) => (this.#onFailed = reject));
    this.lost = failed;
    this.started = Promise.race([new Promise<void>((done) => (this.#onStarted = done)), failed]);
    // A caller may await only one of these promises. The other must not become an unhandled rejection.
    failed.catch(() => {});
    // No worker outlives this process, however it ends.
    process.once('exit', () => this.#killAll());
    for (let number = 1; number <= options.size; number += 1) this.#start(number);
  }

  /** Returns the workers that serve. */
  serving(): WorkerHandle[] {
    return [...this.#present].filter(({ isServing }) => isServing);
  }

  /** Lets all workers finish their running work. Rejects if one does not end in order. */
  async stop(): Promise<void> {
    this.#state = 'stopping';
    this.#replacing.stop();
    const all = [...this.#present].map(async (worker) => {
      // A worker that does not serve yet has no running work.
      if (!worker.isServing) worker.kill();
      else worker.rpc.call('stop', undefined).catch(() => {});
      await worker.ended;
    });
    await Promise.all(all);
    if (this.#disorder !== undefined) throw new WorkersFailedError(this.#disorder);
  }

  #start(number: number): void {
    const answers = this.#options.answersTo(number);
    const worker = forkWorker(number, answers, {
      beforeListening: () => this.#options.port.release(),
      onServing: () => this.#serves(worker),
    });
    this.#present.add(worker);
    void this.#awaitEnd(worker);
  }

  async #awaitEnd(worker: WorkerHandle): Promise<void> {
    const ending = await worker.ended;
    this.#present.delete(worker);
    this.#options.onGone(worker.id);
    this.#ended(worker, ending);
  }

  #serves({ number, pid }: WorkerHandle): void {
    this.#options.logger.info({ worker: number, pid }, 'worker is ready');
    this.#replacing.succeeded();
    // It may have listened before this process knew that the others were gone.
    this.#options.port.release();
    if (this.#state !== 'starting' || this.serving().length < this.#options.size) return;
    this.#state = 'serving';
    this.#onStarted();
  }

  async #replace(number: number): Promise<void> {
    try {
      await this.#options.mayReplace();
    } catch (error) {
      const reason = describeFailure(error);
      this.#ended(
        { number, pid: undefined },
        { disorder: 'not started', reason, servedMs: undefined },
      );
      return;
    }
    if (this.#state !== 'stopping') this.#start(number);
  }

  #ended({ number, pid }: Pick<WorkerHandle, 'number' | 'pid'>, ending: Ending): void {
    const { reason, servedMs, disorder = 'code 0' } = ending;
    const what = `worker ${number} exited (${disorder})`;
    if (this.#state === 'stopping') {
      if (ending.disorder !== undefined && servedMs !== undefined) {
        this.#disorder = `${what} while stopping${reason === undefined ? '' : `: ${reason}`}`;
      }
      return;
    }
    if (this.#state === 'starting') {
      this.#fail(reason ?? `${what} before it was ready`);
      return;
    }
    const delayMs = this.#replacing.delayMs(number, servedMs, this.#present.size === 0);
    if (this.serving().length === 0) this.#options.port.hold();
    if (this.#replacing.isHopeless && this.serving().length === 0) {
      this.#fail(`No worker can be started: ${reason ?? what}`);
      return;
    }
    const facts = { worker: number, pid, endedBy: disorder, reason, delayMs };
    this.#options.logger.error(facts, 'worker exited and will be replaced');
    this.#replacing.after(delayMs, () => void this.#replace(number));
  }

  #fail(why: string): void {
    this.#state = 'stopping';
    this.#replacing.stop();
    this.#killAll();
    this.#onFailed(new WorkersFailedError(why));
  }

  #killAll(): void {
    for (const worker of this.#present) worker.kill();
  }
}
