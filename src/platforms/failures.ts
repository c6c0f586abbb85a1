import { AuthorizationResponseError, ClientError } from 'openid-client';
import { FetchError } from '../web/outgoing/fetch-error.ts';
import { PlatformError } from './platform.ts';
import { retryAfterMs } from './retry-after.ts';

/** How long the platform asks to wait, in ms. */
interface Wait {
  readonly retryAfterMs?: number | undefined;
}

/** Returns an error code if it is printable ASCII without quotes (RFC 6749, section 5.2). */
function codeOf(error: string): string | undefined {
  return /^[\w.:/-]{1,60}$/.test(error) ? error : undefined;
}

function returned(code: string | undefined, wait: Wait = {}): PlatformError {
  const message = `the platform returned ${code ?? 'an error'}`;
  return new PlatformError('rejected', message, { code, ...wait });
}

/** Converts an error to a `PlatformError`. Leaves out the platform's own wording, which may quote a token. */
export function asPlatformError(error: unknown): unknown {
  // The OAuth client reports what its `fetch` throws as the cause of an error of its own.
  const thrown = error instanceof ClientError && error.cause instanceof Error ? error.cause : error;
  if (thrown instanceof PlatformError) return thrown;
  if (thrown instanceof FetchError) return ofFetch(thrown);
  if (error instanceof AuthorizationResponseError) {
    const code = codeOf(error.error);
    if (code === 'access_denied')
      return new PlatformError('denied', 'access was refused', { code });
    return returned(code);
  }

  if (error instanceof ClientError) {
    if (error.cause instanceof Response) return failedStatus(error.cause);
    // The only attribute that the client compares is the issuer of the metadata that it discovers.
    if (error.code === 'OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED') {
      return new PlatformError('rejected', 'the metadata of the platform names another issuer');
    }
    return unusable(error.code ?? 'unknown');
  }
  return error;
}

/**
 * Returns the error for a response of a token or revocation endpoint that means no success. `error` is the error code in
 * its body (RFC 6749, section 5.2), if it has one. The code decides, then `WWW-Authenticate`, then the status. If the
 * platform is unavailable, its code is ignored: the grant may still be valid.
 */
export function failedResponse(response: Response, error: string | undefined): PlatformError {
  const { status, headers } = response;
  const wait = { retryAfterMs: retryAfterMs(headers) };
  if (isTransient(status)) return failedStatus(response);
  if (error === undefined) {
    return headers.has('www-authenticate')
      ? new PlatformError('rejected', badClient, wait)
      : failedStatus(response);
  }
  const code = codeOf(error);
  switch (code) {
    case 'invalid_grant':
      return new PlatformError('invalidGrant', 'the platform reports that the grant is invalid', {
        code,
        ...wait,
      });
    case 'invalid_client':
      return new PlatformError('rejected', `${badClient}: it returned ${code}`, { code, ...wait });
    case 'temporarily_unavailable':
    case 'server_error':
      return unavailable(`it returned ${code}`, wait);
    case undefined:
    default:
      return returned(code, wait);
  }
}

/** Returns the error for a response whose status means no success. */
export function failedStatus({ status, headers }: Response): PlatformError {
  const wait = { retryAfterMs: retryAfterMs(headers) };
  return isTransient(status)
    ? unavailable(`it returned status ${status}`, wait)
    : new PlatformError('rejected', invalidResponse(`status ${status}`), wait);
}

/** How a platform rejects a client that authenticated with a header (RFC 6749, section 5.2). */
const badClient = 'the platform rejected the client credentials of the gateway';

function ofFetch({ message, isTransient: mayPass }: FetchError): PlatformError {
  return mayPass
    ? unavailable(message)
    : new PlatformError('rejected', `the platform cannot be used: ${message}`);
}

function isTransient(status: number): boolean {
  return status >= 500 || status === 429 || status === 408;
}

const outage = 'the platform is not available: ';

function unavailable(why: string, wait?: Wait) {
  return new PlatformError('unavailable', `${outage}${why}`, wait);
}

/** Reports whether a stored reason is that the platform was unavailable. */
export function isOutageReason(reason: string): boolean {
  return reason.startsWith(outage);
}

/** Returns the error for a response that is not as the standards have it. */
export function unusable(detail: string): PlatformError {
  return new PlatformError('rejected', invalidResponse(detail));
}

function invalidResponse(detail: string): string {
  return `the platform returned an invalid response (${detail})`;
}
