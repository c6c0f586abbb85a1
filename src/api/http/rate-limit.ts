import type { IncomingMessage, ServerResponse } from 'node:http';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import { answerFault } from './answer.ts';
import type { RequestInfo } from '../request-info.ts';

const windowSeconds = 60;

/**
 * Counts a request of the sender `who` and sets the `RateLimit-*` headers of the response. If the request exceeds the
 * limit, responds with 429 and `Retry-After` and resolves to `false`.
 */
export type RateLimit = (
  who: string,
  response: ServerResponse,
  info: RequestInfo,
) => Promise<boolean>;

/** Requests of one sender in the current window, and the time until it ends, in ms. */
export interface Counted {
  readonly inWindow: number;
  readonly msLeft: number;
}

/** Adds `times` requests to the count of the sender `who`. */
export type CountRequests = (who: string, times: number) => Promise<Counted>;

/** Returns a counter of the requests of each sender per minute, in the memory of this process. */
export function countInMemory(): CountRequests {
  const limiter = new RateLimiterMemory({ points: 1, duration: windowSeconds });
  return async (who, times) => {
    // Unlike `consume`, `penalty` only counts: the caller checks the limit.
    const { consumedPoints, msBeforeNext } = await limiter.penalty(who, times);
    return { inWindow: consumedPoints, msLeft: msBeforeNext };
  };
}

/** Creates a limit of `perMinute` requests per minute for each sender. `undefined` means no limit. */
export function createRateLimit(
  perMinute: number | undefined,
  count: CountRequests = countInMemory(),
): RateLimit {
  if (perMinute === undefined) return async () => true;
  return async (who, response, info) => {
    const { inWindow, msLeft } = await count(who, 1);
    const resetSeconds = Math.ceil(msLeft / 1000);
    response.setHeader('ratelimit-limit', perMinute);
    response.setHeader('ratelimit-remaining', Math.max(perMinute - inWindow, 0));
    response.setHeader('ratelimit-reset', resetSeconds);
    if (inWindow <= perMinute) return true;
    const fault = {
      status: 429,
      code: 'RATE_LIMITED',
      message: `Rate limit of ${perMinute} requests per minute exceeded: try again in ${resetSeconds} s`,
      headers: { 'retry-after': String(resetSeconds) },
    };
    answerFault(response, fault, info);
    return false;
  };
}

/** Returns the address that a request comes from. Callers without a key are counted by it. */
export function addressOf({ socket }: IncomingMessage): string {
  return socket.remoteAddress ?? 'unknown';
}
