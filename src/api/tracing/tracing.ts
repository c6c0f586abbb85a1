import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RequestInfo } from '../request-info.ts';

/** Sends traces of requests to a collector. */
export interface Tracing {
  /** Creates the spans of a finished request and returns its trace id, or `undefined` if it is not traced. */
  requestDone(
    request: IncomingMessage,
    response: ServerResponse,
    info: RequestInfo,
  ): string | undefined;
  /** Sends the remaining spans, within a time limit. */
  stop(): Promise<void>;
}
