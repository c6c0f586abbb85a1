import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import { pathOf } from './listener.ts';
import type { RequestInfo } from '../request-info.ts';

/** Longer paths are cut: clients choose them. */
const maxPath = 100;

/**
 * Logs a request in one line. What it asked for is not in it: documents and variables hold what people keep to
 * themselves. `traceId` leads to what the request did, where that is traced.
 */
export function logRequest(
  logger: Logger,
  request: IncomingMessage,
  response: ServerResponse,
  info: RequestInfo,
  traceId: string | undefined,
): void {
  const { requestId, caller, operationName, operationType, errorCodes, startedMs } = info;
  const path = pathOf(request).slice(0, maxPath);
  logger[levelOf(path, response.statusCode)](
    {
      requestId,
      ...(traceId !== undefined && { traceId }),
      method: request.method,
      path,
      // A response that was never begun has the status that it would have had by default.
      ...(response.headersSent && { status: response.statusCode }),
      durationMs: Math.round((performance.now() - startedMs) * 10) / 10,
      ...(caller && { caller: caller.actor }),
      ...(operationType && { operationType }),
      ...(operationName && { operationName }),
      ...(errorCodes.length > 0 && { errorCodes: [...new Set(errorCodes)] }),
      ...(!response.writableFinished && { clientGone: true }),
    },
    'request',
  );
}

/** Probes come every few seconds and would hide the rest. */
function levelOf(path: string, status: number): 'debug' | 'info' | 'warn' {
  if (path.startsWith('/health/')) return 'debug';
  return status >= 500 ? 'warn' : 'info';
}
