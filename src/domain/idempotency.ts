/** The limits of the responses that are stored for requests with an `Idempotency-Key`. */
export const idempotencyLimits = {
  /** How long a response is kept, in ms. */
  keptMs: 24 * 60 * 60 * 1000,
  /** The largest response that is stored, in bytes. Of a larger one, only the fact that there was one is. */
  answerBytes: 65_536,
} as const;
