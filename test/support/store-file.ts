import Database from 'better-sqlite3';
import { onTestFinished } from 'vitest';
import { openStore } from '../../src/open-store.ts';
import type { Store } from '../../src/store/store.ts';

/** A connection of the test's own to a database file, which enforces foreign keys and ends with the test. */
export function openDatabase(file: string, options: Database.Options = {}): Database.Database {
  const db = new Database(file, options);
  db.pragma('foreign_keys = ON');
  onTestFinished(() => {
    db.close();
  });
  return db;
}

/** Opens the store in a file, until the test ends. */
export async function openTestStore(
  file: string,
  onStatement?: (sql: string) => void,
): Promise<Store> {
  const store = await openStore({ file, ...(onStatement && { onStatement }) });
  onTestFinished(() => store.close());
  return store;
}

/** Opens the store in a file and closes it again. */
export async function openAndClose(file: string): Promise<void> {
  const store = await openStore({ file });
  await store.close();
}
