import type { ApiKey } from '../domain/api-key.ts';
import type { ApiKeyId } from '../domain/id.ts';
import type { Instant } from '../domain/instant.ts';

/** An API key and the SHA-256 hash of its text. */
export interface StoredApiKey {
  readonly apiKey: ApiKey;
  readonly hash: Buffer;
}

/** Reads API keys. */
export interface ApiKeyReader {
  /** Returns all API keys, oldest first, including revoked and expired ones. */
  all(): Promise<ApiKey[]>;
  byPrefix(prefix: string): Promise<StoredApiKey | undefined>;
  /** Reports whether a key was ever created. */
  any(): Promise<boolean>;
}

/** Changes API keys. */
export interface ApiKeyWriter extends ApiKeyReader {
  create(key: StoredApiKey): Promise<void>;
  /** Returns the revoked key, or `undefined` if no key has this id or it was already revoked. */
  revoke(id: ApiKeyId, at: Instant): Promise<ApiKey | undefined>;
  setUsed(id: ApiKeyId, at: Instant): Promise<void>;
  /**
   * Sets times of last use that are later than `latest` to `latest`: a clock was ahead when they were
   * recorded. Changes at most `limit` rows. Returns false if more may be left.
   */
  correct(latest: Instant, limit: number): Promise<boolean>;
}
