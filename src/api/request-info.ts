import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Caller } from '../access/authenticate.ts';
import type { Fault } from '../operations/faults.ts';
import type { StoreCalls } from '../store/store-calls.ts';

/** Makes the body, as JSON, with which a face tells of a fault. */
export type FaultForm = (fault: Fault, requestId: string) => unknown;

/** What is known of a request. Who learns more of it notes that here, for the log, the metrics and the traces. */
export interface RequestInfo {
  readonly requestId: string;
  readonly startedMs: number;
  /** The path of the route that answers it. */
  route?: string;
  /** How faults of it are told; as GraphQL does unless it says otherwise. */
  faultForm?: FaultForm;
  caller?: Caller;
  /** The operation's name: as the client chose it in GraphQL, cut at 100 characters; as the document calls it in REST. */
  operationName?: string | undefined;
  operationType?: 'query' | 'mutation' | 'subscription';
  /** The codes of the errors that were answered. */
  readonly errorCodes: string[];
  /** Its calls of the store, where traces tell of them. */
  storeCalls?: StoreCalls;
}

/** What is known of a request whose caller is known. */
export type CallerRequest = RequestInfo & { readonly caller: Caller };

/** What is known when a request has begun: its own id, if it is well-formed, or a new one. */
export function startRequestInfo({ headers }: IncomingMessage): RequestInfo {
  const given = headers['x-request-id'];
  const isWellFormed = typeof given === 'string' && /^[\w.-]{1,128}$/.test(given);
  return {
    requestId: isWellFormed ? given : randomUUID(),
    startedMs: performance.now(),
    errorCodes: [],
  };
}
