import { existsSync, renameSync, statSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { resolve } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { ok, refuse, type Result } from '../../../domain/result.ts';
import { checkDatabase, type CheckReport } from './check.ts';
import { copyDatabase, makeSelfContained } from './copy.ts';
import { asUnavailable } from '../files/errors.ts';
import {
  companions,
  existsInPart,
  identityOf,
  removeCompanions,
  removeDatabase,
  renameNew,
  syncFile,
  syncNames,
} from '../files/files.ts';
import { behindLink } from '../files/private-files.ts';

/** Which database to back up, and where to. */
export interface BackupOptions {
  readonly database: string;
  readonly file: string;
  /** Whether to replace an existing file. */
  readonly force: boolean;
  /** Cancels the backup and leaves nothing of it. */
  readonly signal?: AbortSignal;
}

/** A backup that was written. */
export interface Backup {
  readonly bytes: number;
  /** The report of the check of the backup. A backup with damage or broken references is not kept. */
  readonly report: CheckReport;
}

/**
 * Backs up a database, which may be in use, as it is at one moment. The file gets its name only when it is complete,
 * checked and on disk, and only its owner can use it. Returns a message for the operator if it would overwrite
 * something. Throws `StoreUnavailableError`.
 */
export async function backUp(options: BackupOptions): Promise<Result<Backup, string>> {
  const database = behindLink(resolve(options.database));
  // The file behind a link: the link stays, and the backup is on the disk that it leads to.
  const file = behindLink(resolve(options.file));
  if (!existsSync(database)) return refuse(`there is no database at ${database}`);
  if (isPartOf(database, file)) {
    return refuse(`${file} is part of the database itself: choose another file for the backup`);
  }
  if (!options.force && existsInPart(file)) return refuse(exists(file));

  const partial = `${file}.${randomUUID()}.partial`;
  try {
    return await writeAs(partial, { ...options, database, file });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return refuse(exists(file));
    throw asUnavailable(file, error);
  } finally {
    removeDatabase(partial);
  }
}

async function writeAs(
  partial: string,
  { database, file, force, signal }: BackupOptions,
): Promise<Result<Backup, string>> {
  await copyDatabase(database, partial, signal);
  makeSelfContained(partial);
  const report = checkDatabase(partial);
  if (report.isDamaged) {
    return refuse(
      `${database} is damaged, so no backup was written: run npm run check for details`,
    );
  }
  // The check is synchronous: a signal is only noticed after it.
  await nextTurn();
  signal?.throwIfAborted();
  syncFile(partial);
  const bytes = statSync(partial).size;
  if (force) {
    removeCompanions(file);
    renameSync(partial, file);
  } else renameNew(partial, file);
  syncNames(file);
  return ok({ bytes, report });
}

/** Whether a path names a database or what SQLite keeps next to it, also by another path. */
function isPartOf(database: string, file: string): boolean {
  const identity = identityOf(file);
  return ['', ...companions]
    .map((suffix) => database + suffix)
    .some((part) => part === file || (identity !== undefined && identityOf(part) === identity));
}

function exists(file: string): string {
  return `${file} already exists: choose another name, or replace it with --force`;
}
