import { randomUUID } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Logger } from 'pino';

/** Answers the requests for one path. */
export type Route = (
  request: IncomingMessage,
  response: ServerResponse,
  requestId: string,
) => Promise<void>;

/**
 * Hands each request to the route of exactly its path. Every answer carries `X-Request-Id`: the request's own, if it
 * is well-formed, or a new one.
 */
export function createListener(
  routes: ReadonlyMap<string, Route>,
  logger: Logger,
): RequestListener {
  return (request, response) => {
    const requestId = requestIdOf(request);
    response.setHeader('x-request-id', requestId);
    if (!hasValidTarget(request)) {
      answer(response, 400, 'The request line or the Host header is malformed');
      return;
    }
    const route = routes.get(pathOf(request));
    if (route === undefined) {
      answer(response, 404, 'There is nothing here');
      return;
    }
    route(request, response, requestId).catch((error: unknown) => {
      logger.error({ requestId, err: error }, 'internal fault');
      if (response.headersSent) response.destroy();
      else answer(response, 500, `Internal error; its request id is ${requestId}`);
    });
  };
}

/** Answers with an error in the form of a GraphQL answer. */
function answer(response: ServerResponse, status: number, message: string): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
  response.end(JSON.stringify({ errors: [{ message }] }));
}

function requestIdOf({ headers }: IncomingMessage): string {
  const given = headers['x-request-id'];
  return typeof given === 'string' && /^[\w.-]{1,128}$/.test(given) ? given : randomUUID();
}

function pathOf({ url = '/' }: IncomingMessage): string {
  return url.split('?', 1)[0] ?? '/';
}

/** Whether the parts that Yoga makes a URL of, and throws on, make one. */
function hasValidTarget({ url = '/', headers }: IncomingMessage): boolean {
  return url.startsWith('/') && URL.canParse(`http://${headers.host ?? 'localhost'}/`);
}
