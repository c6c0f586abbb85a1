import type { IncomingMessage } from 'node:http';
import type { Context, MiddlewareHandler } from 'hono';
import type { RequestFault } from './request-fault.ts';
import { readText } from './request-text.ts';

const methodsWithBody = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);

/**
 * Reads the text of a request before the next handler gets it, or responds with `onFault`. The environment of the
 * context must have the request as `incoming`.
 */
export function requestReader<C extends Context>(
  maxBytes: number,
  onFault: (c: C, fault: RequestFault) => Response | Promise<Response>,
): MiddlewareHandler {
  return async (c, next) => {
    const { incoming } = c.env as { readonly incoming: IncomingMessage };
    const text = await readText(incoming, maxBytes);
    // Nobody reads this response: a client that disconnects is not a fault of the gateway.
    if (text === 'clientGone') return new Response(null, { status: 400 });
    if (!Buffer.isBuffer(text)) return onFault(c as C, text);
    const { method, headers } = c.req.raw;
    if (methodsWithBody.has(method)) {
      c.req.raw = new Request(c.req.url, { method, headers, body: new Uint8Array(text) });
    }
    return next();
  };
}
