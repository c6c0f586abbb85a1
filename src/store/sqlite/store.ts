import type Database from 'better-sqlite3';
import type { Store, StoreTransactor } from '../store.ts';
import type { IntegrationId } from '../../domain/id.ts';
import { GroupCommit } from './group-commit.ts';
import { KnownIntegrations } from './known-integrations.ts';
import { SqliteReader } from './reader.ts';
import type { SharedSnapshot } from './shared-snapshot.ts';
import { SqliteTransactor } from './transactor.ts';

/**
 * The store in one SQLite file, over two connections to it: one reads and never sees what is not committed, the other
 * writes, one transaction at a time.
 */
export class SqliteStore extends SqliteReader implements Store {
  override readonly integrationsAtHand: KnownIntegrations;
  readonly #reading: Database.Database;
  readonly #writing: Database.Database;
  readonly #transactor: SqliteTransactor;
  readonly #commits: GroupCommit;
  readonly #snapshot: SharedSnapshot;

  constructor(
    reading: Database.Database,
    writing: Database.Database,
    snapshot: SharedSnapshot,
    transactor = new SqliteTransactor(writing),
  ) {
    super(reading);
    this.#reading = reading;
    this.#writing = writing;
    this.#transactor = transactor;
    this.#snapshot = snapshot;
    this.integrationsAtHand = new KnownIntegrations(snapshot);
    this.#commits = new GroupCommit(writing, () => snapshot.end());
  }

  override async integrationsByIds(ids: readonly IntegrationId[]) {
    // Of the moment that is read: by the next line somebody may have changed something.
    const { version } = this.#snapshot;
    const found = await super.integrationsByIds(ids);
    this.integrationsAtHand.add(found, version);
    return found;
  }

  beginTurn(): void {
    this.#snapshot.beginTurn();
  }

  async transact<T>(work: (tx: StoreTransactor) => Promise<T>): Promise<T> {
    return this.#commits.run(() => work(this.#transactor));
  }

  /** Fulfilled once no transaction runs, or waits to. */
  protected async idle(): Promise<void> {
    await this.#commits.idle();
  }

  async close(): Promise<void> {
    await this.idle();
    this.#snapshot.end();
    this.#reading.close();
    // The last connection to close moves the WAL into the database file; a reader could not.
    this.#writing.close();
  }
}
