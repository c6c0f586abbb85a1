import type { Logger } from 'pino';
import { DeadlineError } from '../store/session.ts';
import { StoreUnavailableError, type Unavailability } from '../store/unavailable.ts';
import { OverloadedError } from './concurrency.ts';
import {
  AnswerNotKeptError,
  NestedTooDeeplyError,
  ReusedKeyError,
  StoredAnswersFullError,
} from './idempotency.ts';

/** The error that a caller gets when a request fails. GraphQL and REST each put it in their own form. */
export interface Fault {
  /** The HTTP status. */
  readonly status: number;
  /** The error code in responses, logs and metrics. */
  readonly code: string;
  readonly message: string;
  /** Headers of the response, by their names in lower case. */
  readonly headers?: Record<string, string>;
}

/** The error code of faults in the gateway itself. */
export const internalFault = 'INTERNAL_SERVER_ERROR';

/** The request that failed, and where in it, for the log. */
interface FaultContext {
  readonly requestId: string;
  /** The path of the field in a GraphQL response. */
  readonly path?: readonly (string | number)[] | undefined;
}

/** Returns the fault for a thrown error. Logs the error if the gateway or its store is at fault. */
export function faultOf(error: unknown, context: FaultContext, logger: Logger): Fault {
  const { requestId } = context;
  if (error instanceof StoreUnavailableError) {
    // `busy` passes by itself; the others need an operator.
    logger[error.why === 'busy' ? 'warn' : 'error']({ requestId, err: error }, 'store unavailable');
    return unavailable[error.why];
  }
  if (error instanceof DeadlineError) return timedOut;
  if (error instanceof OverloadedError) return overloaded(error);
  if (error instanceof ReusedKeyError) {
    return { status: 422, code: 'IDEMPOTENCY_KEY_REUSED', message: error.message };
  }
  if (error instanceof AnswerNotKeptError) {
    return { status: 409, code: 'IDEMPOTENCY_RESPONSE_TOO_LARGE', message: error.message };
  }
  if (error instanceof StoredAnswersFullError) {
    return {
      status: 429,
      code: 'IDEMPOTENCY_LIMIT',
      message: error.message,
      headers: { 'retry-after': '60' },
    };
  }
  if (error instanceof NestedTooDeeplyError) {
    return { status: 400, code: 'BAD_REQUEST', message: error.message };
  }
  logger.error({ ...context, err: error }, 'internal error');
  return {
    status: 500,
    code: internalFault,
    message: `Internal error (request id ${requestId})`,
  };
}

/** The faults for a store that cannot be used. They say less than the log. */
const unavailable: Record<Unavailability, Fault> = {
  busy: {
    status: 503,
    code: 'SERVICE_UNAVAILABLE',
    message: 'The gateway is busy; nothing was changed. Try again later',
    headers: { 'retry-after': '1' },
  },
  full: {
    status: 503,
    code: 'STORAGE_FULL',
    message: 'The gateway has no disk space left; nothing was changed',
    headers: { 'retry-after': '60' },
  },
  readOnly: {
    status: 503,
    code: 'SERVICE_UNAVAILABLE',
    message: 'The gateway cannot write to its database; nothing was changed',
    headers: { 'retry-after': '60' },
  },
  moved: {
    status: 503,
    code: 'SERVICE_UNAVAILABLE',
    message: "The gateway's database was moved or replaced; nothing was changed",
    headers: { 'retry-after': '60' },
  },
  // Does not say that nothing changed: if the disk fails during a commit, that is unknown.
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

/** Returns the fault for a request that the gateway has no room for. */
export function overloaded({ message }: OverloadedError): Fault {
  return { status: 503, code: 'OVERLOADED', message, headers: { 'retry-after': '1' } };
}
