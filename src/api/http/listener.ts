import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import cors from 'cors';
import type { Logger } from 'pino';
import { faultOf } from '../../operations/faults.ts';
import { answerFault } from './answer.ts';
import { isWellFormed } from '../../web/well-formed.ts';
import { startRequestInfo, type FaultForm, type RequestInfo } from '../request-info.ts';

/** Handles the requests for a path or a prefix. */
export type Route = (
  request: IncomingMessage,
  response: ServerResponse,
  info: RequestInfo,
) => Promise<void>;

interface ListenerOptions {
  readonly routes: ReadonlyMap<string, Route>;
  /** Routes by the prefix of their paths, such as `/link/`. */
  readonly prefixes: ReadonlyMap<string, Route>;
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
export function createListener(options: ListenerOptions): RequestListener {
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
  return (request, response) => {
    const info = startRequestInfo(request);
    response.setHeader('x-request-id', info.requestId);
    response.once('close', () => onDone(request, response, info));
    const answer = () => {
      // The client has disconnected.
      if (request.destroyed) return;
      answerRequest(options, request, response, info).catch((error: unknown) => {
        const fault = faultOf(error, { requestId: info.requestId }, options.logger);
        if (response.headersSent) response.destroy();
        else answerFault(response, fault, info);
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
  request: IncomingMessage,
  response: ServerResponse,
  info: RequestInfo,
): Promise<void> {
  if (!isWellFormed(request)) {
    answerFault(response, malformed, info);
    return;
  }
  const path = pathOf(request);
  const exact = routes.get(path);
  const [name, route] = exact
    ? [path, exact]
    : ([...prefixes].find(([prefix]) => path.startsWith(prefix)) ?? []);
  if (name === undefined || route === undefined) {
    answerFault(response, nothingHere, info);
    return;
  }
  info.route = name;
  await route(request, response, info);
}

/** Wraps a route whose error responses have their own format. */
export function inForm(faultForm: FaultForm, route: Route): Route {
  return (request, response, info) => route(request, response, Object.assign(info, { faultForm }));
}

const malformed = {
  status: 400,
  code: 'BAD_REQUEST',
  message: 'The request line or the headers are malformed',
  // What follows on the connection may not be a request.
  headers: { connection: 'close' },
};

const nothingHere = { status: 404, code: 'NOT_FOUND', message: 'No resource exists at this path' };

/** Returns the path of a request without its query string. */
export function pathOf({ url = '/' }: IncomingMessage): string {
  return url.split('?', 1)[0] ?? '/';
}
