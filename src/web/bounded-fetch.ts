import { isAllowedAddress } from './outgoing-address.ts';

/** The limits of a request to another server. */
export interface FetchLimits {
  /** Timeout from the connection to the last byte of the body, in ms. */
  readonly ms: number;
  /** The most bytes of a body, after decompression. */
  readonly bytes: number;
}

/** The limits unless a caller has others: the responses of platforms take a few KB. */
export const defaultFetchLimits: FetchLimits = { ms: 10_000, bytes: 1_000_000 };

/** The parts of a request beside its address. */
export interface Outgoing {
  /** GET by default. */
  readonly method?: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | URLSearchParams;
}

/** A request was not sent, or its response is missing, late or too large. The message quotes nothing of either. */
export class FetchError extends Error {
  override readonly name = 'FetchError';
  /** Whether the same request may succeed later. */
  readonly isTransient: boolean;

  constructor(message: string, { isTransient }: { readonly isTransient: boolean }) {
    super(message);
    this.isTransient = isTransient;
  }
}

/**
 * Sends a request to another server and returns its response with the whole body in memory. Redirects are not followed,
 * but returned. Throws `FetchError`. This is the only place that may call `fetch`.
 */
export async function boundedFetch(
  address: string,
  outgoing: Outgoing,
  { ms, bytes }: FetchLimits,
): Promise<Response> {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined || !isAllowedAddress(url)) {
    throw new FetchError('its address is not https', { isTransient: false });
  }
  try {
    const signal = AbortSignal.timeout(ms);
    const response = await fetch(url, {
      ...outgoing,
      headers: { ...outgoing.headers },
      redirect: 'manual',
      signal,
    });
    return withBody(response, await read(response, bytes));
  } catch (error) {
    throw asFetchError(error);
  }
}

/** Reads a body. Cancels it, which ends the connection, as soon as it has more than `limit` bytes. */
async function read(response: Response, limit: number) {
  if (Number(response.headers.get('content-length')) > limit) {
    await response.body?.cancel();
    throw tooLarge(limit);
  }
  // One buffer that grows: a body may come byte by byte, and each chunk of its own would take a hundred times its size.
  let body = Buffer.alloc(16_384);
  let size = 0;
  // `fetch` has decompressed the chunks, so a small body that grows a thousandfold counts as what it becomes.
  for await (const chunk of response.body ?? []) {
    const from = size;
    size += chunk.length;
    if (size > limit) throw tooLarge(limit);
    if (size > body.length) body = Buffer.concat([body], Math.max(size, 2 * body.length));
    body.set(chunk, from);
  }
  return body.subarray(0, size);
}

function withBody({ status, headers: received }: Response, body: BodyInit): Response {
  // No standard has other statuses, and `Response` cannot represent them.
  if (status < 200 || status > 599) {
    throw new FetchError(`it returned status ${status}`, { isTransient: true });
  }
  const headers = new Headers(received);
  // They describe the body as it was sent.
  headers.delete('content-encoding');
  headers.delete('content-length');
  const hasNoBody = status === 204 || status === 205 || status === 304;
  return new Response(hasNoBody ? null : body, { status, headers });
}

function tooLarge(limit: number): FetchError {
  return new FetchError(`its response has more than ${limit} bytes`, { isTransient: false });
}

function asFetchError(error: unknown): unknown {
  if (error instanceof FetchError) return error;
  if (error instanceof DOMException && error.name === 'TimeoutError') {
    return new FetchError('it did not respond in time', { isTransient: true });
  }
  if (!(error instanceof TypeError)) return error;
  const { cause } = error;
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  if (code === 'UND_ERR_HEADERS_OVERFLOW') {
    return new FetchError('the headers of its response are too large', { isTransient: false });
  }
  // How `fetch` reports that a connection cannot be made, breaks, or brings what is no HTTP or cannot be decompressed.
  return new FetchError('it cannot be reached', { isTransient: true });
}
