import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { dirname, resolve } from 'node:path';

// What SQLite does not do for its files: rename them so that a power cut leaves the old or the new file, whole.

/** The suffixes of the files that SQLite keeps beside a database and applies to any database of that name. */
export const companions = ['-wal', '-shm', '-journal'] as const;

/** Identifies the file at a path, the same for all paths to it; `undefined` if there is none. */
export function identityOf(file: string): string | undefined {
  const stat = statSync(file, { bigint: true, throwIfNoEntry: false });
  return stat && `${stat.dev}:${stat.ino}`;
}

/**
 * Makes SQLite sort in the folder of a database: the usual folders for temporary files may be in memory, or small. Call
 * it before this process opens its first database. A value that the operator has set is kept.
 */
export function sortBeside(file: string): void {
  // oxlint-disable-next-line node/no-process-env -- SQLite reads this setting from the environment only
  process.env['SQLITE_TMPDIR'] ??= dirname(resolve(file));
}

/** Reports whether a database or one of its companion files exists. */
export function existsInPart(file: string): boolean {
  return ['', ...companions].some((suffix) => existsSync(file + suffix));
}

/** Removes a database and its companion files. */
export function removeDatabase(file: string): void {
  rmSync(file, { force: true });
  removeCompanions(file);
}

/** Removes the companion files of a database, so that SQLite does not apply them to the next one of that name. */
export function removeCompanions(file: string): void {
  for (const suffix of companions) rmSync(file + suffix, { force: true });
}

/** Flushes a file to disk. No connection of this process may have it open: it would lose its locks. */
export function syncFile(file: string): void {
  sync(file, 'r+');
}

/** Flushes the names in a file's folder to disk. */
export function syncNames(file: string): void {
  // Windows has no such operation and cannot open a folder.
  if (process.platform !== 'win32') sync(dirname(file), 'r');
}

function sync(path: string, flags: 'r' | 'r+'): void {
  const opened = openSync(path, flags);
  try {
    fsyncSync(opened);
  } finally {
    closeSync(opened);
  }
}

/** Renames a file. Throws EEXIST if the new name is taken. */
export function renameNew(from: string, to: string): void {
  if (!tryLink(from, to)) {
    if (existsSync(to)) throw Object.assign(new Error(`EEXIST: ${to}`), { code: 'EEXIST' });
    renameSync(from, to);
    return;
  }
  rmSync(from);
}

/** Puts the file `from` in the place of `to`, and keeps the old file as `kept`. */
export function replaceFile(from: string, to: string, kept: string): void {
  // A hard link leaves no moment at which a starting gateway finds no database and creates an empty one.
  if (!tryLink(to, kept)) renameSync(to, kept);
  renameSync(from, to);
}

/** Adds a hard link to a file. Returns whether the file system supports it. */
function tryLink(file: string, name: string): boolean {
  try {
    linkSync(file, name);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw error;
    return false;
  }
}
