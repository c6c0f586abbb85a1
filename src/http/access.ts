import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Authenticate, Caller } from '../access/authenticate.ts';
import { answerFault } from './answer.ts';
import type { Route } from './listener.ts';

/** Answers the requests of callers that are known. */
export type CallerRoute = (
  request: IncomingMessage,
  response: ServerResponse,
  info: { readonly requestId: string; readonly caller: Caller },
) => Promise<void>;

/** Lets through who may do something, before anything of the request but its headers is read. */
export function requireCaller(authenticate: Authenticate, route: CallerRoute): Route {
  return async (request, response, requestId) => {
    const caller = await authenticate(request.headers.authorization);
    if (caller !== undefined) return route(request, response, { requestId, caller });
    answerFault(response, {
      status: 401,
      code: 'UNAUTHENTICATED',
      message: 'A valid API key is needed, as Authorization: Bearer KEY',
      headers: { 'www-authenticate': 'Bearer realm="connexions"' },
    });
  };
}
