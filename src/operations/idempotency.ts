import { createHash } from 'node:crypto';
import { idempotencyLimits } from '../domain/idempotency.ts';
import type { Instant } from '../domain/instant.ts';
import type { Session, StoreTransactor } from '../store/store.ts';

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

/** The request was executed before, but its response was too large to store. */
export class AnswerNotKeptError extends Error {
  override readonly name = 'AnswerNotKeptError';

  constructor() {
    super(
      `This request was executed before, and nothing was changed now. Its response is not repeated: it was larger than ${idempotencyLimits.answerBytes} bytes`,
    );
  }
}

/** The stored responses of the caller take as much space as they may. */
export class StoredAnswersFullError extends Error {
  override readonly name = 'StoredAnswersFullError';

  constructor(maxBytes: number) {
    super(
      `The responses stored for your Idempotency-Keys have reached the limit of ${maxBytes} bytes; nothing was changed. Retry later, or without the header`,
    );
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
 * the request can be retried. Throws `ReusedKeyError` if the key came with a different request, `AnswerNotKeptError` if
 * the response was too large to store, and `StoredAnswersFullError`, before `work`, if the actor's stored responses take
 * `maxBytes` or more.
 */
export async function answerOnce<Answer>(
  session: Session,
  { actor, key, request, at }: RepeatableRequest,
  maxBytes: number,
  work: (tx: StoreTransactor) => Promise<Answer>,
): Promise<Answer> {
  const hash = hashOf(request);
  return session.transact(async (tx) => {
    const { idempotentAnswers } = tx;
    const earlier = await idempotentAnswers.find(actor, key);
    if (earlier !== undefined && earlier.at >= at - idempotencyLimits.keptMs) {
      if (!earlier.request.equals(hash)) throw new ReusedKeyError();
      if (earlier.answer === null) throw new AnswerNotKeptError();
      return JSON.parse(earlier.answer) as Answer;
    }
    if (earlier !== undefined) await idempotentAnswers.remove(actor, key);
    if ((await idempotentAnswers.bytesOf(actor)) >= maxBytes) {
      throw new StoredAnswersFullError(maxBytes);
    }
    const answer = await work(tx);
    const json = JSON.stringify(answer);
    const isSmall = Buffer.byteLength(json) <= idempotencyLimits.answerBytes;
    await idempotentAnswers.keep({ actor, key, request: hash, answer: isSmall ? json : null, at });
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
