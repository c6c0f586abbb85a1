import type { Logger } from 'pino';
import { DeadlineError } from '../store/session.ts';
import { StoreUnavailableError, type Unavailability } from '../store/unavailable.ts';
import { OverloadedError } from './concurrency.ts';
import { NestedTooDeeplyError, ReusedKeyError } from './idempotency.ts';

/** What a caller is told when a request fails. GraphQL and REST each put it in their own form. */
export interface Fault {
  /** The HTTP status. */
  readonly status: number;
  /** Its name in answers, logs and metrics. */
  readonly code: string;
  readonly message: string;
  /** Headers of the answer, by their names in lower case. */
  readonly headers?: Record<string, string>;
}

/** The code of faults of the gateway itself. */
export const internalFault = 'INTERNAL_SERVER_ERROR';

/** Which request failed, and where in it, for the log. */
interface FaultContext {
  readonly requestId: string;
  /** The path of the field of a GraphQL answer. */
  readonly path?: readonly (string | number)[] | undefined;
}

/** Tells why a request failed, from what was thrown; logs what is a fault of the gateway or of its store. */
export function faultOf(error: unknown, context: FaultContext, logger: Logger): Fault {
  const { requestId } = context;
  if (error instanceof StoreUnavailableError) {
    // Busy passes by itself; the others wait for an operator.
    logger[error.why === 'busy' ? 'warn' : 'error']({ requestId, err: error }, 'store unavailable');
    return unavailable[error.why];
  }
  if (error instanceof DeadlineError) return timedOut;
  if (error instanceof OverloadedError) return overloaded(error);
  if (error instanceof ReusedKeyError) {
    return { status: 422, code: 'IDEMPOTENCY_KEY_REUSED', message: error.message };
  }
  if (error instanceof NestedTooDeeplyError) {
    return { status: 400, code: 'BAD_REQUEST', message: error.message };
  }
  logger.error({ ...context, err: error }, 'internal fault');
  return {
    status: 500,
    code: internalFault,
    message: `Internal error; its request id is ${requestId}`,
  };
}

/** What callers are told of a store that cannot be used, which is less than the log says. */
const unavailable: Record<Unavailability, Fault> = {
  busy: {
    status: 503,
    code: 'SERVICE_UNAVAILABLE',
    message: 'The gateway is busy; nothing was changed. Try again',
    headers: { 'retry-after': '1' },
  },
  full: {
    status: 503,
    code: 'STORAGE_FULL',
    message: 'The gateway has no space left to keep changes; nothing was changed',
    headers: { 'retry-after': '60' },
  },
  readOnly: {
    status: 503,
    code: 'SERVICE_UNAVAILABLE',
    message: 'The gateway may not write its database; nothing was changed',
    headers: { 'retry-after': '60' },
  },
  // No promise of what was changed: a disk that fails while it confirms a change leaves that open.
  unusable: {
    status: 503,
    code: 'SERVICE_UNAVAILABLE',
    message: 'The gateway cannot use its database',
    headers: { 'retry-after': '60' },
  },
};

const timedOut: Fault = {
  status: 503,
  code: 'OPERATION_TIMEOUT',
  message: 'The operation took too long and was stopped',
};

/** What a caller is told when the gateway has no room for the request. */
export function overloaded({ message }: OverloadedError): Fault {
  return { status: 503, code: 'OVERLOADED', message, headers: { 'retry-after': '1' } };
}
