import type { Instant } from '../domain/instant.ts';

/** The answer to a request that its caller may repeat, under a key of the caller's choice. */
export interface IdempotentAnswer {
  readonly actor: string;
  readonly key: string;
  /** The SHA-256 of the request. */
  readonly request: Buffer;
  /** The answer, as JSON. */
  readonly answer: string;
  readonly at: Instant;
}

/** Keeps answers to requests that their callers may repeat. */
export interface IdempotentAnswers {
  find(actor: string, key: string): Promise<IdempotentAnswer | undefined>;
  keep(answer: IdempotentAnswer): Promise<void>;
  forget(before: Instant): Promise<void>;
}
