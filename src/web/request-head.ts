import type { IncomingMessage } from 'node:http';
import type { RequestFault } from './request-fault.ts';

/**
 * Gives a request the form that all routes know: its target is a path without a slash at the end, and its host is the one
 * that the target names, if it does. Returns a fault unless every server that the request passes reads its head in the
 * same way: a target below `/` without a backslash in its path, one valid `Host`, and a body whose length is plain. Node's
 * parser rejects the rest, such as a length that is given twice.
 */
export function readHead(request: IncomingMessage): RequestFault | undefined {
  const { host, path } = readTarget(request.url ?? '/');
  request.url = withoutSlashAtEnd(path);
  const isSound =
    /^\/[^\\?]*(?:\?|$)/.test(path) &&
    (host === undefined || isHost(host)) &&
    hasOneHost(request) &&
    hasPlainFraming(request);
  if (!isSound) return malformed;
  if (host !== undefined) replaceHost(request, host);
  return undefined;
}

const malformed: RequestFault = {
  status: 400,
  code: 'BAD_REQUEST',
  message: 'The request line or the headers are malformed',
  // What follows on the connection may not be a request.
  headers: { connection: 'close' },
};

/** A proxy may read another transfer encoding, or any in HTTP/1.0, as a body of another length. */
function hasPlainFraming({ headers, httpVersion }: IncomingMessage): boolean {
  const encoding = headers['transfer-encoding'];
  if (encoding !== undefined && encoding.toLowerCase() !== 'chunked') return false;
  return httpVersion === '1.1' || (httpVersion === '1.0' && encoding === undefined);
}

function hasOneHost({ headers, rawHeaders, httpVersion }: IncomingMessage): boolean {
  const { host } = headers;
  if (host === undefined) return httpVersion === '1.0';
  // Node keeps only the first `Host`.
  return isHost(host) && indexesOf('host', rawHeaders).length === 1;
}

/**
 * Reports whether a text is a host, with or without a port. A URL may have more in this place, such as a user, escapes or
 * tabs, which libraries read in different ways.
 */
function isHost(text: string): boolean {
  return /^(?:[\w.-]+|\[[\d.:a-f]+\])(?::\d+)?$/i.test(text) && URL.canParse(`http://${text}/`);
}

/** Splits a whole URL, as clients send it to proxies (RFC 9112, section 3.2.2). Other targets are paths. */
function readTarget(url: string): { readonly host?: string; readonly path: string } {
  const [, host, rest = ''] = /^https?:\/\/([^/?#]*)(.*)$/i.exec(url) ?? [];
  if (host === undefined) return { path: url };
  return { host, path: rest.startsWith('/') ? rest : `/${rest}` };
}

/** Sets both forms of the header, because libraries read one or the other. */
function replaceHost({ headers, rawHeaders }: IncomingMessage, host: string): void {
  headers.host = host;
  const [at = rawHeaders.length] = indexesOf('host', rawHeaders);
  rawHeaders.splice(at, 2, 'host', host);
}

function withoutSlashAtEnd(target: string): string {
  const query = target.indexOf('?');
  const end = query < 0 ? target.length : query;
  return end > 1 && target[end - 1] === '/' ? target.slice(0, end - 1) + target.slice(end) : target;
}

/** Returns where a header is in a list of names and values. */
function indexesOf(name: string, rawHeaders: readonly string[]): number[] {
  const indexes: number[] = [];
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const given = rawHeaders[at];
    if (given?.length === name.length && given.toLowerCase() === name) indexes.push(at);
  }
  return indexes;
}
