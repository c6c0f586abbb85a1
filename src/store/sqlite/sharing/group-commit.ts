import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';
import type Database from 'better-sqlite3';
import { isBusy } from '../files/errors.ts';

/** How long work waits for the write lock, from when it was asked for. */
const busyTimeoutMs = 1000;
const retryMs = 5;
/** How long a transaction takes more work in: others want the lock too. */
const maxMs = 50;

/** Work that waits for a transaction. */
interface Waiting {
  readonly run: () => Promise<unknown>;
  readonly patience: number;
  readonly fulfil: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Runs work in transactions on one connection. Work that waits at the same moment shares a transaction, since it is the
 * commit that takes time: each piece that is not the first in a savepoint of its own, so that one that fails takes no
 * other with it. Nobody is answered before the commit. A piece sees what those before it did, so if the commit fails, all have failed.
 */
export class GroupCommit {
  readonly #db: Database.Database;
  readonly #onCommit: () => void;
  readonly #statements: ReturnType<typeof prepare>;
  #waiting: Waiting[] = [];
  #running: Promise<void> | undefined;

  /** `onCommit` is called after each commit, before anybody is answered. */
  constructor(writing: Database.Database, onCommit: () => void) {
    this.#db = writing;
    this.#onCommit = onCommit;
    this.#statements = prepare(writing);
  }

  /** Runs work in a transaction; fulfilled with what it returns once that is durable. */
  run<T>(work: () => Promise<T>): Promise<T> {
    return new Promise((fulfil, reject) => {
      const patience = performance.now() + busyTimeoutMs;
      this.#waiting.push({ run: work, patience, fulfil: fulfil as Waiting['fulfil'], reject });
      this.#running ??= this.#runAll();
    });
  }

  /** Fulfilled once nothing waits any more. */
  async idle(): Promise<void> {
    while (this.#running !== undefined) await this.#running;
  }

  async #runAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      // Let in what came at the same moment.
      await nextTurn();
      if (this.#begin()) await this.#runTogether();
      else await pause(retryMs);
    }
    this.#running = undefined;
  }

  /**
   * Begins a transaction that writes, unless another process has one: SQLite would wait inside the statement, and every
   * other request of this process with it. Immediate: a deferred transaction that reads first meets SQLITE_BUSY when it
   * comes to write, however long it waits.
   */
  #begin(): boolean {
    try {
      this.#statements.begin.run();
      return true;
    } catch (error) {
      const now = performance.now();
      const hasPatience = (it: Waiting) => isBusy(error) && now < it.patience;
      const refused = this.#waiting.filter((it) => !hasPatience(it));
      this.#waiting = this.#waiting.filter(hasPatience);
      for (const { reject } of refused) reject(error);
      return false;
    }
  }

  async #runTogether(): Promise<void> {
    const ended: (() => void)[] = [];
    const all: Waiting[] = [];
    const startedMs = performance.now();
    try {
      do {
        // Those whose requests have come meanwhile need not wait for the next commit.
        if (this.#waiting.length === 0) await nextTurn();
        const waiting = this.#waiting.shift();
        if (waiting === undefined) break;
        all.push(waiting);
        ended.push(await (all.length === 1 ? runFirst(waiting) : this.#runAfterOthers(waiting)));
      } while (performance.now() - startedMs < maxMs);
      this.#statements.commit.run();
    } catch (error) {
      // Some failures, such as a full disk, end the transaction by themselves.
      if (this.#db.inTransaction) this.#statements.rollback.run();
      for (const { reject } of all) reject(error);
      return;
    }
    this.#onCommit();
    for (const end of ended) end();
  }

  /** Runs one piece of work, and returns what tells of it; throws if the transaction ended with it. */
  async #runAfterOthers({ run, fulfil, reject }: Waiting): Promise<() => void> {
    const { savepoint, release, undo } = this.#statements;
    savepoint.run();
    try {
      const value = await run();
      release.run();
      return () => fulfil(value);
    } catch (error) {
      if (!this.#db.inTransaction) throw error;
      undo.run();
      release.run();
      return () => reject(error);
    }
  }
}

/**
 * Runs the first piece of work, and returns what tells of it. It has no savepoint, for which SQLite would keep what every
 * page held that it changes, in memory: those of an import are many. If it throws, the transaction ends, with nothing in it
 * but this.
 */
async function runFirst({ run, fulfil }: Waiting): Promise<() => void> {
  const value = await run();
  return () => fulfil(value);
}

function prepare(db: Database.Database) {
  return {
    begin: db.prepare<[]>('BEGIN IMMEDIATE'),
    savepoint: db.prepare<[]>('SAVEPOINT work'),
    release: db.prepare<[]>('RELEASE work'),
    undo: db.prepare<[]>('ROLLBACK TO work'),
    commit: db.prepare<[]>('COMMIT'),
    rollback: db.prepare<[]>('ROLLBACK'),
  };
}
