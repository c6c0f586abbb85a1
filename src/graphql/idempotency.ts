import { createHash } from 'node:crypto';
import { getOperationAST, GraphQLError, OperationTypeNode, type ExecutionResult } from 'graphql';
import type { GraphQLParams, Plugin, YogaInitialContext } from 'graphql-yoga';
import { permits } from '../domain/api-key.ts';
import { joinTransaction } from '../store/join.ts';
import type { StoreTransactor } from '../store/store.ts';
import { createContext, type GraphQLContext, type GraphQLServices } from './context.ts';
import type { ServerContext } from './request-notes.ts';

const keptMs = 24 * 60 * 60 * 1000;

type RequestContext = YogaInitialContext & ServerContext & GraphQLContext;

/**
 * Makes mutations safe to repeat: with an `Idempotency-Key` header, the first answer is stored in the transaction of
 * the change, and a request that repeats the key within 24 hours gets that answer and changes nothing. Such a request
 * is all or nothing: if any of it fails, nothing was changed, nothing is stored, and it can be tried again.
 */
export function useIdempotency(services: GraphQLServices): Plugin<ServerContext> {
  return {
    onExecute({ args, executeFn, setExecuteFn }) {
      const context = args.contextValue as RequestContext;
      const key = context.request.headers.get('idempotency-key');
      const operation = getOperationAST(args.document, args.operationName);
      if (key === null || operation?.operation !== OperationTypeNode.MUTATION) return;
      // What is forbidden is refused as without the key: before anything waits for the write lock, and takes it.
      if (!permits(context.caller.scope, 'write')) return;
      if (!/^[\x21-\x7e]{1,255}$/.test(key)) throw malformedKey();
      const answer = new IdempotentMutation(context, key);

      setExecuteFn((given) =>
        answer.once(services, (contextValue) => executeFn({ ...given, contextValue })),
      );
    },
  };
}

class IdempotentMutation {
  readonly #context: RequestContext;
  readonly #key: string;
  /** The SHA-256 of the request. */
  readonly #request: Buffer;

  constructor(context: RequestContext, key: string) {
    this.#context = context;
    this.#key = key;
    this.#request = hashOf(context.params);
  }

  async once(
    services: GraphQLServices,
    execute: (context: RequestContext) => Promise<ExecutionResult>,
  ): Promise<ExecutionResult> {
    try {
      return await this.#context.store.transact(async (tx) => {
        const earlier = await this.#earlierAnswer(tx);
        if (earlier !== undefined) return earlier;
        const result = await execute(this.#within(tx, services));
        if (result.errors) throw new Failed(result.errors);
        await this.#keep(tx, result);
        return result;
      });
    } catch (error) {
      if (error instanceof Failed) return { data: null, errors: error.errors };
      if (error instanceof GraphQLError) return { errors: [error] };
      const originalError = error instanceof Error ? error : new Error(String(error));
      return { errors: [new GraphQLError('failed', { originalError })] };
    }
  }

  async #earlierAnswer(tx: StoreTransactor): Promise<ExecutionResult | undefined> {
    const now = Date.now();
    await tx.forgetIdempotentAnswers(now - keptMs);
    const earlier = await tx.idempotentAnswer(this.#context.caller.actor, this.#key);
    if (earlier === undefined) return undefined;
    if (!earlier.request.equals(this.#request)) throw reusedKey();
    return JSON.parse(earlier.answer) as ExecutionResult;
  }

  async #keep(tx: StoreTransactor, result: ExecutionResult): Promise<void> {
    await tx.keepIdempotentAnswer({
      actor: this.#context.caller.actor,
      key: this.#key,
      request: this.#request,
      answer: JSON.stringify(result),
      at: Date.now(),
    });
  }

  /** The request's context, but for a store whose every transaction is part of this one. */
  #within(tx: StoreTransactor, services: GraphQLServices): RequestContext {
    const within = { ...services, store: joinTransaction(tx), answerIsKept: true };
    const { caller, notes } = this.#context;
    return { ...this.#context, ...createContext(within, caller, notes.storeCalls) };
  }
}

function hashOf(params: GraphQLParams): Buffer {
  const { query, variables = null, operationName = null } = params;
  try {
    const request = JSON.stringify([query, variables, operationName]);
    return createHash('sha256').update(request).digest();
  } catch (error) {
    // JSON is read however deep it is nested, but written only as deep as the stack goes.
    throw error instanceof RangeError ? nestedTooDeeply() : error;
  }
}

/** Undoes the transaction of a request that met errors. */
class Failed extends Error {
  override readonly name = 'Failed';
  readonly errors: readonly GraphQLError[];

  constructor(errors: readonly GraphQLError[]) {
    super();
    this.errors = errors;
  }
}

function malformedKey(): GraphQLError {
  return new GraphQLError('Idempotency-Key must be 1 to 255 visible ASCII characters', {
    extensions: { code: 'BAD_REQUEST', http: { status: 400 } },
  });
}

function nestedTooDeeply(): GraphQLError {
  return new GraphQLError('The variables are nested too deeply', {
    extensions: { code: 'BAD_REQUEST', http: { status: 400 } },
  });
}

function reusedKey(): GraphQLError {
  return new GraphQLError('This Idempotency-Key came with another request before', {
    extensions: { code: 'IDEMPOTENCY_KEY_REUSED', http: { status: 422 } },
  });
}
