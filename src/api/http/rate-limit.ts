import type { ServerResponse } from 'node:http';
import type { Fault } from '../../operations/faults.ts';
import { countInMemory, type Bucket, type CountRequests } from './request-counts.ts';

/** A request over the limit. */
export interface Excess {
  readonly fault: Fault;
  /** When the sender may try again. */
  readonly retryAfterSeconds: number;
}

/** Limits the requests of each bucket per minute. */
export interface RateLimit {
  /** Counts a request and sets the `RateLimit-*` headers of its response. Resolves to the excess if there is one. */
  take(bucket: Bucket, response: ServerResponse): Promise<Excess | undefined>;
  /** Counts a request that is more work than others as `times` more. Further requests meet the limit, not this one. */
  charge(bucket: Bucket, times: number): void;
}

/** Creates a limit of `perMinute` requests per minute for each bucket. `undefined` means no limit. */
export function createRateLimit(
  perMinute: number | undefined,
  count: CountRequests = countInMemory(),
): RateLimit {
  if (perMinute === undefined) return { take: async () => undefined, charge: () => {} };
  return {
    async take(bucket, response) {
      const { inWindow, msLeft } = await count(bucket, 1);
      const resetSeconds = Math.ceil(msLeft / 1000);
      response.setHeader('ratelimit-limit', perMinute);
      response.setHeader('ratelimit-remaining', Math.max(perMinute - inWindow, 0));
      response.setHeader('ratelimit-reset', resetSeconds);
      return inWindow <= perMinute ? undefined : excessOf(perMinute, resetSeconds);
    },
    charge(bucket, times) {
      // A count that fails because the gateway is stopping limits nothing any more.
      count(bucket, times).catch(() => {});
    },
  };
}

function excessOf(perMinute: number, retryAfterSeconds: number): Excess {
  const fault = {
    status: 429,
    code: 'RATE_LIMITED',
    message: `Rate limit of ${perMinute} requests per minute exceeded: try again in ${retryAfterSeconds} s`,
    headers: { 'retry-after': String(retryAfterSeconds) },
  };
  return { fault, retryAfterSeconds };
}
