import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import { pathOf } from './listener.ts';
import type { RequestInfo } from '../request-info.ts';

/** Maximum length of a path in characters. Longer paths are cut, because clients choose them. */
const maxPath = 100;

/**
 * Logs a request in one line. The line excludes documents and variables, because they contain private data. `traceId`
 * identifies the trace of the request, if it is traced.
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
      // A response that never started has only the default status.
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

/** Probes get the level `debug`: they arrive every few seconds and would hide other requests. */
function levelOf(path: string, status: number): 'debug' | 'info' | 'warn' {
  if (path.startsWith('/health/')) return 'debug';
  return status >= 500 ? 'warn' : 'info';
}
