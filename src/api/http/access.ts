import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Authenticate } from '../../access/authenticate.ts';
import { answerFault } from './answer.ts';
import type { Route } from './listener.ts';
import { addressOf, type RateLimit } from './rate-limit.ts';
import type { CallerRequest } from '../request-info.ts';

/** Handles a request whose caller is known. */
export type CallerRoute = (
  request: IncomingMessage,
  response: ServerResponse,
  info: CallerRequest,
) => Promise<void>;

/**
 * Wraps a route: rejects requests over the rate limit and callers without access, before anything but the headers is
 * read. Callers without a valid API key are counted by address, which limits the guessing of keys.
 */
export function requireCaller(
  authenticate: Authenticate,
  rateLimit: RateLimit,
  route: CallerRoute,
): Route {
  return async (request, response, info) => {
    const caller = await authenticate(request.headers);
    const isKnown = caller !== undefined && caller.actor !== 'anonymous';
    const who = isKnown ? caller.actor : addressOf(request);
    if (!(await rateLimit(who, response, info))) return;
    if (caller === undefined) answerFault(response, unauthenticated, info);
    else await route(request, response, Object.assign(info, { caller }));
  };
}

/** Wraps a route with a rate limit by address, for any caller. */
export function limitByAddress(rateLimit: RateLimit, route: Route): Route {
  return async (request, response, info) => {
    if (await rateLimit(addressOf(request), response, info)) await route(request, response, info);
  };
}

const unauthenticated = {
  status: 401,
  code: 'UNAUTHENTICATED',
  message: 'A valid API key is required: send the header Authorization: Bearer KEY',
  headers: { 'www-authenticate': 'Bearer realm="connexions"' },
};
