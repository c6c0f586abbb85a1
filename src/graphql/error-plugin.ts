import { GraphQLError, Kind, visit, type ASTNode, type DocumentNode } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Logger } from 'pino';
import { mostErrors } from './faults.ts';
import { DeadlineError } from './operation-store.ts';
import type { ServerContext } from './request-notes.ts';
import { StoreUnavailableError, type Unavailability } from '../store/store.ts';

interface ErrorOptions {
  /** Whether errors may suggest names of the schema, as introspection would tell them. */
  readonly suggestions: boolean;
}

/**
 * Gives every error of a request a code and, where it is of an argument, the argument's path; logs internal faults with
 * their cause and answers them with nothing but the request id.
 */
export function useErrors(logger: Logger, { suggestions }: ErrorOptions): Plugin<ServerContext> {
  return {
    onValidate({ params }) {
      return ({ valid, result, setResult }) => {
        if (valid) return;
        const document = params.documentAST as DocumentNode;
        setResult(
          (result as readonly GraphQLError[]).map((error) => withArgument(error, document)),
        );
      };
    },
    onExecute({ args }) {
      return {
        onExecuteDone({ result, setResult }) {
          if (!('errors' in result) || !result.errors) return;
          const { requestId } = (args.contextValue as ServerContext).notes;
          setResult({
            ...result,
            errors: withoutFlood(result.errors)
              .map((error) => presentable(error, requestId, logger))
              .map((error) => (suggestions ? error : withoutSuggestion(error))),
          });
        },
      };
    },
  };
}

/** Cuts the errors of variables, of which the executor reports up to fifty; those of fields are as many as the answer has. */
function withoutFlood(errors: readonly GraphQLError[]): readonly GraphQLError[] {
  const isFlood = errors.length > mostErrors && errors.every(({ path }) => path === undefined);
  return isFlood ? [...errors.slice(0, mostErrors), tooManyErrors()] : errors;
}

function tooManyErrors(): GraphQLError {
  return new GraphQLError('Too many errors of variables: the others are left out', {
    extensions: { code: 'BAD_USER_INPUT', http: { status: 400 } },
  });
}

/** Takes out what the executor suggests for the value of a variable, which it cannot be told to leave out. */
function withoutSuggestion(error: GraphQLError): GraphQLError {
  const { message } = error;
  // Not a regular expression: the message also quotes the value, which may be long and full of such phrases.
  const start = message.endsWith('?') ? message.lastIndexOf(' Did you mean ') : -1;
  return start < 0 ? error : withExtensions(error, error.extensions, message.slice(0, start));
}

/** What callers are told of a store that cannot be used, which is less than the log says. */
const unavailable: Record<
  Unavailability,
  { readonly message: string; readonly code: string; readonly retryAfter: string }
> = {
  busy: {
    message: 'The gateway is busy; nothing was changed. Try again',
    code: 'SERVICE_UNAVAILABLE',
    retryAfter: '1',
  },
  full: {
    message: 'The gateway has no space left to keep changes; nothing was changed',
    code: 'STORAGE_FULL',
    retryAfter: '60',
  },
  readOnly: {
    message: 'The gateway may not write its database; nothing was changed',
    code: 'SERVICE_UNAVAILABLE',
    retryAfter: '60',
  },
  // No promise of what was changed: a disk that fails while it confirms a change leaves that open.
  unusable: {
    message: 'The gateway cannot use its database',
    code: 'SERVICE_UNAVAILABLE',
    retryAfter: '60',
  },
};

function presentable(error: GraphQLError, requestId: string, logger: Logger): GraphQLError {
  const { originalError, nodes, path } = error;
  if (originalError instanceof StoreUnavailableError) {
    const { why } = originalError;
    // Busy passes by itself; the others wait for an operator.
    logger[why === 'busy' ? 'warn' : 'error'](
      { requestId, err: originalError },
      'store unavailable',
    );
    const { message, code, retryAfter } = unavailable[why];
    return new GraphQLError(message, {
      nodes,
      path,
      extensions: { code, http: { status: 503, headers: { 'retry-after': retryAfter } } },
    });
  }
  if (originalError instanceof DeadlineError) {
    return new GraphQLError('The operation took too long and was stopped', {
      nodes,
      path,
      extensions: { code: 'OPERATION_TIMEOUT', http: { status: 503 } },
    });
  }
  if (originalError !== undefined && !(originalError instanceof GraphQLError)) {
    logger.error({ requestId, path, err: originalError }, 'internal fault');
    return new GraphQLError(`Internal error; its request id is ${requestId}`, {
      nodes,
      path,
      extensions: { code: 'INTERNAL_SERVER_ERROR', requestId, unexpected: true },
    });
  }
  return error.extensions['code'] === undefined || path === undefined ? withVariable(error) : error;
}

/** Adds the code, and the path of the variable, to an error of a variable's value. */
function withVariable(error: GraphQLError): GraphQLError {
  const variable = /^Variable "\$(\w+)"(?:[^;]* at "([^"]+)";)?/.exec(error.message);
  const argument = variable ? `$${variable[2] ?? variable[1]}` : undefined;
  return withExtensions(error, {
    code: 'BAD_USER_INPUT',
    ...(argument !== undefined && { argument }),
    ...error.extensions,
  });
}

/** Adds the path of the argument, such as `filter.status[0]`, to an error of a literal value. */
function withArgument(error: GraphQLError, document: DocumentNode): GraphQLError {
  const node = error.nodes?.[0];
  const argument = node && argumentPath(document, node);
  return argument === undefined ? error : withExtensions(error, { ...error.extensions, argument });
}

function argumentPath(document: DocumentNode, wanted: ASTNode): string | undefined {
  let path: string | undefined;
  visit(document, {
    enter(node, _key, parent, _path, ancestors) {
      if (node !== wanted || path !== undefined) return;
      path = pathWithin([...ancestors, parent, node].filter(isNode));
    },
  });
  return path;
}

function isNode(it: ASTNode | readonly ASTNode[] | undefined): it is ASTNode {
  return it !== undefined && 'kind' in it;
}

/** The path from the innermost argument down to the last of a series of nested nodes. */
function pathWithin(nodes: readonly ASTNode[]): string | undefined {
  const start = nodes.findLastIndex(({ kind }) => kind === Kind.ARGUMENT);
  if (start < 0) return undefined;
  return nodes
    .slice(start)
    .map((node, index, within) => {
      if (node.kind === Kind.ARGUMENT) return node.name.value;
      if (node.kind === Kind.OBJECT_FIELD) return `.${node.name.value}`;
      const list = within[index - 1];
      return list?.kind === Kind.LIST ? `[${list.values.findIndex((it) => it === node)}]` : '';
    })
    .join('');
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
