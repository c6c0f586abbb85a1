import type Database from 'better-sqlite3';
import type { IntegrationId } from '../../domain/id.ts';
import type { Integration } from '../../domain/integration.ts';
import type { Answer, Calls, SessionOptions } from '../calls.ts';
import type { Session, Store, StoreTransactor } from '../store.ts';
import { StoreUnavailableError } from '../unavailable.ts';
import { asUnavailable } from './files/errors.ts';
import { FilesInUse } from './files/files-in-use.ts';
import { GroupCommit } from './sharing/group-commit.ts';
import { KnownIntegrations } from './sharing/known-integrations.ts';
import { makePostponedIndexes } from './bulk-load/postponed-indexes.ts';
import { prepareReader, SqliteReader, SqliteSession, type ReaderStatements } from './reader.ts';
import { SharedSnapshot } from './sharing/shared-snapshot.ts';
import { ListThreads, type ListThreadsOptions } from './threads/list-threads.ts';
import { Lists } from './threads/lists.ts';
import { SqliteTransactor } from './transactor.ts';

/** The parts of a SQLite store. */
export interface SqliteStoreParts {
  readonly file: string;
  readonly reading: Database.Database;
  /** The same connection as `reading` during a load, while nobody else has the database open. */
  readonly writing: Database.Database;
  /** Whether indexes were postponed. They are created when they are needed or when the store closes. */
  readonly isLoading: boolean;
  /** How lists without a bound are read on threads; `undefined` if they are read on this one. */
  readonly readers: ListThreadsOptions | undefined;
}

/**
 * The store in one SQLite file, over two connections: one reads and never sees uncommitted changes, the other writes,
 * one transaction at a time.
 */
export class SqliteStore extends SqliteReader implements Store {
  readonly #parts: SqliteStoreParts;
  readonly #statements: ReaderStatements;
  readonly #calls: Calls;
  readonly #snapshot: SharedSnapshot;
  readonly #known: KnownIntegrations;
  readonly #transactor: SqliteTransactor;
  readonly #commits: GroupCommit;
  readonly #threads: ListThreads | undefined;
  readonly #files: FilesInUse;

  constructor(parts: SqliteStoreParts) {
    const { file, reading, writing, readers } = parts;
    const snapshot = new SharedSnapshot(reading);
    const calls = new SnapshotCalls(file, snapshot);
    const known = new KnownIntegrations(snapshot);
    const here = new Lists(reading);
    const files = new FilesInUse(file);
    const threads = readers && new ListThreads(here, readers, files);
    const statements = prepareReader(reading, threads ?? here, known);
    super(statements, calls);
    this.#parts = parts;
    this.#statements = statements;
    this.#calls = calls;
    this.#snapshot = snapshot;
    this.#known = known;
    this.#threads = threads;
    this.#transactor = new SqliteTransactor(writing);
    this.#files = files;
    this.#commits = new GroupCommit(writing, {
      beforeCommit: () => files.check(),
      onCommit: () => snapshot.end(),
    });
  }

  session(options: SessionOptions): Session {
    return new SqliteSession(this.#statements, this.#calls, this, options, true);
  }

  async transact<T>(work: (tx: StoreTransactor) => Promise<T>): Promise<T> {
    try {
      return await this.#commits.run(() => work(this.#transactor));
    } catch (error) {
      throw asUnavailable(this.#parts.file, error);
    }
  }

  /**
   * Call it when a request arrives, right before its work is deferred with `setImmediate`. Reads in that phase of the
   * event loop, in which no request arrives, may share one snapshot, no older than this process's last transaction.
   * This saves checking for changes by other processes at each read.
   */
  beginTurn(): void {
    this.#snapshot.beginTurn();
  }

  /** Returns an integration that was read before, or `undefined` if anything may have changed since. */
  integrationAtHand(id: IntegrationId): Integration | undefined {
    return this.#known.get(id);
  }

  /** Creates the indexes that were postponed for a load, if any. */
  async ensureIndexes(): Promise<void> {
    const { file, writing } = this.#parts;
    await this.#commits.idle();
    try {
      makePostponedIndexes(writing);
    } catch (error) {
      throw asUnavailable(file, error);
    }
  }

  async ready(): Promise<void> {
    await this.apiKeys.any();
    try {
      this.#files.check();
    } catch (error) {
      throw asUnavailable(this.#parts.file, error);
    }
  }

  async close(): Promise<void> {
    const { file, reading, writing, isLoading } = this.#parts;
    try {
      await this.#commits.idle();
      await this.#threads?.close();
      this.#snapshot.end();
      if (isLoading) this.#makeIndexes();
      // After a first close the files are gone in order.
      if (writing.open) this.#files.check();
    } catch (error) {
      throw asUnavailable(file, error);
    } finally {
      reading.close();
      // The last connection to close moves the WAL into the database file, which the reader cannot do.
      writing.close();
    }
  }

  #makeIndexes(): void {
    const { file, writing } = this.#parts;
    try {
      makePostponedIndexes(writing);
    } catch (cause) {
      const told = asUnavailable(file, cause);
      if (!(told instanceof StoreUnavailableError)) throw cause;
      throw new StoreUnavailableError(
        `${told.message}; everything reported as imported is committed, and the next start builds the indexes`,
        { cause },
      );
    }
  }
}

/**
 * Runs reads. Reads of one turn share a snapshot if there is one. Failures become errors that tell the operator what to
 * do.
 */
class SnapshotCalls implements Calls {
  readonly #file: string;
  readonly #snapshot: SharedSnapshot;

  constructor(file: string, snapshot: SharedSnapshot) {
    this.#file = file;
    this.#snapshot = snapshot;
  }

  async run<T>(_: string, answer: Answer<T>): Promise<T> {
    try {
      this.#snapshot.join();
      return await answer(Infinity);
    } catch (error) {
      throw asUnavailable(this.#file, error);
    }
  }
}
