import type { ApiKey } from '../domain/api-key.ts';
import type { ApiKeyId } from '../domain/id.ts';
import type { Instant } from '../domain/instant.ts';

/** An API key and the SHA-256 of its secret form. */
export interface StoredApiKey {
  readonly apiKey: ApiKey;
  readonly hash: Buffer;
}

/** Reads API keys. */
export interface ApiKeyReader {
  /** All, revoked and expired ones too, oldest first. */
  all(): Promise<ApiKey[]>;
  byPrefix(prefix: string): Promise<StoredApiKey | undefined>;
  /** Whether one was ever made. */
  any(): Promise<boolean>;
}

/** Changes API keys. */
export interface ApiKeyWriter extends ApiKeyReader {
  create(key: StoredApiKey): Promise<void>;
  /** Returns the key as it is afterwards, or `undefined` if there is no such key that is not revoked. */
  revoke(id: ApiKeyId, at: Instant): Promise<ApiKey | undefined>;
  setUsed(id: ApiKeyId, at: Instant): Promise<void>;
}
