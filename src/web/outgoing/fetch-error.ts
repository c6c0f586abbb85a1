import { BlockedAddressError } from './filtered-connector.ts';

/**
 * Why a request failed: its address must not be reached, its host has no address, no connection was made or it broke, TLS
 * failed, it took too long, its response is too large, or is no HTTP that can be read.
 */
export type FetchFailure =
  'blocked' | 'dns' | 'connection' | 'tls' | 'timeout' | 'tooLarge' | 'invalid';

/** A request was not sent, or its response is missing, late or too large. The message quotes nothing of either. */
export class FetchError extends Error {
  override readonly name = 'FetchError';
  readonly failure: FetchFailure;
  /** Whether the same request may succeed later. */
  readonly isTransient: boolean;

  constructor(message: string, failure: FetchFailure, { isTransient = false } = {}) {
    super(message);
    this.failure = failure;
    this.isTransient = isTransient;
  }
}

const transient = { isTransient: true };

/** Returns the `FetchError` for what `fetch` threw; any other error as it is. */
export function asFetchError(error: unknown): unknown {
  if (error instanceof FetchError) return error;
  if (error instanceof DOMException && error.name === 'TimeoutError') {
    return new FetchError('it did not respond in time', 'timeout', transient);
  }
  if (!(error instanceof TypeError)) return error;
  const { cause } = error;
  if (cause instanceof BlockedAddressError) {
    return new FetchError('its address must not be reached', 'blocked');
  }
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  if (code === 'UND_ERR_HEADERS_OVERFLOW') {
    return new FetchError('the headers of its response are too large', 'invalid');
  }
  // How `fetch` reports that a connection cannot be made, breaks, or brings what is no HTTP or cannot be decompressed.
  return new FetchError('it cannot be reached', failureOf(code), transient);
}

function failureOf(code: string): FetchFailure {
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'dns';
  if (code === 'UND_ERR_CONNECT_TIMEOUT') return 'timeout';
  if (code.startsWith('HPE_') || code.startsWith('Z_')) return 'invalid';
  // Codes of OpenSSL, of Node's checks of certificates, and of what is no TLS at all.
  return /CERT|SSL|TLS|SELF_SIGNED|UNABLE_TO_/.test(code) ? 'tls' : 'connection';
}
