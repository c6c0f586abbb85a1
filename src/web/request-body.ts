import type { Context, MiddlewareHandler } from 'hono';

/**
 * Reads a request's whole body before the next handler gets it, or responds with `onTooLarge`. Hono's own limit copies
 * the Request, which fails for the objects of Node's server if a body does not give its length. A client that
 * disconnects before the body is complete is not a fault of the gateway.
 */
export function limitBody(
  maxBytes: number,
  onTooLarge: (c: Context) => Response,
): MiddlewareHandler {
  return async (c, next) => {
    const { method, headers, body } = c.req.raw;
    if (method === 'GET' || method === 'HEAD' || body === null) return next();
    if (Number(headers.get('content-length') ?? 0) > maxBytes) return onTooLarge(c);
    // Only the connection can fail, so nobody reads this response.
    const bytes = await readAtMost(body, maxBytes).catch(() => 'clientGone' as const);
    if (bytes === 'clientGone') return new Response(null, { status: 400 });
    if (bytes === undefined) return onTooLarge(c);
    c.req.raw = new Request(c.req.url, { method, headers, body: bytes });
    return next();
  };
}

async function readAtMost(
  body: ReadableStream<Uint8Array>,
  maxBytes: number,
): Promise<Buffer<ArrayBuffer> | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > maxBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
