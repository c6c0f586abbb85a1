import { randomBytes } from 'node:crypto';
import { encryptionKey, type EncryptionKey } from '../../src/vault/key.ts';
import { createVault, type Vault } from '../../src/vault/vault.ts';

/** Makes a new encryption key in the form of the environment variable. */
export function newKeyText(): string {
  return randomBytes(32).toString('base64');
}

/** Reads an encryption key that a test made. */
export function keyOf(text: string): EncryptionKey {
  return encryptionKey(Buffer.from(text, 'base64'));
}

/** Makes a vault with the given keys, or with one new key. */
export function newVault(...keys: readonly string[]): Vault {
  return createVault((keys.length > 0 ? keys : [newKeyText()]).map(keyOf));
}
