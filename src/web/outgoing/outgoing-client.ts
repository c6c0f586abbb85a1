import { isIP } from 'node:net';
import { Agent, fetch, ProxyAgent, type Dispatcher, type Response as Received } from 'undici';
import { isLocal } from './address.ts';
import { readBounded } from './bounded-body.ts';
import { destinationsBy, type DestinationRules, type Destinations } from './destinations.ts';
import { asFetchError, FetchError } from './fetch-error.ts';
import { filteredConnector } from './filtered-connector.ts';

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

/** What a client may reach, and how. */
export interface OutgoingRules extends DestinationRules {
  /**
   * URL of an HTTP proxy that all requests pass through, except those to this machine. The proxy resolves names, so it
   * has to refuse the addresses that they must not lead to; the gateway checks only hosts that are addresses.
   */
  readonly proxyUrl?: string | undefined;
}

/** The most time until a connection is made, in ms. */
const connectMs = 5000;

/** The client of all requests that leave the gateway. No other code may send any. */
export class OutgoingClient {
  readonly #rules: OutgoingRules;
  readonly #direct: Dispatcher;
  readonly #proxy: Dispatcher | undefined;
  readonly #permits: Destinations;

  constructor(rules: OutgoingRules) {
    const { proxyUrl } = rules;
    this.#rules = rules;
    this.#permits = destinationsBy(rules);
    this.#direct = new Agent({ connect: filteredConnector(this.#permits, connectMs) });
    this.#proxy = proxyUrl
      ? new ProxyAgent({ uri: proxyUrl, proxyTls: { timeout: connectMs } })
      : undefined;
  }

  /**
   * Sends a request to another server and returns its response with the whole body in memory. Redirects are not
   * followed, but returned. Throws `FetchError`.
   */
  async fetch(
    address: string,
    outgoing: Outgoing,
    { ms, bytes }: FetchLimits = defaultFetchLimits,
  ): Promise<Response> {
    const url = this.#checked(address);
    try {
      const response = await fetch(url, {
        ...outgoing,
        headers: { ...outgoing.headers },
        redirect: 'manual',
        signal: AbortSignal.timeout(ms),
        dispatcher: this.#dispatcherFor(url),
      });
      return withBody(response, await readBounded(response, bytes));
    } catch (error) {
      throw asFetchError(error);
    }
  }

  /** Closes the connections that are kept open. Running requests fail. */
  async close(): Promise<void> {
    await Promise.all([this.#direct.destroy(), this.#proxy?.destroy()]);
  }

  /** At the proxy, a loopback address would be the proxy's own machine. */
  #dispatcherFor(url: URL): Dispatcher {
    return this.#proxy === undefined || isLocal(url) ? this.#direct : this.#proxy;
  }

  #checked(address: string): URL {
    const url = URL.canParse(address) ? new URL(address) : undefined;
    if (url === undefined || !this.#isAllowedScheme(url)) {
      throw new FetchError('its address is not https', 'blocked');
    }
    // `fetch` does not send a name and password in a URL, but throws an error that quotes them.
    if (url.username !== '' || url.password !== '') {
      throw new FetchError('its address has a name or a password', 'blocked');
    }
    // With a proxy, no connection to the address is made here.
    const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
    if (isIP(host) !== 0 && !this.#permits(host, url.protocol === 'https:')) {
      throw new FetchError('its address must not be reached', 'blocked');
    }
    return url;
  }

  /** Reports whether the scheme can be allowed. For http, the address that is connected to decides. */
  #isAllowedScheme(url: URL): boolean {
    const { plainHttp, loopback, networks = [], proxyUrl } = this.#rules;
    if (url.protocol !== 'http:') return url.protocol === 'https:';
    if (plainHttp === true || (loopback === true && isLocal(url))) return true;
    return networks.length > 0 && proxyUrl === undefined;
  }
}

function withBody({ status, headers: received }: Received, body: BodyInit): Response {
  // No standard has other statuses, and `Response` cannot represent them.
  if (status < 200 || status > 599) {
    throw new FetchError(`it returned status ${status}`, 'invalid', { isTransient: true });
  }
  const headers = new Headers([...received]);
  // They describe the body as it was sent.
  headers.delete('content-encoding');
  headers.delete('content-length');
  const hasNoBody = status === 204 || status === 205 || status === 304;
  return new Response(hasNoBody ? null : body, { status, headers });
}
