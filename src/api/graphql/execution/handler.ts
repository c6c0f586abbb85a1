import { channel } from 'node:diagnostics_channel';
import { createLRUCache, createYoga, maskError } from 'graphql-yoga';
import type { Logger } from 'pino';
import type { ApiServices } from '../../services.ts';
import { createContext } from '../schema/context.ts';
import { useDocumentLimits } from './document-limits.ts';
import { createPresentErrors, useErrors } from './error-plugin.ts';
import { useConcurrencyLimit } from './execution-limits.ts';
import { useGraphQLJs } from './executor.ts';
import { createFastPath, type GraphQLHandler } from './fast-path.ts';
import { useIdempotency } from './idempotency.ts';
import { usePersistedDocuments, type PersistedDocuments } from './persisted-documents.ts';
import { useRequestNotes, type ServerContext } from './request-notes.ts';
import { useStrictRequests } from './requests.ts';
import { schema } from '../schema/schema.ts';

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

/** Creates the handler of `/graphql`, which implements GraphQL over HTTP. */
export function createGraphQLHandler(
  services: ApiServices,
  { introspection, documents, fast }: HandlerOptions,
  logger: Logger,
): GraphQLHandler {
  const presentErrors = createPresentErrors(logger, { suggestions: introspection });
  const { limits, atATime } = services;
  const fastPath = fast ? createFastPath({ services, presentErrors, documents }) : undefined;
  const yoga = createYoga<ServerContext>({
    schema,
    context: ({ info }) => createContext(services, info),
    plugins: [
      useGraphQLJs(),
      useRequestNotes(),
      usePersistedDocuments(documents),
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
    maxRequestBodySize: limits.bodyBytes,
    parserAndValidationCache: {
      documentCache: createLRUCache({ max: cachedDocuments + documents.count }),
      errorCache: createLRUCache({ max: cachedDocuments }),
    },
    graphiql: false,
    landingPage: false,
    cors: false,
    multipart: false,
  });
  const handle: GraphQLHandler = async (request, response, info, failed) => {
    fullPath.publish(info);
    await yoga.handle(request, response, { info, failed });
  };
  return fastPath
    ? (request, response, info) => fastPath.handle(handle, request, response, info)
    : handle;
}
