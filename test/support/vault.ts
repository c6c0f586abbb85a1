import { randomBytes } from 'node:crypto';
import { encryptionKey, type EncryptionKey } from '../../src/vault/key.ts';
import { createVault, type Vault } from '../../src/vault/vault.ts';

/** A new encryption key, as the environment gives it. */
export function newKeyText(): string {
  return randomBytes(32).toString('base64');
}

/** Reads an encryption key that a test made. */
export function keyOf(text: string): EncryptionKey {
  return encryptionKey(Buffer.from(text, 'base64'));
}

/** A vault whose keys are those given, or one new key. */
export function newVault(...keys: readonly string[]): Vault {
  return createVault((keys.length > 0 ? keys : [newKeyText()]).map(keyOf));
}
