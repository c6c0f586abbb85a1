import type { Instant } from '../domain/instant.ts';

/** The response to a request that the caller may repeat, under a key that the caller chose. */
export interface IdempotentAnswer {
  readonly actor: string;
  readonly key: string;
  /** The SHA-256 hash of the request. */
  readonly request: Buffer;
  /** The response, as JSON. */
  readonly answer: string;
  readonly at: Instant;
}

/** Stores responses to requests that callers may repeat. */
export interface IdempotentAnswers {
  find(actor: string, key: string): Promise<IdempotentAnswer | undefined>;
  keep(answer: IdempotentAnswer): Promise<void>;
  forget(before: Instant): Promise<void>;
}
