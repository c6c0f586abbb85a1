import { channel } from 'node:diagnostics_channel';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import type { ExecutionResult } from 'graphql';
import { createLRUCache, createYoga, maskError } from 'graphql-yoga';
import type { Logger } from 'pino';
import { faultOfType } from '../../../web/media-type.ts';
import { readText, type RequestText } from '../../../web/request-text.ts';
import type { CallerRequest } from '../../request-info.ts';
import type { ApiServices } from '../../services.ts';
import { createContext } from '../schema/context.ts';
import { AutomaticPersistedQueries, useRequestedDocuments } from './automatic-persisted-queries.ts';
import { useDocumentLimits } from './document-limits.ts';
import { createPresentErrors, useErrors } from './error-plugin.ts';
import { useConcurrencyLimit } from './execution-limits.ts';
import { useGraphQLJs } from './executor.ts';
import { createFastPath } from './fast-path.ts';
import { useIdempotency } from './idempotency.ts';
import { useDocumentIdParameter, type PersistedDocuments } from './persisted-documents.ts';
import { useRequestNotes, type ServerContext } from './request-notes.ts';
import { useStrictRequests } from './requests.ts';
import { schema } from '../schema/schema.ts';

/** Handles one request for `/graphql` that has one of `graphqlMethods` and no `faultOfAccept`. */
type GraphQLHandler = (
  request: IncomingMessage,
  response: ServerResponse,
  info: CallerRequest,
) => Promise<void>;

interface HandlerOptions {
  /** Whether callers may request the schema. */
  readonly introspection: boolean;
  /** Documents that requests can refer to by id. */
  readonly documents: PersistedDocuments;
  /** Whether to use the fast path. */
  readonly fast: boolean;
}

/** Maximum number of documents, besides the persisted ones, that are kept parsed. */
const cachedDocuments = 100;

/** Channel for each request that Yoga handles, so that subscribers can tell which path a request takes. */
const fullPath = channel('connexions:full-path');

/** The methods of `/graphql`. */
export const graphqlMethods = ['GET', 'HEAD', 'POST'] as const;

/** Creates the handler of `/graphql`, which implements GraphQL over HTTP. */
export function createGraphQLHandler(
  services: ApiServices,
  { introspection, documents, fast }: HandlerOptions,
  logger: Logger,
): GraphQLHandler {
  const presentErrors = createPresentErrors(logger, { suggestions: introspection });
  const { limits, atATime } = services;
  const queries = new AutomaticPersistedQueries(documents);
  const fastPath = fast
    ? createFastPath({ services, presentErrors, queries, persisted: documents.count })
    : undefined;
  const yoga = createYoga<ServerContext>({
    schema,
    context: ({ info }) => createContext(services, info),
    plugins: [
      useGraphQLJs(),
      useRequestNotes(),
      useDocumentIdParameter(),
      useRequestedDocuments(queries),
      useStrictRequests(),
      useDocumentLimits(limits.document, introspection, documents),
      useIdempotency(services),
      useConcurrencyLimit(atATime),
      useErrors(presentErrors),
      ...(fastPath ? [fastPath.plugin] : []),
    ],
    maskedErrors: {
      errorMessage: 'Internal error',
      maskError: (error, message) => maskError(error, message, false),
    },
    logging: {
      debug: () => {},
      info: (...args) => logger.info(args),
      warn: (...args) => logger.warn(args),
      error: (...args) => logger.error({ err: args[0] as unknown }, 'internal error'),
    },
    // `readText` limits it.
    maxRequestBodySize: false,
    parserAndValidationCache: {
      documentCache: createLRUCache({ max: cachedDocuments + documents.count }),
      errorCache: createLRUCache({ max: cachedDocuments }),
    },
    graphiql: false,
    landingPage: false,
    cors: false,
    multipart: false,
  });
  return async (request, response, info) => {
    const text = await textOf(request, limits.bodyBytes);
    if (text === 'clientGone') return;
    const full = async (failed?: ExecutionResult) => {
      fullPath.publish(info);
      await yoga.handle(withoutBody(request), response, { info, text, failed });
    };
    if (fastPath === undefined || !Buffer.isBuffer(text)) await full();
    else await fastPath.handle(full, request, text, response, info);
  };
}

/** Reads a body only if it is JSON: browsers send forms and plain text across origins without a preflight request. */
async function textOf(request: IncomingMessage, maxBytes: number): Promise<RequestText> {
  const { method, headers } = request;
  const fault =
    method === 'POST' ? faultOfType(headers['content-type'], 'application/json') : undefined;
  return fault ?? readText(request, maxBytes);
}

/** Returns a request for Yoga, which gets the body separately. Node sends no body in response to HEAD. */
function withoutBody({ method, url, headers, socket }: IncomingMessage): IncomingMessage {
  const read = { method: method === 'HEAD' ? 'GET' : method, url, headers, socket };
  return Object.assign(Readable.from([]), read) as IncomingMessage;
}
