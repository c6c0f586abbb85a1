import { GraphQLError, type DocumentNode, type ExecutionResult } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Logger } from 'pino';
import { faultOf, internalFault } from '../../../operations/faults.ts';
import { argumentPath, variablePath } from './argument-path.ts';
import { graphqlFault, maxErrors } from '../schema/faults.ts';
import type { ServerContext } from './request-notes.ts';
import { hasSecretInput, withoutValue } from '../schema/secret-input.ts';

interface ErrorOptions {
  /** Whether errors may suggest names of the schema, which introspection would also show. */
  readonly suggestions: boolean;
}

/** Prepares the errors in the result of an operation for the response; see `useErrors`. */
export type PresentErrors = (
  result: ExecutionResult,
  document: DocumentNode,
  requestId: string,
) => ExecutionResult;

/** Creates the function that prepares errors of execution for the response. */
export function createPresentErrors(logger: Logger, { suggestions }: ErrorOptions): PresentErrors {
  return (result, document, requestId) => {
    if (!result.errors) return result;
    const discreet = hasSecretInput(document) ? withoutValue : asItIs;
    return {
      ...result,
      errors: withoutFlood(result.errors)
        .map((error) => presentable(error, requestId, logger))
        .map(discreet)
        .map((error) => (suggestions ? error : withoutSuggestion(error))),
    };
  };
}

/**
 * Adds a code to every error of a request and, for an invalid argument, its path. Logs internal errors with their
 * cause; the response reveals only the request id.
 */
export function useErrors(presentErrors: PresentErrors): Plugin<ServerContext> {
  return {
    onValidate({ params }) {
      return ({ valid, result, setResult }) => {
        if (valid) return;
        const document = params.documentAST as DocumentNode;
        const discreet = hasSecretInput(document) ? withoutValue : asItIs;
        setResult(
          (result as readonly GraphQLError[])
            .map((error) => withArgument(error, document))
            .map(discreet),
        );
      };
    },
    onExecute({ args }) {
      return {
        onExecuteDone({ result, setResult }) {
          if (!('errors' in result)) return;
          const { requestId } = (args.contextValue as ServerContext).info;
          setResult(presentErrors(result, args.document, requestId));
        },
      };
    },
  };
}

const asItIs = (error: GraphQLError) => error;

/** Cuts errors of variables, of which the executor reports up to fifty. Field errors are limited by the response. */
function withoutFlood(errors: readonly GraphQLError[]): readonly GraphQLError[] {
  const isFlood = errors.length > maxErrors && errors.every(({ path }) => path === undefined);
  return isFlood ? [...errors.slice(0, maxErrors), tooManyErrors()] : errors;
}

function tooManyErrors(): GraphQLError {
  return new GraphQLError('Too many errors in the variables: the remaining errors are omitted', {
    extensions: { code: 'BAD_USER_INPUT', http: { status: 400, spec: true } },
  });
}

/** Removes the suggestion for the value of a variable, because the executor has no option to omit it. */
function withoutSuggestion(error: GraphQLError): GraphQLError {
  const { message } = error;
  // Not a regular expression: the message also quotes the value, which may be long and repeat the phrase many times.
  const start = message.endsWith('?') ? message.lastIndexOf(' Did you mean ') : -1;
  return start < 0 ? error : withExtensions(error, error.extensions, message.slice(0, start));
}

function presentable(error: GraphQLError, requestId: string, logger: Logger): GraphQLError {
  const { originalError, nodes, path } = error;
  if (originalError !== undefined && !(originalError instanceof GraphQLError)) {
    const fault = faultOf(originalError, { requestId, path }, logger);
    if (fault.code !== internalFault) return graphqlFault(fault, { nodes, path });
    // An internal error of one field does not affect the values of others, so the status stays 200.
    return new GraphQLError(fault.message, {
      nodes,
      path,
      extensions: { code: fault.code, requestId, unexpected: true },
    });
  }
  return error.extensions['code'] === undefined || path === undefined ? withVariable(error) : error;
}

/** Adds the code and the path of the variable to an error in the value of a variable. */
function withVariable(error: GraphQLError): GraphQLError {
  const argument = variablePath(error.message);
  const { code = 'BAD_USER_INPUT' } = error.extensions;
  const isOfVariable = error.path === undefined && code === 'BAD_USER_INPUT';
  return withExtensions(error, {
    code: 'BAD_USER_INPUT',
    ...(argument !== undefined && { argument }),
    ...error.extensions,
    // Without a path, nothing was executed: the status is 400, except for clients that accept only plain JSON.
    ...(isOfVariable && { http: { status: 400, spec: true } }),
  });
}

/** Adds the path of the argument, such as `filter.status[0]`, to an error in a literal value. */
function withArgument(error: GraphQLError, document: DocumentNode): GraphQLError {
  const node = error.nodes?.[0];
  const argument = node && argumentPath(document, node);
  return argument === undefined ? error : withExtensions(error, { ...error.extensions, argument });
}

function withExtensions(
  error: GraphQLError,
  extensions: Record<string, unknown>,
  message = error.message,
): GraphQLError {
  const { nodes, source, positions, path, originalError } = error;
  return new GraphQLError(message, {
    nodes,
    source,
    positions,
    path,
    originalError,
    extensions,
  });
}
