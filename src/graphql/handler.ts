import { channel } from 'node:diagnostics_channel';
import { createLRUCache, createYoga, maskError } from 'graphql-yoga';
import type { Logger } from 'pino';
import type { ConcurrencyLimit } from '../limits/concurrency.ts';
import type { Limits } from '../limits/limits.ts';
import { createContext, type GraphQLServices } from './context.ts';
import { useDocumentLimits } from './document-limits.ts';
import { createPresentErrors, useErrors } from './error-plugin.ts';
import { useConcurrencyLimit } from './execution-limits.ts';
import { createFastPath, type GraphQLHandler } from './fast-path.ts';
import { useIdempotency } from './idempotency.ts';
import { usePersistedDocuments, type PersistedDocuments } from './persisted-documents.ts';
import { useRequestNotes, type ServerContext } from './request-notes.ts';
import { useStrictRequests } from './requests.ts';
import { schema } from './schema.ts';

interface HandlerOptions {
  readonly limits: Limits;
  /** How many operations run at a time. */
  readonly atATime: ConcurrencyLimit;
  /** Whether callers may ask for the schema. */
  readonly introspection: boolean;
  /** The documents that requests can name by an id. */
  readonly documents: PersistedDocuments;
  /** Whether requests that are plain take the fast path. */
  readonly fast: boolean;
}

/** Distinct documents, besides the persisted ones, that are kept parsed. */
const cachedDocuments = 100;

/** Publishes each request that Yoga handles, for whoever wants to know which path a request takes. */
const fullPath = channel('connexions:full-path');

/** Makes the handler of `/graphql`, which speaks GraphQL over HTTP. */
export function createGraphQLHandler(
  services: GraphQLServices,
  { limits, atATime, introspection, documents, fast }: HandlerOptions,
  logger: Logger,
): GraphQLHandler {
  const presentErrors = createPresentErrors(logger, { suggestions: introspection });
  const { bodyBytes } = limits;
  const fastPath = fast
    ? createFastPath({ services, bodyBytes, atATime, presentErrors, documents })
    : undefined;
  const yoga = createYoga<ServerContext>({
    schema,
    context: ({ notes }) => createContext(services, notes.caller, notes.storeCalls),
    plugins: [
      useRequestNotes(),
      usePersistedDocuments(documents),
      useStrictRequests(),
      useDocumentLimits(limits.document, introspection),
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
      error: (...args) => logger.error({ err: args[0] as unknown }, 'internal fault'),
    },
    maxRequestBodySize: bodyBytes,
    parserAndValidationCache: {
      documentCache: createLRUCache({ max: cachedDocuments + documents.count }),
      errorCache: createLRUCache({ max: cachedDocuments }),
    },
    graphiql: false,
    landingPage: false,
    cors: false,
    multipart: false,
  });
  const handle: GraphQLHandler = async (request, response, notes) => {
    fullPath.publish(notes);
    await yoga.handle(request, response, { notes });
  };
  return fastPath
    ? (request, response, notes) => fastPath.handle(handle, request, response, notes)
    : handle;
}
