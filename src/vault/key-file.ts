import { randomBytes, randomUUID } from 'node:crypto';
import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { ok, refuse, type Result } from '../domain/result.ts';
import { decodeUtf8 } from '../domain/utf8.ts';
import { keyBytes, parseEncryptionKey, type EncryptionKey } from './key.ts';

/** A key that is stored in a file. */
export interface KeyInFile {
  readonly key: EncryptionKey;
  /** Whether this call created the file. */
  readonly isNew: boolean;
}

/** Returns the path of the file that holds the key of a database. */
export function keyFileOf(database: string): string {
  return `${database}.key`;
}

/**
 * Reads the key from a file. If there is no file, creates one with a new key. Processes that do so at the same time
 * get the same key. Rejects a file that holds no valid key or that others can read, with a message for the operator.
 */
export function readOrMakeKeyFile(file: string): Result<KeyInFile, string> {
  const found = readKeyFile(file);
  if (found) return found.ok ? ok({ key: found.value, isNew: false }) : found;
  const isNew = makeKeyFile(file);
  const made = readKeyFile(file) ?? refuse(`${file} is a link to a file that does not exist`);
  return made.ok ? ok({ key: made.value, isNew }) : made;
}

function readKeyFile(file: string): Result<EncryptionKey, string> | undefined {
  const opened = openIfExists(file);
  if (opened === undefined) return undefined;
  try {
    const stat = fstatSync(opened);
    if (!stat.isFile())
      return refuse(`${file} must contain the encryption key, but is not a regular file`);
    // Fail, as ssh does: a warning would be overlooked, and the fix is one command. On Windows the mode means nothing.
    if (process.platform !== 'win32' && (stat.mode & 0o077) !== 0) return refuse(exposed(file));
    const key = stat.size > 1000 ? undefined : parseEncryptionKey(readText(opened));
    return key?.ok ? key : refuse(garbled(file, key ? key.error : 'is too long'));
  } finally {
    closeSync(opened);
  }
}

function readText(opened: number): string {
  const bytes = readFileSync(opened);
  return (decodeUtf8(bytes) ?? bytes.toString('latin1')).trim();
}

function openIfExists(file: string): number | undefined {
  try {
    // A pipe would be waited for.
    return openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/**
 * Creates a file with a new key. Returns false if another process was first. The file gets its name only when it is
 * complete and on disk: nothing may be encrypted with a key that a power failure could destroy.
 */
function makeKeyFile(file: string): boolean {
  const text = `${randomBytes(keyBytes).toString('base64')}\n`;
  const partial = `${file}.${randomUUID()}.partial`;
  try {
    writeNew(partial, text);
    linkOrWriteNew(partial, file, text);
    syncNames(file);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(partial, { force: true });
  }
}

function linkOrWriteNew(partial: string, file: string, text: string): void {
  try {
    linkSync(partial, file);
  } catch (error) {
    if (codeOf(error) === 'EEXIST') throw error;
    // A file system without hard links, such as exFAT. Another process may read the file while it is empty, and fails.
    writeNew(file, text);
  }
}

/** Creates a file that only its owner can read. Throws EEXIST if the file exists. */
function writeNew(file: string, text: string): void {
  const opened = openSync(file, 'wx', 0o600);
  try {
    writeFileSync(opened, text);
    fsyncSync(opened);
  } finally {
    closeSync(opened);
  }
}

/** Flushes the directory entries of a file's folder to disk. */
function syncNames(file: string): void {
  // Windows has no such operation: opening a folder fails.
  if (process.platform === 'win32') return;
  const opened = openSync(dirname(file), 'r');
  try {
    fsyncSync(opened);
  } finally {
    closeSync(opened);
  }
}

function exposed(file: string): string {
  return [
    `${file} contains the encryption key, and users other than its owner have access to it. If nobody else has read it:`,
    '',
    `  chmod 600 '${file}'`,
    '',
    'Otherwise, or if the file system has no permissions, set ENCRYPTION_KEYS: see docs/encryption.md.',
  ].join('\n');
}

function garbled(file: string, fault: string): string {
  return [
    `${file} must contain the encryption key, ${keyBytes} bytes in base64, but its content ${fault}.`,
    'Restore the original file. If it is lost, remove this file: the next start creates a new key. Credentials that were',
    'encrypted with the old key then stay unreadable, and you must link their connections again.',
  ].join('\n');
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}
