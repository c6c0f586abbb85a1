import type { IncomingMessage, ServerResponse } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { HTTPException } from 'hono/http-exception';
import type { Logger } from 'pino';
import { OverloadedError } from '../limits/concurrency.ts';
import { ReusedKeyError } from '../operations/idempotency.ts';
import { DeadlineError } from '../operations/operation-store.ts';
import { unavailableStore } from '../operations/unavailable-store.ts';
import { StoreUnavailableError } from '../store/store.ts';
import { restApp } from './app.ts';
import { RestFault } from './faults.ts';
import type { RestNotes, RestServices } from './services.ts';

/** Answers one request for a path under `/api/`. */
export type RestHandler = (
  request: IncomingMessage,
  response: ServerResponse,
  notes: RestNotes,
) => Promise<void>;

/** Makes the handler of the REST face. */
export function createRestHandler(services: RestServices, logger: Logger): RestHandler {
  const app = restApp(services, (error, requestId) => faultOf(error, requestId, logger));
  return async (request, response, notes) => {
    const listener = getRequestListener((it) => app.fetch(it, { notes }), {
      overrideGlobalObjects: false,
    });
    await listener(request, response);
  };
}

function faultOf(error: Error, requestId: string, logger: Logger): RestFault {
  if (error instanceof RestFault) return error;
  if (error instanceof StoreUnavailableError) {
    const { status, code, message, headers } = unavailableStore(error, requestId, logger);
    return new RestFault(status, code, message, { headers });
  }
  if (error instanceof DeadlineError) {
    return new RestFault(503, 'OPERATION_TIMEOUT', 'The operation took too long and was stopped');
  }
  if (error instanceof OverloadedError) {
    return new RestFault(503, 'OVERLOADED', error.message, { headers: { 'retry-after': '1' } });
  }
  if (error instanceof ReusedKeyError) {
    return new RestFault(422, 'IDEMPOTENCY_KEY_REUSED', error.message);
  }
  // What the router itself refuses: a body that is not JSON.
  if (error instanceof HTTPException && error.status < 500) {
    return new RestFault(error.status, 'BAD_REQUEST', error.message);
  }
  logger.error({ requestId, err: error }, 'internal fault');
  return new RestFault(
    500,
    'INTERNAL_SERVER_ERROR',
    `Internal error; its request id is ${requestId}`,
  );
}
