import { randomUUID } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import { answerFault } from './answer.ts';

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
      answerFault(response, {
        status: 400,
        code: 'BAD_REQUEST',
        message: 'The request line or the Host header is malformed',
      });
      return;
    }
    const route = routes.get(pathOf(request));
    if (route === undefined) {
      answerFault(response, { status: 404, code: 'NOT_FOUND', message: 'There is nothing here' });
      return;
    }
    route(request, response, requestId).catch((error: unknown) => {
      logger.error({ requestId, err: error }, 'internal fault');
      if (response.headersSent) response.destroy();
      else {
        answerFault(response, {
          status: 500,
          code: 'INTERNAL_SERVER_ERROR',
          message: `Internal error; its request id is ${requestId}`,
        });
      }
    });
  };
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
