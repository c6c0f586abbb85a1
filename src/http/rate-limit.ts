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

/** Makes a limit of `perMinute` requests in each minute of whoever sends them, counted by this process. */
export function createRateLimit(perMinute: number | undefined): RateLimit {
  if (perMinute === undefined) return async () => true;
  const limiter = new RateLimiterMemory({ points: perMinute, duration: windowSeconds });
  return async (who, response, info) => {
    const { isAllowed, count } = await consume(limiter, who);
    const resetSeconds = Math.ceil(count.msBeforeNext / 1000);
    response.setHeader('ratelimit-limit', perMinute);
    response.setHeader('ratelimit-remaining', Math.max(count.remainingPoints, 0));
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

async function consume(limiter: RateLimiterMemory, who: string) {
  try {
    return { isAllowed: true, count: await limiter.consume(who) };
  } catch (refused) {
    if (refused instanceof RateLimiterRes) return { isAllowed: false, count: refused };
    throw refused;
  }
}

/** The address that a request comes from, as whom a caller without a key is counted. */
export function addressOf({ socket }: IncomingMessage): string {
  return socket.remoteAddress ?? 'unknown';
}
