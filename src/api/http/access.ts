import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Authenticate } from '../../access/authenticate.ts';
import { answerFault } from './answer.ts';
import type { Route } from './listener.ts';
import { addressOf, type RateLimit } from './rate-limit.ts';
import type { CallerRequest } from '../request-info.ts';

/** Answers the requests of callers that are known. */
export type CallerRoute = (
  request: IncomingMessage,
  response: ServerResponse,
  info: CallerRequest,
) => Promise<void>;

/**
 * Lets through who may do something, as often as they may, before anything of the request but its headers is read.
 * Callers without a valid key are counted by their address, so that keys cannot be guessed at leisure.
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

/** Lets callers through as often as they may, whoever they are, counted by their address. */
export function limitByAddress(rateLimit: RateLimit, route: Route): Route {
  return async (request, response, info) => {
    if (await rateLimit(addressOf(request), response, info)) await route(request, response, info);
  };
}

const unauthenticated = {
  status: 401,
  code: 'UNAUTHENTICATED',
  message: 'A valid API key is needed, as Authorization: Bearer KEY',
  headers: { 'www-authenticate': 'Bearer realm="connexions"' },
};
