import { getOperationAST, GraphQLError, OperationTypeNode, type ExecutionResult } from 'graphql';
import type { Plugin, YogaInitialContext } from 'graphql-yoga';
import { permits } from '../../../domain/api-key.ts';
import {
  answerOnce,
  idempotencyKeyRule,
  isIdempotencyKey,
  type RepeatableRequest,
} from '../../../operations/idempotency.ts';
import type { StoreTransactor } from '../../../store/store.ts';
import type { ApiServices } from '../../services.ts';
import { badRequest } from '../schema/faults.ts';
import { createContext, type GraphQLContext } from '../schema/context.ts';
import { canonicalVariables } from './canonical-variables.ts';
import type { ServerContext } from './request-notes.ts';

type RequestContext = YogaInitialContext & ServerContext & GraphQLContext;

/**
 * Makes mutations safe to retry: with an `Idempotency-Key` header, the first response is stored in the transaction of
 * the change, and a request with the same key within 24 hours gets that response and changes nothing. Such a request is
 * all or nothing: if any part fails, nothing is changed or stored, and the caller can retry.
 */
export function useIdempotency(services: ApiServices): Plugin<ServerContext> {
  return {
    onExecute({ args, executeFn, setExecuteFn }) {
      const context = args.contextValue as RequestContext;
      const key = context.request.headers.get('idempotency-key');
      const operation = getOperationAST(args.document, args.operationName);
      if (key === null || operation?.operation !== OperationTypeNode.MUTATION) return;
      // Forbidden mutations are rejected as without a key, before they wait for the write lock and take it.
      if (!permits(context.caller.scope, 'write')) return;
      if (!isIdempotencyKey(key)) throw badRequest(`Idempotency-Key ${idempotencyKeyRule}`);

      setExecuteFn((given) =>
        once(
          context,
          { key, variables: canonicalVariables(args.schema, operation, context.params.variables) },
          services.limits.idempotencyBytes,
          (tx) => executeFn({ ...given, contextValue: within(context, tx, services) }),
        ),
      );
    },
  };
}

async function once(
  { session, caller, params, clock }: RequestContext,
  { key, variables }: Pick<RepeatableRequest, 'key'> & { readonly variables: unknown },
  maxBytes: number,
  execute: (tx: StoreTransactor) => Promise<ExecutionResult>,
): Promise<ExecutionResult> {
  const { query, operationName = null } = params;
  const request = {
    actor: caller.actor,
    key,
    request: [query, variables, operationName],
    at: clock.now(),
  };
  try {
    return await answerOnce(session, request, maxBytes, async (tx) => {
      const result = await execute(tx);
      if (result.errors) throw new Failed(result.errors);
      return result;
    });
  } catch (error) {
    if (error instanceof Failed) return { data: null, errors: error.errors };
    if (error instanceof GraphQLError) return { errors: [error] };
    const originalError = error instanceof Error ? error : new Error(String(error));
    return { errors: [new GraphQLError('failed', { originalError })] };
  }
}

/** Returns the context of the request with all reads and changes in a transaction. */
function within(
  context: RequestContext,
  tx: StoreTransactor,
  services: ApiServices,
): RequestContext {
  return { ...context, ...createContext(services, context.info, { tx }) };
}

/** Thrown to roll back the transaction of a request that had errors. */
class Failed extends Error {
  override readonly name = 'Failed';
  readonly errors: readonly GraphQLError[];

  constructor(errors: readonly GraphQLError[]) {
    super();
    this.errors = errors;
  }
}
