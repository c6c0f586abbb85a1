import { addCatalogue } from '../../catalogue/catalogue.ts';
import { openSqliteStore, type SqliteOptions } from '../../store/sqlite/open.ts';
import type { SqliteStore } from '../../store/sqlite/store.ts';

/**
 * Opens the store, migrates it and adds the catalogue's integrations. Reports slow steps on standard error. Throws
 * `StoreUnavailableError`.
 */
export async function openStore(options: SqliteOptions): Promise<SqliteStore> {
  const store = openSqliteStore({ notify, ...options });
  try {
    await addCatalogue(store);
    return store;
  } catch (error) {
    await store.close();
    throw error;
  }
}

function notify(message: string): void {
  process.stderr.write(`${message}\n`);
}
