import type { Result } from '../../../domain/result.ts';
import { documentIdOf } from '../execution/document-id.ts';

/**
 * Parses a file of persisted documents in the format of GraphQL Code Generator's client preset and Relay's compiler: a
 * JSON object that maps ids to texts. On failure, returns one line for each error.
 */
export function parseDocumentFile(json: string): Result<ReadonlyMap<string, string>, string[]> {
  let content: unknown;
  try {
    content = JSON.parse(json);
  } catch {
    return { ok: false, error: ['must be JSON'] };
  }
  if (typeof content !== 'object' || content === null || Array.isArray(content)) {
    return { ok: false, error: ['must be a JSON object that maps ids to documents'] };
  }
  const texts = new Map<string, string>();
  const faults: string[] = [];
  for (const [id, text] of Object.entries(content)) {
    const fault = faultOf(id, text);
    if (fault === undefined) texts.set(id, text as string);
    else faults.push(`${quoted(id)} ${fault}`);
  }
  return faults.length > 0 ? { ok: false, error: faults } : { ok: true, value: texts };
}

function faultOf(id: string, text: unknown): string | undefined {
  if (typeof text !== 'string') return 'must have the text of a document as its value';
  if (id === '') return 'is not a valid id: an id must not be empty';
  if (id.startsWith('sha256:') && id !== documentIdOf(text)) {
    return 'must be sha256: followed by the SHA-256 of its document in lowercase hexadecimal';
  }
  return undefined;
}

/** Formats an id for messages: in quotes, cut at 100 characters. */
export function quoted(id: string): string {
  return JSON.stringify(id.length > 100 ? `${id.slice(0, 100)}…` : id);
}

/** Formats documents as a file. Equal documents give equal bytes, and those of one operation are adjacent. */
export function printDocumentFile(texts: ReadonlyMap<string, string>): string {
  const entries = [...texts].toSorted(([idA, a], [idB, b]) => compare(a, b) || compare(idA, idB));
  // Not an object: it would sort numeric keys first and lose `__proto__`.
  const lines = entries.map(([id, text]) => `  ${JSON.stringify(id)}: ${JSON.stringify(text)}`);
  return lines.length === 0 ? '{}\n' : `{\n${lines.join(',\n')}\n}\n`;
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
