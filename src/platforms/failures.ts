import {
  AuthorizationResponseError,
  ClientError,
  ResponseBodyError,
  WWWAuthenticateChallengeError,
} from 'openid-client';
import { FetchError } from '../web/outgoing/fetch-error.ts';
import { PlatformError } from './platform.ts';

/** Returns an error code if it is printable ASCII without quotes (RFC 6749, section 5.2). */
function codeOf(error: string): string | undefined {
  return /^[\w.:/-]{1,60}$/.test(error) ? error : undefined;
}

function returned(code: string | undefined): PlatformError {
  return new PlatformError('rejected', `the platform returned ${code ?? 'an error'}`, { code });
}

/** Converts an error to a `PlatformError`. Leaves out the platform's own wording, which may quote a token. */
export function asPlatformError(error: unknown): unknown {
  if (error instanceof PlatformError) return error;
  const fetchError = fetchErrorOf(error);
  if (fetchError) return ofFetch(fetchError);
  if (error instanceof AuthorizationResponseError) {
    const code = codeOf(error.error);
    if (code === 'access_denied')
      return new PlatformError('denied', 'access was refused', { code });
    return returned(code);
  }
  if (error instanceof ResponseBodyError) {
    const code = codeOf(error.error);
    if (isTransient(error.status)) return unavailable(`it returned status ${error.status}`);
    if (code === 'invalid_grant') {
      return new PlatformError('invalidGrant', 'the platform reports that the grant is invalid', {
        code,
      });
    }
    return returned(code);
  }
  // How a platform rejects a client that authenticated with a header (RFC 6749, section 5.2).
  if (error instanceof WWWAuthenticateChallengeError) {
    if (isTransient(error.status)) return unavailable(`it returned status ${error.status}`);
    return new PlatformError(
      'rejected',
      'the platform rejected the client credentials of the gateway',
    );
  }
  if (error instanceof ClientError) {
    if (error.cause instanceof Response) return ofStatus(error.cause.status);
    // The only attribute that the client compares is the issuer of the metadata that it discovers.
    if (error.code === 'OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED') {
      return new PlatformError('rejected', 'the metadata of the platform names another issuer');
    }
    return unusable(error.code ?? 'unknown');
  }
  return error;
}

/** Returns the error for a status that means no success. */
export function ofStatus(status: number): PlatformError {
  return isTransient(status)
    ? unavailable(`it returned status ${status}`)
    : unusable(`status ${status}`);
}

/** The OAuth client reports what its `fetch` throws as the cause of an error of its own. */
function fetchErrorOf(error: unknown): FetchError | undefined {
  if (error instanceof FetchError) return error;
  return error instanceof ClientError && error.cause instanceof FetchError
    ? error.cause
    : undefined;
}

function ofFetch({ message, isTransient: mayPass }: FetchError): PlatformError {
  return mayPass
    ? unavailable(message)
    : new PlatformError('rejected', `the platform cannot be used: ${message}`);
}

function isTransient(status: number): boolean {
  return status >= 500 || status === 429 || status === 408;
}

const outage = 'the platform is not available: ';

function unavailable(why: string): PlatformError {
  return new PlatformError('unavailable', `${outage}${why}`);
}

/** Reports whether a stored reason is that the platform was unavailable. */
export function isOutageReason(reason: string): boolean {
  return reason.startsWith(outage);
}

/** Returns the error for a response that is not as the standards have it. */
export function unusable(detail: string): PlatformError {
  return new PlatformError('rejected', `the platform returned an invalid response (${detail})`);
}
