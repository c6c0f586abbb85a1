import type { Response } from 'undici';
import { GrowingBytes } from '../growing-bytes.ts';
import { FetchError } from './fetch-error.ts';

/** Reads a body. Cancels it, which ends the connection, as soon as it has more than `limit` bytes. */
export async function readBounded(response: Response, limit: number): Promise<Buffer<ArrayBuffer>> {
  if (Number(response.headers.get('content-length')) > limit) {
    await response.body?.cancel();
    throw tooLarge(limit);
  }
  const body = new GrowingBytes();
  // `fetch` has decompressed the chunks, so a small body that grows a thousandfold counts as what it becomes.
  for await (const chunk of response.body ?? []) {
    if (body.size + chunk.length > limit) throw tooLarge(limit);
    body.append(chunk);
  }
  return body.all();
}

function tooLarge(limit: number): FetchError {
  return new FetchError(`its response has more than ${limit} bytes`, 'tooLarge');
}
