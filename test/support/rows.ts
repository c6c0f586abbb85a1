import Database from 'better-sqlite3';
import { openStore } from '../../src/app/gateway/open-store.ts';
import type { Store } from '../../src/store/store.ts';

/** Reads or changes a database directly, without its gateways. */
export function inDatabase<T>(file: string, work: (db: Database.Database) => T): T {
  const db = new Database(file);
  try {
    return work(db);
  } finally {
    db.close();
  }
}

/** Opens a store over `file` for one piece of work, as a command of the product does. */
export async function inStore<T>(file: string, work: (store: Store) => Promise<T>): Promise<T> {
  const store = await openStore({ file });
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}
