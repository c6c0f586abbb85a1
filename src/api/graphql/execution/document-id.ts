import { createHash } from 'node:crypto';

/** Returns the SHA-256 of a document's text in UTF-8, in lower-case hexadecimal. */
export function documentHash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Returns the id of the document with a hash: every persisted document can be requested by it. */
export function idOfHash(hash: string): string {
  return `sha256:${hash}`;
}

/** Returns the id that any document can be requested by: `sha256:` and the SHA-256 of its text in hexadecimal. */
export function documentIdOf(text: string): string {
  return idOfHash(documentHash(text));
}
