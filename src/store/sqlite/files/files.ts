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

// What SQLite does not do for the files that it writes: give them their names so that a power cut leaves the old one
// or the new one, whole.

/** The files that SQLite keeps beside a database, and applies to whatever file stands there under its name. */
export const companions = ['-wal', '-shm', '-journal'] as const;

/** Which file a path names, whatever path it is; `undefined` if there is none. */
export function identityOf(file: string): string | undefined {
  const stat = statSync(file, { bigint: true, throwIfNoEntry: false });
  return stat && `${stat.dev}:${stat.ino}`;
}

/**
 * Makes SQLite sort in the folder of a database: the usual folders for temporary files may be in memory, or small. Call it
 * before this process opens its first database. A value that the operator has set is kept.
 */
export function sortBeside(file: string): void {
  // oxlint-disable-next-line node/no-process-env -- SQLite reads this setting from the environment only
  process.env['SQLITE_TMPDIR'] ??= dirname(resolve(file));
}

/** Whether a file, or what SQLite keeps beside it, exists. */
export function existsInPart(file: string): boolean {
  return ['', ...companions].some((suffix) => existsSync(file + suffix));
}

/** Removes a database with what SQLite keeps beside it. */
export function removeDatabase(file: string): void {
  rmSync(file, { force: true });
  removeCompanions(file);
}

/** Removes what SQLite keeps beside a database, so that it is not applied to the next one of that name. */
export function removeCompanions(file: string): void {
  for (const suffix of companions) rmSync(file + suffix, { force: true });
}

/** Brings a file's content to the disk. No connection of this process may have it open: it would lose its locks. */
export function syncFile(file: string): void {
  sync(file, 'r+');
}

/** Brings the names in a file's folder to the disk. */
export function syncNames(file: string): void {
  // Windows has no such thing, and refuses to open a folder.
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

/** Gives a file another name, unless something has that name: then it throws EEXIST. */
export function renameNew(from: string, to: string): void {
  if (!tryLink(from, to)) {
    if (existsSync(to)) throw Object.assign(new Error(`EEXIST: ${to}`), { code: 'EEXIST' });
    renameSync(from, to);
    return;
  }
  rmSync(from);
}

/** Puts the file `from` in the place of `to`, which goes on under the name `kept`. */
export function replaceFile(from: string, to: string, kept: string): void {
  // With a link there is no moment at which a gateway that starts finds no database, and makes an empty one.
  if (!tryLink(to, kept)) renameSync(to, kept);
  renameSync(from, to);
}

/** Gives a file one more name; returns whether the file system can do that. */
function tryLink(file: string, name: string): boolean {
  try {
    linkSync(file, name);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw error;
    return false;
  }
}
