import { createHash, createSecretKey, type KeyObject } from 'node:crypto';
import { ok, refuse, type Result } from '../domain/result.ts';

/** A key that encrypts what is kept secret. */
export interface EncryptionKey {
  /** Names the key, everywhere in the same way, and tells nothing of it. */
  readonly id: string;
  /** Unlike a buffer, it shows nothing of itself where a configuration is printed or logged. */
  readonly key: KeyObject;
}

/** How many bytes a key has: A256GCM needs 256 bits. */
export const keyBytes = 32;

/** Makes a key of its bytes. */
export function encryptionKey(bytes: Uint8Array): EncryptionKey {
  if (bytes.length !== keyBytes) throw new Error(`an encryption key has ${keyBytes} bytes`);
  const id = createHash('sha256').update('connexions encryption key\0').update(bytes).digest('hex');
  return { id: id.slice(0, 16), key: createSecretKey(bytes) };
}

const base64 = /^(?:[A-Za-z0-9+/]*|[\w-]*)={0,2}$/;

/** Reads a key in base64 or base64url; the refusal says what is wrong with the text, and nothing of what it is. */
export function parseEncryptionKey(text: string): Result<EncryptionKey, string> {
  if (text === '') return refuse('is empty');
  if (!base64.test(text)) return refuse('is not base64');
  const bytes = Buffer.from(text, 'base64');
  return bytes.length === keyBytes
    ? ok(encryptionKey(bytes))
    : refuse(`has ${bytes.length} bytes instead of ${keyBytes}`);
}
