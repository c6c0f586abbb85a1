import { GraphQLError, Kind, visit, type ASTNode, type DocumentNode } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Logger } from 'pino';
import { StoreUnavailableError, type Unavailability } from '../store/store.ts';

interface RequestInfo {
  readonly requestId: string;
}

/**
 * Gives every error of a request a code and, where it is of an argument, the argument's path; logs internal faults with
 * their cause and answers them with nothing but the request id.
 */
export function useErrors(logger: Logger): Plugin<RequestInfo> {
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
          const { requestId } = args.contextValue as RequestInfo;
          setResult({
            ...result,
            errors: result.errors.map((error) => presentable(error, requestId, logger)),
          });
        },
      };
    },
  };
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

function withExtensions(error: GraphQLError, extensions: Record<string, unknown>): GraphQLError {
  const { message, nodes, source, positions, path, originalError } = error;
  return new GraphQLError(message, {
    nodes,
    source,
    positions,
    path,
    originalError,
    extensions,
  });
}
