import type { IncomingMessage, ServerResponse } from 'node:http';
import { GraphQLError } from 'graphql';
import { createYoga, maskError } from 'graphql-yoga';
import type { Logger } from 'pino';
import type { Caller } from '../access/authenticate.ts';
import { createContext, type GraphQLServices } from './context.ts';
import { useErrors } from './error-plugin.ts';
import { useStrictRequests } from './requests.ts';
import { schema } from './schema.ts';

/** What is known of a request before it is read. */
interface RequestInfo {
  readonly requestId: string;
  readonly caller: Caller;
}

/** Answers one request for `/graphql`. */
export type GraphQLHandler = (
  request: IncomingMessage,
  response: ServerResponse,
  info: RequestInfo,
) => Promise<void>;

const largestBodyBytes = 256 * 1024;

/** Makes the handler of `/graphql`, which speaks GraphQL over HTTP. */
export function createGraphQLHandler(services: GraphQLServices, logger: Logger): GraphQLHandler {
  const yoga = createYoga<RequestInfo>({
    schema,
    context: ({ caller }) => createContext(services, caller),
    plugins: [useStrictRequests(), useErrors(logger)],
    maskedErrors: {
      errorMessage: 'Internal error',
      maskError: (error, message) => withoutOriginal(maskError(error, message, false)),
    },
    logging: {
      debug: () => {},
      info: (...args) => logger.info(args),
      warn: (...args) => logger.warn(args),
      error: (...args) => logger.error(args),
    },
    maxRequestBodySize: largestBodyBytes,
    graphiql: false,
    landingPage: false,
    cors: false,
    multipart: false,
  });
  return async (request, response, info) => {
    await yoga.handle(request, response, { ...info });
  };
}

/** Takes out what Yoga tells of a body that is not JSON, which quotes the body. */
function withoutOriginal(error: Error): Error {
  if (!(error instanceof GraphQLError) || !('originalError' in error.extensions)) return error;
  const { originalError: _, ...extensions } = error.extensions;
  return new GraphQLError(error.message, { extensions });
}
