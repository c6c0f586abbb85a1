import { GraphQLError } from 'graphql';
import type { Plugin } from 'graphql-yoga';

function badRequest(message: string, status = 400): GraphQLError {
  const code = status === 415 ? 'UNSUPPORTED_MEDIA_TYPE' : 'BAD_REQUEST';
  return new GraphQLError(message, { extensions: { code, http: { status } } });
}

/**
 * Refuses what Yoga would take or trip over: a POST that is not JSON, since browsers send forms and plain text across
 * origins without asking, and a GET whose `variables` or `extensions` are not JSON, on which Yoga answers 500.
 */
export function useStrictRequests(): Plugin {
  return {
    onRequestParse({ request }) {
      if (request.method === 'POST') {
        const type = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
        if (type !== 'application/json') {
          throw badRequest('The content type must be application/json', 415);
        }
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
  };
}

function isJsonObject(json: string): boolean {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && !Array.isArray(value);
  } catch {
    return false;
  }
}
