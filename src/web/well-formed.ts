import type { IncomingMessage } from 'node:http';

/**
 * Whether every server that a request passes reads it in the same way: a target below `/`, one valid `Host`, and a body
 * whose length is plain. Node's parser rejects the rest, such as a length that is given twice.
 */
export function isWellFormed(request: IncomingMessage): boolean {
  return hasValidTarget(request) && hasPlainFraming(request);
}

/** Requires the parts that make a URL: libraries fail on others. */
function hasValidTarget({ url = '/', headers, rawHeaders, httpVersion }: IncomingMessage): boolean {
  if (!url.startsWith('/')) return false;
  const { host } = headers;
  if (host === undefined) return httpVersion === '1.0';
  return URL.canParse(`http://${host}/`) && countOf('host', rawHeaders) === 1;
}

/** A proxy may read another transfer encoding, or any in HTTP/1.0, as a body of another length. */
function hasPlainFraming({ headers, httpVersion }: IncomingMessage): boolean {
  const encoding = headers['transfer-encoding'];
  if (encoding !== undefined && encoding.toLowerCase() !== 'chunked') return false;
  return httpVersion === '1.1' || (httpVersion === '1.0' && encoding === undefined);
}

/** Counts a header where it is repeated: Node keeps only the first `Host`. */
function countOf(name: string, rawHeaders: readonly string[]): number {
  let count = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const given = rawHeaders[at];
    if (given?.length === name.length && given.toLowerCase() === name) count += 1;
  }
  return count;
}
