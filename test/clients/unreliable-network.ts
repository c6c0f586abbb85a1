import type { IncomingMessage, ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { startPlatformServer } from '../support/platform-server.ts';

/** A server between clients and a gateway. */
interface UnreliableNetwork {
  readonly url: string;
  /** The idempotency keys of requests whose responses were lost. */
  readonly lost: ReadonlySet<string>;
}

/**
 * Starts a server between clients and the gateway at `url`. Of the requests with an idempotency key that starts with
 * `lost`, the first response is lost after the gateway executed the mutation, and so is each response to a request that
 * contains "unsafely". The first request with a key that starts with `busy` gets 429 with `Retry-After`.
 */
export async function startUnreliableNetwork(url: string): Promise<UnreliableNetwork> {
  const lost = new Set<string>();
  const busy = new Set<string>();
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const [key = ''] = [request.headers['idempotency-key']].flat();
    const body = await buffer(request);
    if (key.startsWith('busy') && !busy.has(key)) {
      busy.add(key);
      response.writeHead(429, { 'retry-after': '0', 'content-type': 'application/json' });
      response.end(
        JSON.stringify({
          errors: [{ message: 'Rate limit exceeded', extensions: { code: 'RATE_LIMITED' } }],
        }),
      );
      return;
    }
    const answered = await fetch(`${url}${request.url}`, {
      method: 'POST',
      headers: passedOn(request),
      body: new Uint8Array(body),
    });
    const text = await answered.text();
    const isExecuted = !text.includes('PERSISTED_QUERY_NOT_FOUND');
    const isLost = key.startsWith('lost') && isExecuted && !lost.has(key);
    if (isLost || body.includes('unsafely')) {
      lost.add(key);
      response.destroy();
      return;
    }
    const type = answered.headers.get('content-type') ?? '';
    response.writeHead(answered.status, { 'content-type': type });
    response.end(text);
  };
  return {
    lost,
    url: await startPlatformServer((request, response) => {
      answer(request, response).catch(() => response.destroy());
    }),
  };
}

function passedOn(request: IncomingMessage): Headers {
  const headers = new Headers();
  for (const name of ['accept', 'authorization', 'content-type', 'idempotency-key']) {
    const [value] = [request.headers[name]].flat();
    if (value !== undefined) headers.set(name, value);
  }
  return headers;
}
