import { GraphQLError } from 'graphql';
import type { GraphQLParams, Plugin } from 'graphql-yoga';
import { badRequest, graphqlFault } from '../schema/faults.ts';
import type { ServerContext } from './request-notes.ts';

/**
 * Rejects requests that Yoga would accept or fail on, and those whose text has a fault. A GET whose `variables` or
 * `extensions` are not JSON gets 400, because Yoga would return 500. Malformed GraphQL requests get 400 whatever the
 * client accepts. Well-formed ones that cannot be executed get 400 only if the client accepts GraphQL responses.
 */
export function useStrictRequests(): Plugin<ServerContext, ServerContext> {
  return {
    onRequestParse({ request, serverContext: { text }, setRequestParser }) {
      if (!Buffer.isBuffer(text)) throw graphqlFault(text);
      if (request.method === 'POST') {
        // Yoga takes a body with a member `then` for a promise, unless it gets one.
        setRequestParser(async () => parseBody(text));
      } else if (request.method === 'GET') {
        const { searchParams } = new URL(request.url, 'http://localhost');
        for (const name of ['variables', 'extensions']) {
          const value = searchParams.get(name);
          if (value && !isJsonObject(value)) {
            throw badRequest(`The parameter ${name} must be a JSON object`);
          }
        }
      }
    },
    onParams({ params }) {
      const { query, operationName }: { query?: unknown; operationName?: unknown } = params;
      if (query === undefined || query === null) throw badRequest('The parameter query is missing');
      if (typeof (operationName ?? '') !== 'string') {
        throw badRequest('The parameter operationName must be a string');
      }
    },
    onSubscribe() {
      // graphql-js returns an error without a code.
      throw new GraphQLError('The schema has no subscriptions', {
        extensions: { code: 'OPERATION_RESOLUTION_FAILURE' },
      });
    },
    onResultProcess({ result }) {
      if (!('errors' in result)) return;
      for (const { extensions } of result.errors ?? []) {
        if (extensions['code'] === 'OPERATION_RESOLUTION_FAILURE') {
          extensions['http'] = { status: 400, spec: true };
        }
      }
    },
  };
}

/** Reads a body as JSON. Errors do not quote it. */
function parseBody(text: Buffer): GraphQLParams {
  let body: unknown;
  try {
    body = JSON.parse(text.toString('utf8'));
  } catch {
    throw badRequest('The body must be JSON');
  }
  if (typeof body !== 'object' || body === null) throw badRequest('The body must be a JSON object');
  return body;
}

function isJsonObject(json: string): boolean {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && !Array.isArray(value);
  } catch {
    return false;
  }
}
