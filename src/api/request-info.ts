import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Caller } from '../access/authenticate.ts';
import type { Fault } from '../operations/faults.ts';
import type { StoreCalls } from '../store/store-calls.ts';

/** Returns the JSON body of an error response in the format of one API (GraphQL or REST). */
export type FaultForm = (fault: Fault, requestId: string) => unknown;

/** Information about a request. Each stage adds what it learns, for the log, the metrics and the traces. */
export interface RequestInfo {
  readonly requestId: string;
  readonly startedMs: number;
  /** Path of the route that handles the request. */
  route?: string;
  /** Format of error responses. Default: the format of GraphQL. */
  faultForm?: FaultForm;
  caller?: Caller;
  /** Name of the operation. GraphQL: chosen by the client, cut at 100 characters. REST: its OpenAPI `operationId`. */
  operationName?: string | undefined;
  operationType?: 'query' | 'mutation' | 'subscription';
  /** Counts the request as more requests of its caller, for work that others do not cause. */
  charge?: (times: number) => void;
  /** Codes of the errors in the response. */
  readonly errorCodes: string[];
  /** Store calls of the request. Present only if requests are traced. */
  storeCalls?: StoreCalls;
}

/** Information about a request whose caller is known. */
export type CallerRequest = RequestInfo & {
  readonly caller: Caller;
  /** What the rate limit counts the request for: the API key or, without one, the address. */
  readonly bucket: string;
};

/** Starts the information about a request. Keeps its `X-Request-Id` if that is well-formed, or generates an id. */
export function startRequestInfo({ headers }: IncomingMessage): RequestInfo {
  const given = headers['x-request-id'];
  const isWellFormed = typeof given === 'string' && /^[\w.-]{1,128}$/.test(given);
  return {
    requestId: isWellFormed ? given : randomUUID(),
    startedMs: performance.now(),
    errorCodes: [],
  };
}
