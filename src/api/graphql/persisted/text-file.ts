import { readFileSync, statSync } from 'node:fs';
import { decodeUtf8 } from '../../../domain/utf8.ts';
import { ok, refuse, type Result } from '../../../domain/result.ts';

/** The largest file that is read, in bytes: 16 MiB. */
const maxBytes = 16 * 1024 * 1024;

/**
 * Returns the text of a file without a byte order mark, or the rule that the file breaks. Refuses a pipe or a device,
 * which may have no end. Throws a system error if the file cannot be read.
 */
export function readTextFile(file: string): Result<string, string> {
  const stat = statSync(file);
  // Reading a folder fails by itself.
  if (!stat.isFile() && !stat.isDirectory()) return refuse('must be a regular file');
  if (stat.size > maxBytes) return refuse('must be at most 16 MiB');
  const text = decodeUtf8(readFileSync(file));
  return text === undefined ? refuse('must be text in UTF-8') : ok(text);
}
