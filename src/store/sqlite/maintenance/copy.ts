import Database from 'better-sqlite3';
import { asUnavailable, isDamage } from '../files/errors.ts';
import { sortBeside } from '../files/files.ts';
import { createFile } from '../files/private-files.ts';
import { openMoment } from '../files/read-snapshot.ts';
import { makePostponedIndexes } from '../bulk-load/postponed-indexes.ts';

const pagesPerStep = 1000;

/**
 * Copies a database, which may be in use, as it is at the moment of the call, into a new file that only its owner can
 * use. `signal` cancels the copy. Throws `StoreUnavailableError`.
 */
export async function copyDatabase(from: string, to: string, signal?: AbortSignal): Promise<void> {
  sortBeside(to);
  // This transaction holds the snapshot. Without it, each commit of another process restarts the copy, which never ends
  // under load.
  const { db } = openMoment(from);
  try {
    createFile(to);
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
 * Turns a copy into one file without companion files, which can be read where nothing can be written. Creates the
 * indexes that an interrupted load left out.
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
