import { randomUUID } from 'node:crypto';
import { chmodSync, chownSync, existsSync, renameSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { ok, refuse, type Result } from '../../../domain/result.ts';
import { checkDatabase, type CheckReport } from './check.ts';
import { copyDatabase, makeSelfContained } from './copy.ts';
import { asUnavailable, isDamage } from '../files/errors.ts';
import {
  companions,
  existsInPart,
  identityOf,
  removeDatabase,
  renameNew,
  replaceFile,
  syncFile,
  syncNames,
} from '../files/files.ts';
import { behindLink, createFolder } from '../files/private-files.ts';
import { holdAlone, type Hold } from '../files/exclusive-lock.ts';

/** Which backup to restore, and where to. */
export interface RestoreOptions {
  readonly file: string;
  readonly database: string;
}

/** The result of a restore. */
export interface Restored {
  /** The path of the replaced database; `undefined` if there was none. */
  readonly replaced: string | undefined;
  readonly report: CheckReport;
}

/** Why nothing was restored, with the report of the check if the backup was checked. */
export interface RestoreRefusal {
  readonly reason: string;
  readonly report?: CheckReport;
}

/**
 * Puts a backup in the place of a database that no process has open, and keeps the old database beside it. The copy
 * that is checked is the one that gets the database's name. Rejects a backup with any finding. Throws
 * `StoreUnavailableError`.
 */
export async function restore(options: RestoreOptions): Promise<Result<Restored, RestoreRefusal>> {
  // The file behind a link: SQLite's own files are next to that one, and so is the key. The link stays.
  const database = behindLink(resolve(options.database));
  const file = resolve(options.file);
  const source = identityOf(file);
  if (source === undefined) return refuse({ reason: `there is no backup at ${file}` });
  if (source === identityOf(database)) return refuse({ reason: `${file} is the database itself` });

  const incoming = `${database}.${randomUUID()}.partial`;
  let hold: Hold | undefined;
  try {
    createFolder(dirname(database));
    hold = existsSync(database) ? holdAlone(database) : undefined;
    await copyDatabase(file, incoming);
    const report = checkCopy(incoming, file);
    if (report.findings.length > 0) {
      return refuse({ reason: `${file} failed the check: nothing was restored`, report });
    }
    hold?.settle();
    return ok({ replaced: putInPlace(incoming, database), report });
  } catch (error) {
    throw asUnavailable(database, error);
  } finally {
    hold?.release();
    removeDatabase(incoming);
  }
}

function checkCopy(incoming: string, file: string): CheckReport {
  try {
    makeSelfContained(incoming);
    return checkDatabase(incoming);
  } catch (error) {
    throw isDamage(error) ? asUnavailable(file, (error as Error).cause ?? error) : error;
  }
}

/** Gives the restored file the database's name. Returns the path of the replaced database. */
function putInPlace(incoming: string, database: string): string | undefined {
  const replaced = `${database}.replaced-${new Date().toISOString().replaceAll(':', '-')}`;
  if (!existsSync(database)) {
    const leftovers = existsInPart(database);
    // SQLite would apply the leftovers of a missing database to the restored one.
    for (const suffix of companions) {
      if (existsSync(database + suffix)) renameSync(database + suffix, replaced + suffix);
    }
    syncFile(incoming);
    renameNew(incoming, database);
    syncNames(database);
    return leftovers ? replaced : undefined;
  }
  takeOver(database, incoming);
  syncFile(incoming);
  replaceFile(incoming, database, replaced);
  syncNames(database);
  return replaced;
}

/** Gives the file the mode and the owner of the database that it replaces. */
function takeOver(database: string, incoming: string): void {
  const { mode, uid, gid } = statSync(database);
  chmodSync(incoming, mode);
  // Only root can change an owner. Any other user who restores is the owner already, or in the same group.
  if (process.getuid?.() === 0) chownSync(incoming, uid, gid);
}
