import { closeSync, lstatSync, mkdirSync, openSync, realpathSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { StoreUnavailableError } from '../../unavailable.ts';

/** Creates a folder, and those above it that are missing, for its owner only, whatever the umask is. */
export function createFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
}

/**
 * Creates an empty file for its owner only, whatever the umask is: SQLite's own are open to all users. SQLite gives the
 * files that it puts next to a database the mode of the database. Throws EEXIST if the file exists.
 */
export function createFile(file: string): void {
  closeSync(openSync(file, 'wx', 0o600));
}

/**
 * Returns the path of the file behind a symbolic link, or the path itself if it is none. Throws `StoreUnavailableError`
 * if the link leads to no file: its disk may not be mounted, and a new file there would hide the one that is missing.
 */
export function behindLink(path: string): string {
  if (!lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink()) return path;
  if (statSync(path, { throwIfNoEntry: false }) === undefined) {
    throw new StoreUnavailableError(`${path} is a symbolic link to a file that does not exist`);
  }
  return realpathSync(path);
}

/** Whether a file is open to users who are neither its owner nor of its group, by its mode and that of its folder. */
export function isOpenToAll(file: string): boolean {
  // Windows has no such modes.
  if (process.platform === 'win32') return false;
  const real = realpathSync(file);
  return (statSync(real).mode & 0o007) !== 0 && (statSync(dirname(real)).mode & 0o001) !== 0;
}
