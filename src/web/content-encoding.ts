import { promisify } from 'node:util';
import { gunzip, inflate } from 'node:zlib';
import type { RequestFault } from './request-fault.ts';

type Decompress = (body: Buffer, limits: { maxOutputLength: number }) => Promise<Buffer>;

/**
 * The codings of a body that are read. Not Brotli and Zstandard: each request could take up to 16 MB to decompress,
 * whatever its size, where these take 32 KB.
 */
const codings = new Map<string, Decompress>([
  ['gzip', promisify(gunzip)],
  ['x-gzip', promisify(gunzip)],
  ['deflate', promisify(inflate)],
]);

const accepted = 'gzip, deflate';

/**
 * Returns the function that decodes the body of a request with this `Content-Encoding`, or `undefined` if it is not
 * encoded. Returns the fault of another coding, or of several.
 */
export function decoderOf(header: string | undefined): BodyDecoder | RequestFault | undefined {
  const coding = header?.trim().toLowerCase() ?? '';
  if (coding === '' || coding === 'identity') return undefined;
  const decompress = codings.get(coding);
  return decompress === undefined ? unknownCoding(header) : decoder(coding, decompress);
}

/** Decodes a body. Stops with a fault as soon as it becomes larger than `maxBytes`. */
export type BodyDecoder = (body: Buffer, maxBytes: number) => Promise<Buffer | RequestFault>;

function decoder(coding: string, decompress: Decompress): BodyDecoder {
  return async (body, maxBytes) => {
    if (body.length === 0) return body;
    try {
      return await decompress(body, { maxOutputLength: maxBytes });
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      return code === 'ERR_BUFFER_TOO_LARGE' ? tooLarge(maxBytes) : damaged(coding);
    }
  };
}

/** Returns the fault of a body of more than `maxBytes`. */
export function tooLarge(maxBytes: number): RequestFault {
  return {
    status: 413,
    code: 'BODY_TOO_LARGE',
    message: `The body must be at most ${maxBytes} bytes`,
  };
}

function damaged(coding: string): RequestFault {
  return { status: 400, code: 'BAD_REQUEST', message: `The body is not valid ${coding}` };
}

function unknownCoding(header = ''): RequestFault {
  // The client chooses the length of the header.
  const given = /^[\w-]{1,20}$/.test(header) ? ` ${header}` : '';
  return {
    status: 415,
    code: 'UNSUPPORTED_MEDIA_TYPE',
    message: `The content encoding${given} is not supported: use one of ${accepted}, or none`,
    headers: { 'accept-encoding': accepted },
  };
}
