import type { IncomingMessage, ServerResponse } from 'node:http';
import { OperationTypeNode, type ExecutionResult } from 'graphql';
import type { Plugin, YogaInitialContext } from 'graphql-yoga';
import { LRUCache } from 'lru-cache';
import { OverloadedError } from '../../../operations/concurrency.ts';
import type { AutomaticPersistedQueries } from './automatic-persisted-queries.ts';
import { CompileAllowance } from './compile-allowance.ts';
import { createCompiler, type CompiledOperation } from './compiled-operation.ts';
import type { CallerRequest } from '../../request-info.ts';
import type { ApiServices } from '../../services.ts';
import { createContext } from '../schema/context.ts';
import type { PresentErrors } from './error-plugin.ts';
import { isObject } from './json-object.ts';
import { noteOperation, type ServerContext } from './request-notes.ts';
import { DeadlineError } from '../../../store/session.ts';
import { schema } from '../schema/schema.ts';

// Most requests are a POST of JSON with a document that ran before. They are handled here, without the cost of Yoga for
// each request: a Request, a Response, their streams, and a pass through every plugin. Yoga handles all other requests,
// and all that are rejected or fail, so that error responses are defined in one place.

interface FastPathOptions {
  readonly services: ApiServices;
  readonly presentErrors: PresentErrors;
  readonly queries: AutomaticPersistedQueries;
  /** Number of the operator's persisted documents. */
  readonly persisted: number;
}

/** The fast path in front of Yoga. */
export interface FastPath {
  /** Plugin for Yoga: notes which operations ran without errors, and returns failed results of the fast path. */
  readonly plugin: Plugin<ServerContext, ServerContext>;
  /** Handles a request with this body itself, or passes it to Yoga. */
  handle(
    yoga: (failed?: ExecutionResult) => Promise<void>,
    request: IncomingMessage,
    body: Buffer,
    response: ServerResponse,
    info: CallerRequest,
  ): Promise<void>;
}

/** Maximum number of operations, besides the persisted ones, that are kept compiled, and that are noted as run once. */
const keptOperations = 100;

/** Content type of the response for each `Accept` header. Yoga handles other headers. */
const answerTypes = new Map<string | undefined, string>([
  [undefined, 'application/json'],
  ['*/*', 'application/json'],
  ['application/json', 'application/json'],
  ['application/json, text/plain, */*', 'application/json'],
  ['application/graphql-response+json', 'application/graphql-response+json'],
  [
    'application/graphql-response+json, application/json;q=0.9',
    'application/graphql-response+json',
  ],
  ['application/graphql-response+json,application/json;q=0.9', 'application/graphql-response+json'],
  // graphql-request
  ['application/graphql-response+json, application/json', 'application/graphql-response+json'],
  // urql
  [
    'application/graphql-response+json, application/graphql+json, application/json, text/event-stream, multipart/mixed',
    'application/graphql-response+json',
  ],
]);

/** Creates the fast path. */
export function createFastPath(options: FastPathOptions): FastPath {
  const operations = new Operations(keptOperations + options.persisted);
  return {
    plugin: {
      onParams({ context, setResult }) {
        const { failed } = context;
        if (failed !== undefined) setResult(failed);
      },
      onExecute: ({ args }) => ({
        onExecuteDone({ result }) {
          if ('errors' in result) return;
          const { params } = args.contextValue as YogaInitialContext;
          operations.ranWell(params.query ?? '', params.operationName);
        },
      }),
    },
    async handle(yoga, request, body, response, info) {
      const type = answerTypeOf(request);
      if (type === undefined) return yoga();
      const result = await run(operations, body, options, info);
      if (result === undefined || 'errors' in result) return yoga(result);
      const answer = JSON.stringify(result);
      response.writeHead(200, {
        'Content-Type': `${type}; charset=utf-8`,
        'content-length': Buffer.byteLength(answer),
      });
      response.end(answer);
      return undefined;
    },
  };
}

/** Operations that ran without errors. */
class Operations {
  readonly #compile = createCompiler(schema);
  readonly #allowance: CompileAllowance;
  readonly #cameOnce: LRUCache<string, true>;
  readonly #compiled: LRUCache<string, CompiledOperation | 'better interpreted'>;

