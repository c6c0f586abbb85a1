import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { OperationTypeNode, type ExecutionResult } from 'graphql';
import type { Plugin, YogaInitialContext } from 'graphql-yoga';
import { LRUCache } from 'lru-cache';
import { OverloadedError } from '../../../operations/concurrency.ts';
import { createCompiler, type CompiledOperation } from './compiled-operation.ts';
import type { CallerRequest } from '../../request-info.ts';
import type { ApiServices } from '../../services.ts';
import { createContext } from '../schema/context.ts';
import type { PresentErrors } from './error-plugin.ts';
import type { PersistedDocuments } from './persisted-documents.ts';
import { noteOperation, type ServerContext } from './request-notes.ts';
import { DeadlineError } from '../../../store/session.ts';
import { schema } from '../schema/schema.ts';

// Most requests are a POST of JSON with a document that came before. They are answered here, without what Yoga makes for
// each request: a Request, a Response, their streams, and a pass through every plugin. Whatever is not plain is left to
// Yoga, and so is all that is refused or fails, so that there is one place that says how that is answered.

/** Answers one request for `/graphql`. */
export type GraphQLHandler = (
  request: IncomingMessage,
  response: ServerResponse,
  info: CallerRequest,
  /** What the operation came to, if it has run already, with errors. */
  failed?: ExecutionResult,
) => Promise<void>;

interface FastPathOptions {
  readonly services: ApiServices;
  readonly presentErrors: PresentErrors;
  readonly documents: PersistedDocuments;
}

/** The fast path in front of Yoga. */
export interface FastPath {
  /** For Yoga: learns which documents are good, and answers what the fast path could not. */
  readonly plugin: Plugin<ServerContext, ServerContext>;
  /** Handles a request itself, or hands it to Yoga. */
  handle(
    yoga: GraphQLHandler,
    request: IncomingMessage,
    response: ServerResponse,
    info: CallerRequest,
  ): Promise<void>;
}

/** Distinct operations, besides the persisted ones, that are kept compiled, and of which it is known that they came. */
const keptOperations = 100;

const jsonTypes = new Set<string | undefined>([
  'application/json',
  'application/json; charset=utf-8',
  'application/json;charset=utf-8',
  'application/json;charset=UTF-8',
]);

/** What is answered to what clients say that they accept; other clients are left to Yoga. */
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
]);

