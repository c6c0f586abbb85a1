import type { IncomingMessage, ServerResponse } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { HTTPException } from 'hono/http-exception';
import type { Logger } from 'pino';
import { faultOf } from '../../operations/faults.ts';
import { restApp } from './app.ts';
import { restFault, RestFault } from './faults.ts';
import type { CallerRequest } from '../request-info.ts';
import type { ApiServices } from '../services.ts';

/** Handles one request for a path under `/api/`. */
export type RestHandler = (
  request: IncomingMessage,
  response: ServerResponse,
  info: CallerRequest,
) => Promise<void>;

/** Creates the handler of the REST API. */
export function createRestHandler(services: ApiServices, logger: Logger): RestHandler {
  const app = restApp(services, (error, requestId) => restFaultOf(error, requestId, logger));
  return async (request, response, info) => {
    const listener = getRequestListener((it) => app.fetch(it, { incoming: request, info }), {
      overrideGlobalObjects: false,
      // Requests in HTTP/1.0 may name no host.
      hostname: 'localhost',
    });
    await listener(request, response);
  };
}

function restFaultOf(error: Error, requestId: string, logger: Logger): RestFault {
  if (error instanceof RestFault) return error;
  // The router itself rejects a body that is not JSON.
  if (error instanceof HTTPException && error.status < 500) {
    return new RestFault(error.status, 'BAD_REQUEST', error.message);
  }
  return restFault(faultOf(error, { requestId }, logger));
}
