import type { IncomingMessage, ServerResponse } from 'node:http';
import { methodNotAllowed } from '../../web/request-fault.ts';
import type { RequestInfo } from '../request-info.ts';
import { answerFault } from './answer.ts';

/** Wraps a route so that it gets requests with these methods only. Others get 405 with `Allow`. */
export function onlyMethods<Info extends RequestInfo>(
  methods: readonly string[],
  route: (request: IncomingMessage, response: ServerResponse, info: Info) => Promise<void>,
): typeof route {
  return async (request, response, info) => {
    if (methods.includes(request.method ?? '')) await route(request, response, info);
    else answerFault(response, methodNotAllowed(methods), info);
  };
}

/** The methods of what is only read. */
export const readMethods = ['GET', 'HEAD'] as const;
