import { randomBytes, randomUUID } from 'node:crypto';
import {
  closeSync,
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
import { keyBytes, parseEncryptionKey, type EncryptionKey } from './key.ts';

/** A key that is kept in a file. */
export interface KeyInFile {
  readonly key: EncryptionKey;
  /** Whether the file was made for it just now. */
  readonly isNew: boolean;
}

/** The path of the file that keeps a database's key. */
export function keyFileOf(database: string): string {
  return `${database}.key`;
}

/**
 * Reads the key in a file or, if there is no file, makes one with a new key. All processes that do so at once get the
 * same key. Refuses, with a message for the operator, a file that does not hold a key that only its owner can read.
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
    if (!stat.isFile()) return refuse(`${file} holds the encryption key, but is not a file`);
    // As ssh does with its keys: a warning would be overlooked, and two commands mend it. Windows makes the mode up.
    if (process.platform !== 'win32' && (stat.mode & 0o077) !== 0) return refuse(exposed(file));
    const key = stat.size > 1000 ? undefined : parseEncryptionKey(readText(opened));
    return key?.ok ? key : refuse(garbled(file, key ? key.error : 'is too long'));
  } finally {
    closeSync(opened);
  }
}

function readText(opened: number): string {
  return readFileSync(opened, 'latin1').trim();
}

function openIfExists(file: string): number | undefined {
  try {
    return openSync(file, 'r');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/**
 * Makes a file with a new key; returns whether it did, since another process may have been first. It has its name only
 * when it is whole and on the disk: nothing may be encrypted with a key that a power cut could take away.
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
    // A file system without links, such as exFAT. Another process may see the file empty, and asks for another try.
    writeNew(file, text);
  }
}

/** Writes a file that only its owner can read, unless there is one: then it throws EEXIST. */
function writeNew(file: string, text: string): void {
  const opened = openSync(file, 'wx', 0o600);
  try {
    writeFileSync(opened, text);
    fsyncSync(opened);
  } finally {
    closeSync(opened);
  }
}

/** Brings the names in a file's folder to the disk. */
function syncNames(file: string): void {
  // Windows has no such thing, and refuses to open a folder.
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
    `${file} holds the encryption key, and others than its owner may use it. If nobody else has seen it:`,
    '',
    `  chmod 600 '${file}'`,
    '',
    'Otherwise, or where files have no owner, set ENCRYPTION_KEYS: docs/encryption.md says how.',
  ].join('\n');
}

function garbled(file: string, fault: string): string {
  return [
    `${file} should hold the encryption key, ${keyBytes} bytes in base64, but what is in it ${fault}.`,
    'Put the file back as it was. If it is lost, remove it: the next start makes a new key, and what was encrypted with',
    'the old one stays unreadable, so that its connections must be linked again.',
  ].join('\n');
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}
