import Database from 'better-sqlite3';
import { openStore } from '../../src/app/gateway/open-store.ts';
import type { SqliteStore } from '../../src/store/sqlite/store.ts';
import { whenOver } from './lifetime.ts';
import { placeNewDatabase } from './new-database.ts';

/** Opens a separate connection to a database file, with foreign keys enforced, that ends with the test. */
export function openDatabase(file: string, options: Database.Options = {}): Database.Database {
  const db = new Database(file, options);
  db.pragma('foreign_keys = ON');
  whenOver(() => {
    db.close();
  });
  return db;
}

/** Opens the store in a file until the test ends. Places a migrated database there if there is no file. */
export async function openTestStore(
  file: string,
  onStatement?: (sql: string) => void,
): Promise<SqliteStore> {
  await placeNewDatabase(file);
  const store = await openStore({ file, ...(onStatement && { onStatement }) });
  whenOver(() => store.close());
  return store;
}

/** Opens the store in a file that does not exist yet, which the store creates itself, until the test ends. */
export async function openNewStore(file: string): Promise<SqliteStore> {
  const store = await openStore({ file });
  whenOver(() => store.close());
  return store;
}

/** Opens the store in a file and closes it again. */
export async function openAndClose(file: string): Promise<void> {
  await placeNewDatabase(file);
  const store = await openStore({ file });
  await store.close();
}
