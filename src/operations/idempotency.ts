import { createHash } from 'node:crypto';
import type { Instant } from '../domain/instant.ts';
import type { Session, StoreTransactor } from '../store/store.ts';

const keptMs = 24 * 60 * 60 * 1000;

/** The rule for an `Idempotency-Key`, for error messages. */
export const idempotencyKeyRule = 'must be 1 to 255 visible ASCII characters';

/** Reports whether a text is a valid `Idempotency-Key`. */
export function isIdempotencyKey(text: string): boolean {
  return /^[\x21-\x7e]{1,255}$/.test(text);
}

/** The caller used the key for a different request before. */
export class ReusedKeyError extends Error {
  override readonly name = 'ReusedKeyError';

  constructor() {
    super('This Idempotency-Key was already used with a different request');
  }
}

/** The request is nested too deeply to hash: unlike JSON.parse, JSON.stringify is limited by the stack. */
export class NestedTooDeeplyError extends Error {
  override readonly name = 'NestedTooDeeplyError';

  constructor() {
    super('The variables are nested too deeply');
  }
}

/** A request that its caller may retry. */
export interface RepeatableRequest {
  readonly actor: string;
  readonly key: string;
  /** Everything that identifies the request, as a JSON value. */
  readonly request: unknown;
  /** When the request arrived. */
  readonly at: Instant;
}

/**
 * Returns the stored response if the actor sent the same request with this key within 24 hours. Otherwise runs `work`
 * and stores its response, a JSON value, in the same transaction. If `work` throws, nothing is changed or stored, and
 * the request can be retried. Throws `ReusedKeyError` if the key came with a different request.
 */
export async function answerOnce<Answer>(
  session: Session,
  { actor, key, request, at }: RepeatableRequest,
  work: (tx: StoreTransactor) => Promise<Answer>,
): Promise<Answer> {
  const hash = hashOf(request);
  return session.transact(async (tx) => {
    await tx.idempotentAnswers.forget(at - keptMs);
    const earlier = await tx.idempotentAnswers.find(actor, key);
    if (earlier !== undefined) {
      if (!earlier.request.equals(hash)) throw new ReusedKeyError();
      return JSON.parse(earlier.answer) as Answer;
    }
    const answer = await work(tx);
    await tx.idempotentAnswers.keep({
      actor,
      key,
      request: hash,
      answer: JSON.stringify(answer),
      at,
    });
    return answer;
  });
}

function hashOf(request: unknown): Buffer {
  try {
    return createHash('sha256').update(JSON.stringify(request)).digest();
  } catch (error) {
    throw error instanceof RangeError ? new NestedTooDeeplyError() : error;
  }
}
