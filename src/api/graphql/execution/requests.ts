import { GraphQLError } from 'graphql';
import type { GraphQLParams, Plugin } from 'graphql-yoga';
import { badRequest, graphqlFault } from '../schema/faults.ts';

const notJson = {
  status: 415,
  code: 'UNSUPPORTED_MEDIA_TYPE',
  message: 'The content type must be application/json',
};

/**
 * Rejects requests that Yoga would accept or fail on. A POST that is not JSON gets 415, because browsers send forms and
 * plain text across origins without a preflight request. A GET whose `variables` or `extensions` are not JSON gets 400,
 * because Yoga would return 500. Malformed GraphQL requests get 400 whatever the client accepts. Well-formed ones that
 * cannot be executed get 400 only if the client accepts GraphQL responses.
 */
export function useStrictRequests(): Plugin {
  return {
    onRequestParse({ request, setRequestParser }) {
      if (request.method === 'POST') {
        const type = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
        if (type !== 'application/json') {
          throw graphqlFault(notJson);
        }
        setRequestParser(parseBody);
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

/** Reads a body as JSON, regardless of the case of its content type. Errors do not quote the body. */
async function parseBody(request: Request): Promise<GraphQLParams> {
  let body: unknown;
  try {
    body = await request.json();
  } catch (error) {
    if (error instanceof GraphQLError) throw error;
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