  constructor(max: number) {
    this.#allowance = new CompileAllowance(max);
    this.#cameOnce = new LRUCache({ max });
    this.#compiled = new LRUCache({ max });
  }

  find(text: string, operationName: string | null | undefined): CompiledOperation | undefined {
    const found = this.#compiled.get(keyOf(text, operationName));
    return found === 'better interpreted' ? undefined : found;
  }

  /**
   * Compiles an operation on its second run, because most operations that users type never run again. Without allowance
   * left, a later run compiles it.
   */
  ranWell(text: string, operationName: string | null | undefined): void {
    const key = keyOf(text, operationName);
    if (this.#compiled.has(key)) return;
    if (this.#cameOnce.has(key) && this.#allowance.take()) {
      this.#cameOnce.delete(key);
      const compiled = this.#compile(text, operationName ?? undefined);
      this.#compiled.set(key, compiled ?? 'better interpreted');
    } else this.#cameOnce.set(key, true);
  }
}

/** Returns a unique key: no valid document starts with a name and a NUL character. */
function keyOf(text: string, operationName: string | null | undefined): string {
  return operationName == null ? text : `${operationName}\0${text}`;
}

/** Returns the content type of the response, or `undefined` if the method or the headers require Yoga. */
function answerTypeOf({ method, headers }: IncomingMessage): string | undefined {
  const isPlain = method === 'POST' && headers['idempotency-key'] === undefined;
  return isPlain ? answerTypes.get(headers.accept) : undefined;
}

/** Runs the operation of a body if it is compiled. Returns `undefined` if Yoga must run it. */
async function run(
  operations: Operations,
  body: Buffer,
  { services, presentErrors, queries }: FastPathOptions,
  info: CallerRequest,
): Promise<ExecutionResult | undefined> {
  const params = paramsIn(body, queries);
  if (params === undefined) return undefined;
  const operation = operations.find(params.query, params.operationName);
  const values = operation?.valuesOf(params.variables ?? {}, services.limits.document);
  if (operation === undefined || values === undefined) return undefined;
  const { definition, document } = operation;
  const isQuery = definition.operation === OperationTypeNode.QUERY;
  const context = createContext(services, info, { costIsKnown: true });
  // Before the run, so that the log also names the operation if the client disconnects meanwhile.
  noteOperation(info, definition);
  queries.keep(params, info.bucket);
  try {
    const result = await services.atATime(() => operation.run(context, values));
    // Yoga runs it again: which of several errors are reported depends on the executor.
    if (isQuery && result.errors && !tookTooLong(result)) return undefined;
    return presentErrors(result, document, info.requestId);
  } catch (error) {
    // Nothing was changed, so Yoga can still run or reject the operation.
    if (error instanceof OverloadedError || isQuery) return undefined;
    throw error;
  }
}

/** Reports whether the deadline stopped the operation, so that it must not run again. */
function tookTooLong({ errors = [] }: ExecutionResult): boolean {
  return errors.some(({ originalError }) => originalError instanceof DeadlineError);
}

interface PlainParams {
  readonly query: string;
  readonly variables?: Record<string, unknown> | null;
  readonly operationName?: string | null;
  readonly extensions?: Record<string, unknown> | null;
}

function paramsIn(body: Buffer, queries: AutomaticPersistedQueries): PlainParams | undefined {
  let params: unknown;
  try {
    params = JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
  if (!isObject(params)) return undefined;
  for (const name in params) if (!plainParams.has(name)) return undefined;
  const { variables, operationName, extensions } = params;
  const query = textIn(params, queries);
  const isPlain =
    typeof query === 'string' &&
    (variables == null || isObject(variables)) &&
    (operationName == null || (typeof operationName === 'string' && aName.test(operationName))) &&
    (extensions == null || isObject(extensions));
  return isPlain ? { ...params, query } : undefined;
}

function textIn(params: Record<string, unknown>, queries: AutomaticPersistedQueries): unknown {
  try {
    return queries.textFor(params);
  } catch {
    return undefined;
  }
}

const aName = /^\w+$/;
const plainParams = new Set(['query', 'documentId', 'variables', 'operationName', 'extensions']);
