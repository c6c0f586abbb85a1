import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Attributes } from '@opentelemetry/api';
import { pathOf } from '../http/listener.ts';
import type { RequestInfo } from '../request-info.ts';

// Follows the OpenTelemetry semantic conventions for HTTP and GraphQL servers. Spans contain no document, variable,
// query string or header of a request.

/** Maximum length of a path in characters. Longer paths are cut, because clients choose them. */
const maxPath = 100;

/** Route of the GraphQL API. */
const graphqlRoute = '/graphql';

/** HTTP methods in the semantic conventions. */
const knownMethods = new Set(
  'CONNECT DELETE GET HEAD OPTIONS PATCH POST PUT QUERY TRACE'.split(' '),
);

/** Returns the span name of a request. Names must be few, so it excludes operation names that clients choose. */
export function requestSpanName(
  request: IncomingMessage,
  { operationType, route }: RequestInfo,
): string {
  if (operationType !== undefined && route === graphqlRoute) return operationType;
  const method = methodOf(request) ?? 'HTTP';
  return route === undefined ? method : `${method} ${route}`;
}

/** Returns the span attributes of a request. */
export function requestAttributes(
  request: IncomingMessage,
  response: ServerResponse,
  info: RequestInfo,
): Attributes {
  const { requestId, caller, route, errorCodes, storeCalls } = info;
  return {
    'http.request.method': methodOf(request) ?? '_OTHER',
    'url.scheme': 'http',
    'url.path': pathOf(request).slice(0, maxPath),
    ...(route !== undefined && { 'http.route': route }),
    // If the client disconnected before the response started, the status has no meaning.
    ...(response.headersSent && { 'http.response.status_code': response.statusCode }),
    ...(route === graphqlRoute && graphqlAttributes(info)),
    'connexions.request_id': requestId,
    ...(caller && { 'connexions.caller': caller.actor }),
    ...(errorCodes.length > 0 && { 'connexions.error_codes': [...new Set(errorCodes)] }),
    ...(storeCalls && { 'connexions.store_calls': storeCalls.count }),
    ...(!response.writableFinished && { 'connexions.client_gone': true }),
  };
}

function graphqlAttributes({ operationType, operationName }: RequestInfo): Attributes {
  return {
    ...(operationType !== undefined && { 'graphql.operation.type': operationType }),
    ...(operationName !== undefined && { 'graphql.operation.name': operationName }),
  };
}

function methodOf({ method = '' }: IncomingMessage): string | undefined {
  return knownMethods.has(method) ? method : undefined;
}

/** Returns the code of an error of the gateway, if any. An internal error of a GraphQL field has status 200. */
export function serverFault(
  { statusCode }: ServerResponse,
  { errorCodes }: RequestInfo,
): string | undefined {
  const internal = 'INTERNAL_SERVER_ERROR';
  if (errorCodes.includes(internal)) return internal;
  return statusCode >= 500 ? (errorCodes[0] ?? String(statusCode)) : undefined;
}