/** Makes the fast path. */
export function createFastPath(options: FastPathOptions): FastPath {
  const operations = new Operations(keptOperations + options.documents.count);
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
    async handle(yoga, request, response, info) {
      const type = answerTypeOf(request, options);
      if (type === undefined) return yoga(request, response, info);
      const body = await readBody(request);
      // The client is gone.
      if (body === undefined) return undefined;
      const result = await run(operations, body, options, info);
      if (result === undefined || 'errors' in result) {
        return yoga(requestAgain(request, body), response, info, result);
      }
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

/** The operations that have run without errors. */
class Operations {
  readonly #compile = createCompiler(schema);
  readonly #cameOnce: LRUCache<string, true>;
  readonly #compiled: LRUCache<string, CompiledOperation | 'better interpreted'>;

  constructor(max: number) {
    this.#cameOnce = new LRUCache({ max });
    this.#compiled = new LRUCache({ max });
  }

  find(text: string, operationName: string | null | undefined): CompiledOperation | undefined {
    const found = this.#compiled.get(keyOf(text, operationName));
    return found === 'better interpreted' ? undefined : found;
  }

  /** Compiles what has run twice: most of what people type themselves never comes again. */
  ranWell(text: string, operationName: string | null | undefined): void {
    const key = keyOf(text, operationName);
    if (this.#compiled.has(key)) return;
    if (this.#cameOnce.delete(key)) {
      const compiled = this.#compile(text, operationName ?? undefined);
      this.#compiled.set(key, compiled ?? 'better interpreted');
    } else this.#cameOnce.set(key, true);
  }
}

/** No document that is valid begins with a name and the character that comes behind it here. */
function keyOf(text: string, operationName: string | null | undefined): string {
  return operationName == null ? text : `${operationName}\0${text}`;
}

/** The type of the answer to a request that is plain, as far as its headers tell. */
function answerTypeOf(
  { method, headers }: IncomingMessage,
  { services }: FastPathOptions,
): string | undefined {
  const length = headers['content-length'];
  const isPlain =
    method === 'POST' &&
    jsonTypes.has(headers['content-type']) &&
    length !== undefined &&
    Number(length) <= services.limits.bodyBytes &&
    headers['idempotency-key'] === undefined;
  return isPlain ? answerTypes.get(headers.accept) : undefined;
}

/** Reads a whole body, whose length the headers have told; `undefined` if the client goes away before. */
function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  return new Promise((resolve) => {
    let first: Buffer | undefined;
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => {
      if (first === undefined) first = chunk;
      else chunks.push(chunk);
    });
    request.on('end', () => resolve(Buffer.concat(first ? [first, ...chunks] : [])));
    request.on('error', () => resolve(undefined));
    request.on('close', () => resolve(undefined));
  });
}

/** The request as one whose body was not read. */
function requestAgain({ method, url, headers, socket }: IncomingMessage, body: Buffer) {
  return Object.assign(Readable.from([body]), { method, url, headers, socket }) as IncomingMessage;
}

/** Runs the operation that a body asks for, if it is plain and known; returns `undefined` if Yoga is to run it. */
async function run(
  operations: Operations,
  body: Buffer,
  { services, presentErrors, documents }: FastPathOptions,
  info: CallerRequest,
): Promise<ExecutionResult | undefined> {
  const params = paramsIn(body, documents);
  const operation = params && operations.find(params.query, params.operationName);
  const values = operation?.valuesOf(params?.variables ?? {}, services.limits.document);
  if (operation === undefined || values === undefined) return undefined;
  const { definition, document } = operation;
  const isQuery = definition.operation === OperationTypeNode.QUERY;
  const context = createContext(services, info, { costIsKnown: true });
  // Before it runs, so that it is known of a request whose client goes away meanwhile.
  noteOperation(info, definition);
  try {
    const result = await services.atATime(() => operation.run(context, values));
    // Which of several errors are told depends on how an operation was executed.
    if (isQuery && result.errors && !tookTooLong(result)) return undefined;
    return presentErrors(result, document, info.requestId);
  } catch (error) {
    // Nothing was changed: Yoga refuses it in its words, or finds a place for it.
    if (error instanceof OverloadedError || isQuery) return undefined;
    throw error;
  }
}

/** Whether an operation was stopped, so that it is not to be run again. */
function tookTooLong({ errors = [] }: ExecutionResult): boolean {
  return errors.some(({ originalError }) => originalError instanceof DeadlineError);
}

interface PlainParams {
  readonly query: string;
  readonly variables?: Record<string, unknown> | null;
  readonly operationName?: string | null;
}

function paramsIn(body: Buffer, documents: PersistedDocuments): PlainParams | undefined {
  let params: unknown;
  try {
    params = JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
  if (!isObject(params)) return undefined;
  for (const name in params) if (!plainParams.has(name)) return undefined;
  const { variables, operationName, extensions } = params;
  const query = textIn(params, documents);
  const isPlain =
    typeof query === 'string' &&
    (variables == null || isObject(variables)) &&
    (operationName == null || (typeof operationName === 'string' && aName.test(operationName))) &&
    (extensions == null || isObject(extensions));
  return isPlain ? { ...params, query } : undefined;
}

function textIn(params: Record<string, unknown>, documents: PersistedDocuments): unknown {
  try {
    return documents.textFor(params);
  } catch {
    return undefined;
  }
}

const aName = /^\w+$/;
const plainParams = new Set(['query', 'documentId', 'variables', 'operationName', 'extensions']);

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
