import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';
import type Database from 'better-sqlite3';
import { isBusy } from '../files/errors.ts';

/** How long work waits for the write lock, from when it is queued. */
const busyTimeoutMs = 1000;
const retryMs = 5;
/** How long a transaction takes in more work: other processes need the lock too. */
const maxMs = 50;

/** What is called around each commit. */
interface CommitHooks {
  /** Called right before a commit. If it throws, nothing is committed, and all work of the transaction fails with its error. */
  readonly beforeCommit: () => void;
  /** Called after each commit, before any promise settles. */
  readonly onCommit: () => void;
}

/** Work that waits for a transaction. */
interface Waiting {
  readonly run: () => Promise<unknown>;
  readonly patience: number;
  readonly fulfil: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Runs work in transactions on one connection. Work that waits at the same time shares a transaction, since the commit
 * takes most of the time. Each piece except the first has its own savepoint, so that a failure does not affect the
 * others. No promise settles before the commit. A piece sees the changes of those before it, so if the commit fails,
 * all fail.
 */
export class GroupCommit {
  readonly #db: Database.Database;
  readonly #hooks: CommitHooks;
  readonly #statements: ReturnType<typeof prepare>;
  #waiting: Waiting[] = [];
  #running: Promise<void> | undefined;

  constructor(writing: Database.Database, hooks: CommitHooks) {
    this.#db = writing;
    this.#hooks = hooks;
    this.#statements = prepare(writing);
  }

  /** Runs work in a transaction. Resolves with the result of the work once its changes are durable. */
  run<T>(work: () => Promise<T>): Promise<T> {
    return new Promise((fulfil, reject) => {
      const patience = performance.now() + busyTimeoutMs;
      this.#waiting.push({ run: work, patience, fulfil: fulfil as Waiting['fulfil'], reject });
      this.#running ??= this.#runAll();
    });
  }

  /** Resolves once no work is waiting or running. */
  async idle(): Promise<void> {
    while (this.#running !== undefined) await this.#running;
  }

  async #runAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      // Let work join that arrives at the same moment.
      await nextTurn();
      if (this.#begin()) await this.#runTogether();
      else await pause(retryMs);
    }
    this.#running = undefined;
  }

  /**
   * Begins a write transaction, unless another process has one: SQLite would wait inside the statement and block every
   * other request of this process. IMMEDIATE, because a deferred transaction that reads first gets SQLITE_BUSY when it
   * writes, however long it waits.
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
        // Let requests that arrived meanwhile join, so that they need not wait for the next commit.
        if (this.#waiting.length === 0) await nextTurn();
        const waiting = this.#waiting.shift();
        if (waiting === undefined) break;
        all.push(waiting);
        ended.push(await (all.length === 1 ? runFirst(waiting) : this.#runAfterOthers(waiting)));
      } while (performance.now() - startedMs < maxMs);
      this.#hooks.beforeCommit();
      this.#statements.commit.run();
    } catch (error) {
      // Some failures, such as a full disk, end the transaction by themselves.
      if (this.#db.inTransaction) this.#statements.rollback.run();
      for (const { reject } of all) reject(error);
      return;
    }
    this.#hooks.onCommit();
    for (const end of ended) end();
  }

  /** Runs one piece of work. Returns a function that settles its promise. Throws if the transaction ended with it. */
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
 * Runs the first piece of work. Returns a function that settles its promise. It has no savepoint: for one, SQLite would
 * keep the old content of every changed page in memory, and an import changes many. If it throws, the transaction ends
 * and holds nothing else.
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
