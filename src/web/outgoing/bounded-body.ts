import type { Response } from 'undici';
import { FetchError } from './fetch-error.ts';

/** Reads a body. Cancels it, which ends the connection, as soon as it has more than `limit` bytes. */
export async function readBounded(response: Response, limit: number): Promise<Buffer<ArrayBuffer>> {
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

function tooLarge(limit: number): FetchError {
  return new FetchError(`its response has more than ${limit} bytes`, 'tooLarge');
}
