import { existsSync, realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import { ConfigError, type Config } from '../../config/config.ts';
import { keyFileOf, readOrMakeKeyFile } from '../../vault/key-file.ts';
import { createVault, type Vault } from '../../vault/vault.ts';

/** A vault, and the source of its keys. */
export interface OpenedVault {
  readonly vault: Vault;
  /** The file that holds its only key; `undefined` if the keys come from the environment. */
  readonly keyFile: { readonly path: string; readonly isNew: boolean } | undefined;
}

type KeysConfig = Pick<Config, 'encryptionKeys' | 'database' | 'production'>;

/**
 * Opens the vault with the configured keys or, outside production, with a key file beside the database, which must
 * exist. Throws `ConfigError`.
 */
export function openVault(config: KeysConfig): OpenedVault {
  requireEncryptionKeys(config);
  const { encryptionKeys, database } = config;
  if (encryptionKeys.length > 0) return { vault: createVault(encryptionKeys), keyFile: undefined };
  // Beside the real file, as SQLite's own files, so that opening the database through a link finds the same key.
  const path = keyFileOf(realpathSync(database.file));
  const result = readOrMakeKeyFile(path);
  if (!result.ok) throw new ConfigError(result.error);
  const { key, isNew } = result.value;
  return { vault: createVault([key]), keyFile: { path, isNew } };
}

/** Throws `ConfigError` if the environment must have keys but has none. */
export function requireEncryptionKeys({ encryptionKeys, database, production }: KeysConfig): void {
  if (!production || encryptionKeys.length > 0) return;
  const keyFile = keyFileOf(
    existsSync(database.file) ? realpathSync(database.file) : resolve(database.file),
  );
  throw new ConfigError(
    [
      'ENCRYPTION_KEYS must be set in production: it contains the key that encrypts credentials. Create one:',
      '',
      '  openssl rand -base64 32',
      '',
      'Keep the key as safe as the database, but in another place. Without it, credentials cannot be decrypted.',
      ...(existsSync(keyFile)
        ? [`The key that this database used until now is in ${keyFile}.`]
        : []),
    ].join('\n'),
  );
}
