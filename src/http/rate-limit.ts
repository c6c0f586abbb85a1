import type { IncomingMessage, ServerResponse } from 'node:http';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { answerFault } from './answer.ts';
import type { RequestInfo } from './request-info.ts';

const windowSeconds = 60;

/**
 * Counts a request of `who`, and tells the client where it stands in `RateLimit-*` headers. If it is one too many,
 * answers it with 429 and `Retry-After`, and is fulfilled with `false`.
 */
export type RateLimit = (
  who: string,
  response: ServerResponse,
  info: RequestInfo,
) => Promise<boolean>;

/** Where whoever sends requests stands, one more of them counted. */
export interface Standing {
  readonly isAllowed: boolean;
  readonly remaining: number;
  readonly msBeforeNext: number;
}

/** Counts a request of `who`. */
export type CountRequest = (who: string) => Promise<Standing>;

/** Makes what counts requests up to `perMinute` in each minute of whoever sends them, in this process. */
export function countInMemory(perMinute: number): CountRequest {
  const limiter = new RateLimiterMemory({ points: perMinute, duration: windowSeconds });
  return async (who) => {
    try {
      return standing(true, await limiter.consume(who));
    } catch (refused) {
      if (refused instanceof RateLimiterRes) return standing(false, refused);
      throw refused;
    }
  };
}

/** Makes a limit of `perMinute` requests in each minute of whoever sends them; `count` may count for other processes too. */
export function createRateLimit(
  perMinute: number | undefined,
  count: CountRequest | undefined,
): RateLimit {
  if (perMinute === undefined) return async () => true;
  const countOne = count ?? countInMemory(perMinute);
  return async (who, response, info) => {
    const { isAllowed, remaining, msBeforeNext } = await countOne(who);
    const resetSeconds = Math.ceil(msBeforeNext / 1000);
    response.setHeader('ratelimit-limit', perMinute);
    response.setHeader('ratelimit-remaining', remaining);
    response.setHeader('ratelimit-reset', resetSeconds);
    if (isAllowed) return true;
    const fault = {
      status: 429,
      code: 'RATE_LIMITED',
      message: `More than ${perMinute} requests in a minute: try again in ${resetSeconds} s`,
      headers: { 'retry-after': String(resetSeconds) },
    };
    answerFault(response, fault, info);
    return false;
  };
}

function standing(isAllowed: boolean, { remainingPoints, msBeforeNext }: RateLimiterRes): Standing {
  return { isAllowed, remaining: Math.max(remainingPoints, 0), msBeforeNext };
}

/** The address that a request comes from, as whom a caller without a key is counted. */
export function addressOf({ socket }: IncomingMessage): string {
  return socket.remoteAddress ?? 'unknown';
}
