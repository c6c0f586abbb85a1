import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RequestInfo } from '../request-info.ts';

/** Tells a collector of traces what requests did. */
export interface Tracing {
  /** Makes the spans of a request that is done, and returns the id of its trace, unless it has none. */
  requestDone(
    request: IncomingMessage,
    response: ServerResponse,
    info: RequestInfo,
  ): string | undefined;
  /** Sends what was not sent yet, within a limit of time. */
  stop(): Promise<void>;
}
