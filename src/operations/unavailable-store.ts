import type { Logger } from 'pino';
import type { StoreUnavailableError, Unavailability } from '../store/store.ts';

interface UnavailableAnswer {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly headers: Record<string, string>;
}

/** What callers are told of a store that cannot be used, which is less than the log says. */
const answers: Record<
  Unavailability,
  { readonly message: string; readonly code: string; readonly retryAfter: string }
> = {
  busy: {
    message: 'The gateway is busy; nothing was changed. Try again',
    code: 'SERVICE_UNAVAILABLE',
    retryAfter: '1',
  },
  full: {
    message: 'The gateway has no space left to keep changes; nothing was changed',
    code: 'STORAGE_FULL',
    retryAfter: '60',
  },
  readOnly: {
    message: 'The gateway may not write its database; nothing was changed',
    code: 'SERVICE_UNAVAILABLE',
    retryAfter: '60',
  },
  // No promise of what was changed: a disk that fails while it confirms a change leaves that open.
  unusable: {
    message: 'The gateway cannot use its database',
    code: 'SERVICE_UNAVAILABLE',
    retryAfter: '60',
  },
};

/** Logs that the store could not be used, and makes what is answered for it. */
export function unavailableStore(
  error: StoreUnavailableError,
  requestId: string,
  logger: Logger,
): UnavailableAnswer {
  // Busy passes by itself; the others wait for an operator.
  logger[error.why === 'busy' ? 'warn' : 'error']({ requestId, err: error }, 'store unavailable');
  const { message, code, retryAfter } = answers[error.why];
  return { status: 503, code, message, headers: { 'retry-after': retryAfter } };
}
