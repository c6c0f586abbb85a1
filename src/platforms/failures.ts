import {
  AuthorizationResponseError,
  ClientError,
  ResponseBodyError,
  WWWAuthenticateChallengeError,
} from 'openid-client';
import { PlatformError } from './platform.ts';

/** Returns an error code if it is printable ASCII without quotes (RFC 6749, section 5.2), else a fixed text. */
function codeOf(error: string): string {
  return /^[\w.:/-]{1,60}$/.test(error) ? error : 'an error';
}

/** Converts an error to a `PlatformError`. Leaves out the platform's own wording, which may quote a token. */
export function asPlatformError(error: unknown): unknown {
  if (error instanceof PlatformError) return error;
  if (error instanceof AuthorizationResponseError) {
    const code = codeOf(error.error);
    if (code === 'access_denied') return new PlatformError('denied', 'access was refused');
    return new PlatformError('rejected', `the platform returned ${code}`);
  }
  if (error instanceof ResponseBodyError) {
    const code = codeOf(error.error);
    if (isTransient(error.status)) return unavailable(`it returned status ${error.status}`);
    if (code === 'invalid_grant') {
      return new PlatformError('invalidGrant', 'the platform reports that the grant is invalid');
    }
    return new PlatformError('rejected', `the platform returned ${code}`);
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
    const status = error.cause instanceof Response ? error.cause.status : undefined;
    if (status !== undefined && isTransient(status))
      return unavailable(`it returned status ${status}`);
    if (error.code === 'OAUTH_TIMEOUT' || error.code === 'OAUTH_ABORT' || isTimeout(error)) {
      return unavailable('it did not respond in time');
    }
    const detail = status === undefined ? (error.code ?? 'unknown') : `status ${status}`;
    return new PlatformError('rejected', `the platform returned an invalid response (${detail})`);
  }
  if (isTimeout(error)) {
    return unavailable('it did not respond in time');
  }
  // How fetch reports that a connection failed or broke.
  if (error instanceof TypeError && error.message === 'fetch failed') {
    return unavailable('it cannot be reached');
  }
  return error;
}

/**
 * Reports whether an error is a timeout. A response that starts in time but does not end is reported as unparsable,
 * with the timeout as its cause.
 */
function isTimeout(error: unknown): boolean {
  for (let it = error; it instanceof Error; it = it.cause) {
    if (it instanceof DOMException && it.name === 'TimeoutError') return true;
  }
  return false;
}

function isTransient(status: number): boolean {
  return status >= 500 || status === 429 || status === 408;
}

function unavailable(why: string): PlatformError {
  return new PlatformError('unavailable', `the platform is not available: ${why}`);
}
