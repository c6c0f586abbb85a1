import { createHash, createSecretKey, type KeyObject } from 'node:crypto';
import { ok, refuse, type Result } from '../domain/result.ts';

/** A key that encrypts secrets. */
export interface EncryptionKey {
  /** Identifies the key. Derived from the key, so the same everywhere, but reveals nothing about it. */
  readonly id: string;
  /** A `KeyObject`, because unlike a buffer it does not show the key when a configuration is printed or logged. */
  readonly key: KeyObject;
}

/** The length of a key in bytes: A256GCM needs 256 bits. */
export const keyBytes = 32;

/** Makes a key from its bytes. Throws if there are not `keyBytes` of them. */
export function encryptionKey(bytes: Uint8Array): EncryptionKey {
  if (bytes.length !== keyBytes) throw new Error(`an encryption key must have ${keyBytes} bytes`);
  const id = createHash('sha256').update('connexions encryption key\0').update(bytes).digest('hex');
  return { id: id.slice(0, 16), key: createSecretKey(bytes) };
}

const base64 = /^(?:[A-Za-z0-9+/]*|[\w-]*)={0,2}$/;

/** Parses a key in base64 or base64url. The refusal says what is wrong with the text, without quoting it. */
export function parseEncryptionKey(text: string): Result<EncryptionKey, string> {
  if (text === '') return refuse('is empty');
  if (!base64.test(text)) return refuse('is not base64');
  const bytes = Buffer.from(text, 'base64');
  return bytes.length === keyBytes
    ? ok(encryptionKey(bytes))
    : refuse(`has ${bytes.length} bytes instead of ${keyBytes}`);
}
