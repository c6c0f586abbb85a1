import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Fault } from '../../operations/faults.ts';
import { methodNotAllowed } from '../../web/request-fault.ts';
import type { RequestInfo } from '../request-info.ts';
import { answerFault } from './answer.ts';

type RouteWith<Info> = (
  request: IncomingMessage,
  response: ServerResponse,
  info: Info,
) => Promise<void>;

/** Wraps a route so that it gets only requests without a fault. */
export function without<Info extends RequestInfo>(
  faultOf: (request: IncomingMessage) => Fault | undefined,
  route: RouteWith<Info>,
): RouteWith<Info> {
  return async (request, response, info) => {
    const fault = faultOf(request);
    if (fault === undefined) await route(request, response, info);
    else answerFault(response, fault, info);
  };
}

/** Wraps a route so that it gets only requests with these methods. Others get 405 with `Allow`. */
export function onlyMethods<Info extends RequestInfo>(
  methods: readonly string[],
  route: RouteWith<Info>,
): RouteWith<Info> {
  const fault = methodNotAllowed(methods);
  return without(({ method = '' }) => (methods.includes(method) ? undefined : fault), route);
}

/** The methods of what is only read. */
export const readMethods = ['GET', 'HEAD'] as const;
