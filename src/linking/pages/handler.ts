import type { IncomingMessage, ServerResponse } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import type { Logger } from 'pino';
import type { LinkPageServices } from '../services.ts';
import { faultOf, internalFault } from '../../operations/faults.ts';
import { linkPages, type LinkPagesOptions } from './routes.ts';

/** The id of a request, and the error codes that the handler adds for the log and the metrics. */
interface RequestNotes {
  readonly requestId: string;
  readonly errorCodes: string[];
}

/**
 * Handles one request for a path under `/link/`. If its address has sent too many, `retryAfterSeconds` says when it may
 * try again; the response is then a page that says so, except to the platform's answer to an authorization under way.
 */
export type LinkHandler = (
  request: IncomingMessage,
  response: ServerResponse,
  notes: RequestNotes,
  retryAfterSeconds?: number,
) => Promise<void>;

/** Makes the handler of the pages where a company's people link its platforms. */
export function createLinkHandler(
  services: LinkPageServices,
  options: LinkPagesOptions,
  logger: Logger,
): LinkHandler {
  const app = linkPages(services, options, (error, c) => {
    const { requestId, errorCodes } = (c.env as { notes: RequestNotes }).notes;
    const { code } = faultOf(error, { requestId }, logger);
    errorCodes.push(code);
    return { problem: code === internalFault ? 'internal' : 'busy', requestId };
  });
  return async (request, response, notes, retryAfterSeconds) => {
    const listener = getRequestListener(
      (it) => app.fetch(it, { incoming: request, notes, retryAfterSeconds }),
      {
        overrideGlobalObjects: false,
        // Requests in HTTP/1.0 may name no host.
        hostname: 'localhost',
      },
    );
    await listener(request, response);
  };
}
