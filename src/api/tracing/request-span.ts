import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Attributes } from '@opentelemetry/api';
import { pathOf } from '../http/listener.ts';
import type { RequestInfo } from '../request-info.ts';

// By the semantic conventions of OpenTelemetry for HTTP and GraphQL servers. Nothing of what a request asked for is in
// it: no document, variable, query string or header.

/** Longer paths are cut: clients choose them. */
const maxPath = 100;

/** The route whose operations are GraphQL's. */
const graphqlRoute = '/graphql';

/** The methods that the conventions know. */
const knownMethods = new Set(
  'CONNECT DELETE GET HEAD OPTIONS PATCH POST PUT QUERY TRACE'.split(' '),
);

/** The name of a request's span: one of few, so not the operation's own name, which clients choose. */
export function requestSpanName(
  request: IncomingMessage,
  { operationType, route }: RequestInfo,
): string {
  if (operationType !== undefined && route === graphqlRoute) return operationType;
  const method = methodOf(request) ?? 'HTTP';
  return route === undefined ? method : `${method} ${route}`;
}

/** What a request's span says of it. */
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
    // A client that has gone was not answered.
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

/** What the gateway failed with, if it did; an internal fault of a field is answered with status 200. */
export function serverFault(
  { statusCode }: ServerResponse,
  { errorCodes }: RequestInfo,
): string | undefined {
  const internal = 'INTERNAL_SERVER_ERROR';
  if (errorCodes.includes(internal)) return internal;
  return statusCode >= 500 ? (errorCodes[0] ?? String(statusCode)) : undefined;
}
