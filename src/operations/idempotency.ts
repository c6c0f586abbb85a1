import { createHash } from 'node:crypto';
import type { Instant } from '../domain/instant.ts';
import type { Session, StoreTransactor } from '../store/store.ts';

const keptMs = 24 * 60 * 60 * 1000;

/** What an `Idempotency-Key` must be. */
export const idempotencyKeyRule = 'must be 1 to 255 visible ASCII characters';

/** Whether a text can be an `Idempotency-Key`. */
export function isIdempotencyKey(text: string): boolean {
  return /^[\x21-\x7e]{1,255}$/.test(text);
}

/** The key came with another request before. */
export class ReusedKeyError extends Error {
  override readonly name = 'ReusedKeyError';

  constructor() {
    super('This Idempotency-Key came with another request before');
  }
}

/** The request is nested too deeply to be told from others: JSON is read however deep, but written as the stack allows. */
export class NestedTooDeeplyError extends Error {
  override readonly name = 'NestedTooDeeplyError';

  constructor() {
    super('The variables are nested too deeply');
  }
}

/** A request that its caller may repeat. */
export interface RepeatableRequest {
  readonly actor: string;
  readonly key: string;
  /** All that makes it the request that it is, as JSON. */
  readonly request: unknown;
  /** When it came. */
  readonly at: Instant;
}

/**
 * Answers a request with its first answer, if it came under its key within 24 hours, and otherwise by `work`, within
 * the transaction in which its answer is kept. An answer is JSON. If `work` throws, nothing was changed, nothing is
 * kept, and the request can be tried again.
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
