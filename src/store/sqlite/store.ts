import type Database from 'better-sqlite3';
import type { IntegrationId } from '../../domain/id.ts';
import type { Integration } from '../../domain/integration.ts';
import type { Calls, SessionOptions } from '../calls.ts';
import type { Session, Store, StoreTransactor } from '../store.ts';
import { StoreUnavailableError } from '../unavailable.ts';
import { asUnavailable } from './files/errors.ts';
import { GroupCommit } from './sharing/group-commit.ts';
import { KnownIntegrations } from './sharing/known-integrations.ts';
import { makePostponedIndexes } from './bulk-load/postponed-indexes.ts';
import { prepareReader, SqliteReader, SqliteSession, type ReaderStatements } from './reader.ts';
import { SharedSnapshot } from './sharing/shared-snapshot.ts';
import { SqliteTransactor } from './transactor.ts';

/** What a SQLite store is made of. */
export interface SqliteStoreParts {
  readonly file: string;
  readonly reading: Database.Database;
  /** The connection that reads, too, where nobody else has the database open. */
  readonly writing: Database.Database;
  /** Whether indexes were postponed, to be made when they are needed or the store closes. */
  readonly isLoading: boolean;
}

/**
 * The store in one SQLite file, over two connections to it: one reads and never sees what is not committed, the other
 * writes, one transaction at a time.
 */
export class SqliteStore extends SqliteReader implements Store {
  readonly #parts: SqliteStoreParts;
  readonly #statements: ReaderStatements;
  readonly #calls: Calls;
  readonly #snapshot: SharedSnapshot;
  readonly #known: KnownIntegrations;
  readonly #transactor: SqliteTransactor;
  readonly #commits: GroupCommit;

  constructor(parts: SqliteStoreParts) {
    const { file, reading, writing } = parts;
    const snapshot = new SharedSnapshot(reading);
    const calls = new SnapshotCalls(file, snapshot);
    const known = new KnownIntegrations(snapshot);
    const statements = prepareReader(reading, known);
    super(statements, calls);
    this.#parts = parts;
    this.#statements = statements;
    this.#calls = calls;
    this.#snapshot = snapshot;
    this.#known = known;
    this.#transactor = new SqliteTransactor(writing);
    this.#commits = new GroupCommit(writing, () => snapshot.end());
  }

  session(options: SessionOptions): Session {
    return new SqliteSession(this.#statements, this.#calls, this, options);
  }

  async transact<T>(work: (tx: StoreTransactor) => Promise<T>): Promise<T> {
    try {
      return await this.#commits.run(() => work(this.#transactor));
    } catch (error) {
      throw asUnavailable(this.#parts.file, error);
    }
  }

  /**
   * Says that a request came in, whose work is put off, right after this call, by `setImmediate`: to a phase of the event
   * loop in which no request comes in. Within it reads may be of one moment, not before this process's last transaction,
   * which spares looking at each what others have changed meanwhile.
   */
  beginTurn(): void {
    this.#snapshot.beginTurn();
  }

  /** An integration that was read before, if nobody has changed anything since; `undefined` if it has to be read. */
  integrationAtHand(id: IntegrationId): Integration | undefined {
    return this.#known.get(id);
  }

  /** Makes the indexes that were postponed for a load, if any were. */
  async ensureIndexes(): Promise<void> {
    const { file, writing } = this.#parts;
    await this.#commits.idle();
    try {
      makePostponedIndexes(writing);
    } catch (error) {
      throw asUnavailable(file, error);
    }
  }

  async close(): Promise<void> {
    const { file, reading, writing, isLoading } = this.#parts;
    try {
      await this.#commits.idle();
      this.#snapshot.end();
      if (isLoading) makePostponedIndexes(writing);
    } catch (error) {
      const { message } = asUnavailable(file, error) as Error;
      throw new StoreUnavailableError(
        `${message}; what was reported as imported is in, and the next start makes the indexes`,
        { cause: error },
      );
    } finally {
      reading.close();
      // The last connection to close moves the WAL into the database file; a reader could not.
      writing.close();
    }
  }
}

/** Reads of the moment that those of the same turn see, if they share one; tells failures as an operator needs them. */
class SnapshotCalls implements Calls {
  readonly #file: string;
  readonly #snapshot: SharedSnapshot;

  constructor(file: string, snapshot: SharedSnapshot) {
    this.#file = file;
    this.#snapshot = snapshot;
  }

  async run<T>(_: string, answer: () => T | Promise<T>): Promise<T> {
    try {
      this.#snapshot.join();
      return await answer();
    } catch (error) {
      throw asUnavailable(this.#file, error);
    }
  }
}
