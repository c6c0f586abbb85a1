import type { IncomingMessage, ServerResponse } from 'node:http';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import { answerFault } from './answer.ts';
import type { RequestInfo } from '../request-info.ts';

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

/** How much is counted of whoever sends requests. */
export interface Counted {
  readonly inWindow: number;
  readonly msLeft: number;
}

/** Counts so many requests of `who`. */
export type CountRequests = (who: string, times: number) => Promise<Counted>;

/** Makes what counts requests in each minute of whoever sends them, in this process. */
export function countInMemory(): CountRequests {
  const limiter = new RateLimiterMemory({ points: 1, duration: windowSeconds });
  return async (who, times) => {
    // Counts as `consume` does, and leaves it to us how many are too many.
    const { consumedPoints, msBeforeNext } = await limiter.penalty(who, times);
    return { inWindow: consumedPoints, msLeft: msBeforeNext };
  };
}

/** Makes a limit of `perMinute` requests in each minute of whoever sends them. */
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
      message: `More than ${perMinute} requests in a minute: try again in ${resetSeconds} s`,
      headers: { 'retry-after': String(resetSeconds) },
    };
    answerFault(response, fault, info);
    return false;
  };
}

/** The address that a request comes from, as whom a caller without a key is counted. */
export function addressOf({ socket }: IncomingMessage): string {
  return socket.remoteAddress ?? 'unknown';
}
