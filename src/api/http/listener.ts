import type { IncomingMessage, ServerResponse } from 'node:http';
import cors from 'cors';
import type { Logger } from 'pino';
import { faultOf } from '../../operations/faults.ts';
import { answerFault, nothingHere } from './answer.ts';
import type { RequestHandler } from '../../web/http-server.ts';
import type { RequestFault } from '../../web/request-fault.ts';
import { startRequestInfo, type FaultForm, type RequestInfo } from '../request-info.ts';

/** Handles the requests for a path or a prefix. */
export type Route = (
  request: IncomingMessage,
  response: ServerResponse,
  info: RequestInfo,
) => Promise<void>;

interface ListenerOptions {
  readonly routes: ReadonlyMap<string, Route>;
  /** Routes by the prefix of their paths, such as `/link/`, which `/link` has too. */
  readonly prefixes: ReadonlyMap<string, Route>;
  /** Formats of error responses by the prefix of their paths. */
  readonly faultForms: ReadonlyMap<string, FaultForm>;
  /** The origins whose scripts may send requests from a browser. */
  readonly corsOrigins: readonly string[];
  readonly logger: Logger;
  /** Called for each request after its response was sent or its client disconnected. */
  readonly onDone: (request: IncomingMessage, response: ServerResponse, info: RequestInfo) => void;
}

/**
 * Passes each request to the route of its exact path, or else of its prefix. Requests that arrive in the same turn of
 * the event loop are handled together. Every response has an `X-Request-Id`.
 */
export function createListener(options: ListenerOptions): RequestHandler {
  const { corsOrigins, onDone } = options;
  const allowOrigins = cors({
    origin: [...corsOrigins],
    methods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
    exposedHeaders: [
      'x-request-id',
      'ratelimit-limit',
      'ratelimit-remaining',
      'ratelimit-reset',
      'retry-after',
    ],
    maxAge: 600,
  });
  const together = createGathering();
  return (request, response, fault) => {
    const info = startRequestInfo(request);
    const [, faultForm] = underPrefix(options.faultForms, pathOf(request)) ?? [];
    if (faultForm !== undefined) info.faultForm = faultForm;
    response.setHeader('x-request-id', info.requestId);
    response.once('close', () => onDone(request, response, info));
    const answer = () => {
      // The client has disconnected.
      if (request.destroyed) return;
      answerRequest(options, fault, request, response, info).catch((error: unknown) => {
        const internal = faultOf(error, { requestId: info.requestId }, options.logger);
        if (response.headersSent) response.destroy();
        else answerFault(response, internal, info);
      });
    };
    const handle = () => together(answer);
    if (corsOrigins.length === 0) handle();
    else allowOrigins(request, response, handle);
  };
}

/** Returns a function that defers work to the event loop's check phase, in which no request arrives. */
function createGathering(): (work: () => void) => void {
  let gathered: (() => void)[] = [];
  return (work) => {
    if (gathered.push(work) > 1) return;
    setImmediate(() => {
      const all = gathered;
      gathered = [];
      for (const one of all) one();
    });
  };
}

async function answerRequest(
  { routes, prefixes }: ListenerOptions,
  fault: RequestFault | undefined,
  request: IncomingMessage,
  response: ServerResponse,
  info: RequestInfo,
): Promise<void> {
  if (fault !== undefined) {
    answerFault(response, fault, info);
    return;
  }
  const path = pathOf(request);
  const exact = routes.get(path);
  const [name, route] = exact ? [path, exact] : (underPrefix(prefixes, path) ?? []);
  if (name === undefined || route === undefined) {
    answerFault(response, nothingHere, info);
    return;
  }
  info.route = name;
  await route(request, response, info);
}

/** Returns the first prefix of a path, with its value. A path has no slash at its end. */
function underPrefix<T>(byPrefix: ReadonlyMap<string, T>, path: string): [string, T] | undefined {
  return [...byPrefix].find(([prefix]) => `${path}/`.startsWith(prefix));
}

/** Returns the path of a request without its query string. */
export function pathOf({ url = '/' }: IncomingMessage): string {
  return url.split('?', 1)[0] ?? '/';
}
