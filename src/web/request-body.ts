import type { Context, MiddlewareHandler } from 'hono';

/**
 * Reads a request's body before anything is done with it, and hands it on whole, or answers with `onTooLarge`. Hono's own
 * limit makes a Request of another, which Node's server's own objects are not: it fails on a body that does not say its
 * length. A client that goes away before its body is whole is no fault of the gateway.
 */
export function limitBody(
  maxBytes: number,
  onTooLarge: (c: Context) => Response,
): MiddlewareHandler {
  return async (c, next) => {
    const { method, headers, body } = c.req.raw;
    if (method === 'GET' || method === 'HEAD' || body === null) return next();
    if (Number(headers.get('content-length') ?? 0) > maxBytes) return onTooLarge(c);
    // What fails is the connection, so that nobody reads this answer.
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
