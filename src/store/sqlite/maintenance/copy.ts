import Database from 'better-sqlite3';
import { asUnavailable, isDamage } from '../files/errors.ts';
import { sortBeside } from '../files/files.ts';
import { openMoment } from '../files/read-snapshot.ts';
import { makePostponedIndexes } from '../bulk-load/postponed-indexes.ts';

const pagesPerStep = 1000;

/**
 * Copies a database that may be in use, as it is at the moment of the call. `signal` gives the copy up. Throws
 * `StoreUnavailableError`.
 */
export async function copyDatabase(from: string, to: string, signal?: AbortSignal): Promise<void> {
  sortBeside(to);
  // A transaction that holds the moment: without, each commit of another process starts the copy over, and under load
  // it never ends.
  const { db } = openMoment(from);
  try {
    await db.backup(to, {
      progress: () => {
        signal?.throwIfAborted();
        return pagesPerStep;
      },
    });
  } catch (error) {
    throw asUnavailable(isDamage(error) ? from : to, error);
  } finally {
    db.close();
  }
}

/**
 * Turns a copy into one file that needs no other beside it, that can be read where nothing can be written, and that has the
 * indexes that the original lacks where a load was cut off.
 */
export function makeSelfContained(file: string): void {
  const db = new Database(file, { fileMustExist: true });
  try {
    makePostponedIndexes(db);
    db.pragma('journal_mode = DELETE');
  } finally {
    db.close();
  }
}
