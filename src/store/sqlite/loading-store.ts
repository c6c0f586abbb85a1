import type Database from 'better-sqlite3';
import { StoreUnavailableError, type StoreTransactor } from '../store.ts';
import { asUnavailable } from './errors.ts';
import { makePostponedIndexes } from './postponed-indexes.ts';
import type { SharedSnapshot } from './shared-snapshot.ts';
import { SqliteStore } from './store.ts';
import { SqliteTransactor } from './transactor.ts';

/**
 * A store that nobody else has open, to load much that is new: over one connection, and with indexes postponed, which it
 * makes when it closes, or as soon as it is asked for what is there. Work that asks for that is begun once more.
 */
export class LoadingStore extends SqliteStore {
  readonly #db: Database.Database;
  readonly #loading: LoadingTransactor;

  constructor(db: Database.Database, snapshot: SharedSnapshot) {
    const loading = new LoadingTransactor(db);
    super(db, db, snapshot, loading);
    this.#db = db;
    this.#loading = loading;
  }

  override async transact<T>(work: (tx: StoreTransactor) => Promise<T>): Promise<T> {
    try {
      return await super.transact(work);
    } catch (error) {
      if (!(error instanceof IndexesNeeded)) throw error;
      makePostponedIndexes(this.#db);
      this.#loading.hasIndexes = true;
      return super.transact(work);
    }
  }

  override async close(): Promise<void> {
    await this.idle();
    try {
      makePostponedIndexes(this.#db);
    } catch (error) {
      const { message } = asUnavailable(this.#db.name, error) as Error;
      throw new StoreUnavailableError(
        `${message}; what was reported as imported is in, and the next start makes the indexes`,
        { cause: error },
      );
    } finally {
      await super.close();
    }
  }
}

class LoadingTransactor extends SqliteTransactor {
  hasIndexes = false;

  override async idUses(ids: readonly string[]) {
    const uses = await super.idUses(ids);
    // Who finds a record goes on to read its history and to change it: without indexes each would be a search of all.
    const isRecord = [...uses.values()].some(({ kind }) => kind !== 'integration');
    if (isRecord && !this.hasIndexes) throw new IndexesNeeded();
    return uses;
  }
}

/** Undoes a transaction that the indexes are to be made before. */
class IndexesNeeded extends Error {
  override readonly name = 'IndexesNeeded';
}
