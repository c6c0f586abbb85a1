import { existsSync } from 'node:fs';
import Database from 'better-sqlite3';

/** Copies a database that may be in use, as it is at one moment; of a file that does not exist, nothing. */
export async function copyDatabase(from: string, to: string): Promise<void> {
  if (!existsSync(from)) return;
  const db = new Database(from, { readonly: true, fileMustExist: true });
  try {
    await db.backup(to);
  } finally {
    db.close();
  }
}
