import { createRoute, type RouteConfig } from '@hono/zod-openapi';
import type { MiddlewareHandler } from 'hono';
import { permits, type Scope } from '../../domain/api-key.ts';
import { faultOfType } from '../../web/media-type.ts';
import { errorSchema, restFault, RestFault } from './faults.ts';
import { sessionOptions, type ApiServices } from '../services.ts';
import type { RestEnv } from './request.ts';

const jsonError = (description: string) => ({
  description,
  content: { 'application/json': { schema: errorSchema } },
});

/** Error responses that every endpoint can return. */
const faults = {
  400: jsonError(
    'A value of the request is invalid, or the response would be too large. The error names the rule.',
  ),
  401: jsonError('The API key is missing or does not work.'),
  403: jsonError('The API key does not have the permission for this request.'),
  404: jsonError('A record that the request refers to does not exist or was deleted.'),
  429: jsonError(
    'Too many requests, or too many with an `Idempotency-Key`. `Retry-After` says when to retry.',
  ),
  500: jsonError('The gateway failed. Search its log for the `correlationId` to find the reason.'),
  503: jsonError('The gateway cannot respond now. Nothing was changed.'),
};

const bodyFaults = {
  413: jsonError('The request body is too large.'),
  415: jsonError(
    'The content type is not `application/json` in UTF-8, or the content encoding is not supported.',
  ),
};

const changeFaults = {
  409: jsonError(
    'The current state does not allow the change, such as the status of the connection or a limit. Or the request was executed before with the same `Idempotency-Key`, and its response was too large to store.',
  ),
  422: jsonError('The `Idempotency-Key` was used before with a different request.'),
};

/** Returns a function that defines an endpoint for a scope, with the middleware and errors that all endpoints share. */
export function endpointsOf(services: ApiServices) {
  return <const Route extends RouteConfig & { readonly operationId: string }>(
    scope: Scope,
    route: Route,
  ) =>
    createRoute({
      ...route,
      middleware: [
        noting(route),
        needing(scope),
        ...(route.request?.body ? [jsonBody] : []),
        within(services),
      ],
      responses: { ...faultsOf(route), ...route.responses },
    });
}

function faultsOf({ method, request }: RouteConfig): object {
  return {
    ...faults,
    ...(method !== 'get' && changeFaults),
    ...(request?.body && bodyFaults),
  };
}

function noting({ method, path, operationId }: RouteConfig): MiddlewareHandler<RestEnv> {
  return async (c, next) => {
    const { info } = c.env;
    info.route = `/api${path}`;
    info.operationName = operationId;
    info.operationType = method === 'get' ? 'query' : 'mutation';
    await next();
  };
}

function needing(scope: Scope): MiddlewareHandler<RestEnv> {
  return async (c, next) => {
    if (!permits(c.env.info.caller.scope, scope)) {
      throw new RestFault(403, 'FORBIDDEN', 'The API key does not permit this');
    }
    await next();
  };
}

/**
 * Accepts only `application/json`, even for an empty body, because browsers do not send it across origins without a
 * preflight request. Reads an empty body as `{}`: clients of this API send none if every property is optional.
 */
const jsonBody: MiddlewareHandler<RestEnv> = async (c, next) => {
  const fault = faultOfType(c.req.header('content-type'), 'application/json');
  if (fault !== undefined) throw restFault(fault);
  const body = await c.req.raw.text();
  const { method, headers } = c.req.raw;
  c.req.raw = new Request(c.req.url, { method, headers, body: body === '' ? '{}' : body });
  await next();
};

/** Waits until the operation may run, then gives it its session. */
function within(services: ApiServices): MiddlewareHandler<RestEnv> {
  const { store, clock, limits, atATime } = services;
  return (c, next) =>
    atATime(async () => {
      c.set('session', store.session(sessionOptions(services, c.env.info)));
      c.set('clock', clock);
      c.set('limits', limits);
      await next();
    });
}
