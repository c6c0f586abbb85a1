import type { IncomingMessage } from 'node:http';
import { decoderOf, tooLarge } from './content-encoding.ts';
import { GrowingBytes } from './growing-bytes.ts';
import type { RequestFault } from './request-fault.ts';
import { faultOfBytes, faultOfEscapes, withoutMark } from './utf8.ts';

/** The whole body of a request, decoded and in UTF-8; or why it cannot be used; or nobody waits for a response. */
export type RequestText = Buffer | RequestFault | 'clientGone';

/**
 * Reads the text of a request: checks that its URL is UTF-8, reads the whole body, decompresses it if its
 * `Content-Encoding` says so, and checks that it is UTF-8. `maxBytes` limits the body as it comes, and what becomes of
 * it. The body of a GET or HEAD request has no meaning and is not read.
 */
export async function readText(request: IncomingMessage, maxBytes: number): Promise<RequestText> {
  const { method, url = '', headers } = request;
  const escapes = faultOfEscapes(url, 'URL');
  if (escapes !== undefined) return escapes;
  if (method === 'GET' || method === 'HEAD') return Buffer.alloc(0);
  const decode = decoderOf(headers['content-encoding']);
  if (typeof decode === 'object') return decode;
  if (Number(headers['content-length'] ?? 0) > maxBytes) return tooLarge(maxBytes);
  const sent = await readBytes(request, maxBytes);
  if (!Buffer.isBuffer(sent)) return sent;
  const body = decode === undefined ? sent : await decode(sent, maxBytes);
  if (!Buffer.isBuffer(body)) return body;
  return faultOfBytes(body) ?? withoutMark(body);
}

function readBytes(request: IncomingMessage, maxBytes: number): Promise<RequestText> {
  return new Promise((resolve) => {
    if (request.destroyed) resolve('clientGone');
    const body = new GrowingBytes();
    const onData = (chunk: Buffer) => {
      if (body.size + chunk.length <= maxBytes) body.append(chunk);
      else {
        // Node discards the rest once the response is sent.
        request.off('data', onData).pause();
        resolve(tooLarge(maxBytes));
      }
    };
    request.on('data', onData);
    request.on('end', () => resolve(body.all()));
    request.on('error', () => resolve('clientGone'));
    request.on('close', () => resolve('clientGone'));
  });
}
