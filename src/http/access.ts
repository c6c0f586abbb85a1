import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Authenticate, Caller } from '../access/authenticate.ts';
import { answerFault } from './answer.ts';
import type { Route } from './listener.ts';
import { addressOf, type RateLimit } from './rate-limit.ts';

/** Answers the requests of callers that are known. */
export type CallerRoute = (
  request: IncomingMessage,
  response: ServerResponse,
  info: { readonly requestId: string; readonly caller: Caller },
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
  return async (request, response, requestId) => {
    const caller = await authenticate(request.headers.authorization);
    const isKnown = caller !== undefined && caller.actor !== 'anonymous';
    if (!(await rateLimit(isKnown ? caller.actor : addressOf(request), response))) return;
    if (caller !== undefined) {
      await route(request, response, { requestId, caller });
      return;
    }
    answerFault(response, {
      status: 401,
      code: 'UNAUTHENTICATED',
      message: 'A valid API key is needed, as Authorization: Bearer KEY',
      headers: { 'www-authenticate': 'Bearer realm="connexions"' },
    });
  };
}
