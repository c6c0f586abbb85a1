import type { Instant } from '../domain/instant.ts';

/** The response to a request that its caller may repeat, under a key that the caller chose. */
export interface IdempotentAnswer {
  readonly actor: string;
  readonly key: string;
  /** The SHA-256 of the request. */
  readonly request: Buffer;
  /** The response as JSON of at most `idempotencyLimits.answerBytes`; `null` if it was larger. */
  readonly answer: string | null;
  readonly at: Instant;
}

/** Stores responses to requests that their callers may repeat. */
export interface IdempotentAnswers {
  /** Returns a stored response, even an expired one. */
  find(actor: string, key: string): Promise<IdempotentAnswer | undefined>;
  /** Returns about how many bytes of the database the stored responses of a caller take. */
  bytesOf(actor: string): Promise<number>;
  /** Stores a response. The actor must have none under this key. */
  keep(answer: IdempotentAnswer): Promise<void>;
  remove(actor: string, key: string): Promise<void>;
  /**
   * Sets times that are later than `latest` to `latest`: a clock was ahead when they were
   * recorded. Changes at most `limit` rows. Returns false if more may be left.
   */
  correct(latest: Instant, limit: number): Promise<boolean>;
  /** Removes responses from before a moment, at most `limit` of them; returns whether that was all. */
  forget(before: Instant, limit: number): Promise<boolean>;
}
