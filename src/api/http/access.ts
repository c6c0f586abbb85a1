import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Authenticate, Caller } from '../../access/authenticate.ts';
import { answerFault } from './answer.ts';
import type { Route } from './listener.ts';
import type { Excess, RateLimit } from './rate-limit.ts';
import type { Bucket, Purpose } from './request-counts.ts';
import type { CallerRequest, RequestInfo } from '../request-info.ts';

/** Handles a request whose caller is known. */
export type CallerRoute = (
  request: IncomingMessage,
  response: ServerResponse,
  info: CallerRequest,
) => Promise<void>;

/** Handles a request by an address that may have sent too many. */
export type AddressRoute = (
  ...args: [...Parameters<Route>, excess: Excess | undefined]
) => Promise<void>;

/** Wraps routes with the check of who may send requests to them, and how many. */
export interface Doors {
  /**
   * Rejects requests over the rate limit and callers without access, before anything but the headers is read. Callers
   * without a valid API key are counted by address, which limits the guessing of keys.
   */
  readonly requireCaller: (route: CallerRoute) => Route;
  /** Rejects requests over the limit of their address for a purpose, with JSON. */
  readonly limitByAddress: (purpose: Purpose, route: Route) => Route;
  /** Counts requests by address for a purpose. The route itself rejects those over the limit. */
  readonly countByAddress: (purpose: Purpose, route: AddressRoute) => Route;
}

interface DoorParts {
  readonly authenticate: Authenticate;
  readonly rateLimit: RateLimit;
  /** Returns the address by which a request is counted. */
  readonly addressOf: (request: IncomingMessage) => string;
}

/** Makes the doors of a gateway. */
export function createDoors({ authenticate, rateLimit, addressOf }: DoorParts): Doors {
  const bucketOf = (caller: Caller | undefined, request: IncomingMessage): Bucket => {
    if (caller === undefined) return `rejected:${addressOf(request)}`;
    return caller.actor === 'anonymous' ? `anonymous:${addressOf(request)}` : `key:${caller.actor}`;
  };
  const countByAddress: Doors['countByAddress'] =
    (purpose, route) => async (request, response, info) => {
      const excess = await rateLimit.take(`${purpose}:${addressOf(request)}`, response);
      await route(request, response, info, excess);
    };
  return {
    requireCaller: (route) => async (request, response, info) => {
      const caller = await authenticate(request.headers);
      const bucket = bucketOf(caller, request);
      const excess = await rateLimit.take(bucket, response);
      if (excess !== undefined) answerFault(response, excess.fault, info);
      else if (caller === undefined) answerFault(response, unauthenticated, info);
      else {
        const charge: RequestInfo['charge'] = (times) => rateLimit.charge(bucket, times);
        await route(request, response, Object.assign(info, { caller, charge, bucket }));
      }
    },
    limitByAddress: (purpose, route) =>
      countByAddress(purpose, async (request, response, info, excess) => {
        if (excess === undefined) await route(request, response, info);
        else answerFault(response, excess.fault, info);
      }),
    countByAddress,
  };
}

const unauthenticated = {
  status: 401,
  code: 'UNAUTHENTICATED',
  message: 'A valid API key is required: send the header Authorization: Bearer KEY',
  headers: { 'www-authenticate': 'Bearer realm="connexions"' },
};
