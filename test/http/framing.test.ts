import { expect, test } from 'vitest';
import { startTestGateway } from '../support/gateway.ts';
import { shared } from '../support/lifetime.ts';
import { openWire } from '../support/wire.ts';
import { until } from '../support/until.ts';

// Where a proxy and the gateway could disagree on where a request ends, or whom it is for, the gateway rejects it and
// closes the connection: what follows is not taken for a request.

const usual = shared(() => startTestGateway());

const body = '{"query":"{ __typename }"}';
const size = body.length;
const chunked = `${size.toString(16)}\r\n${body}\r\n0\r\n\r\n`;
const post = 'POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n';
const get = 'GET /health/live HTTP/1.1\r\nhost: localhost\r\n';
const smuggled = 'GET /health/ready HTTP/1.1\r\nhost: localhost\r\n\r\n';

/** Sends a request and another after it. Returns the statuses, once the connection is closed or both are answered. */
async function statusesOf(request: string): Promise<string[]> {
  const wire = await openWire(usual());
  const statuses = () => wire.received().match(/(?<=HTTP\/1\.1 )\d+/g) ?? [];
  let isClosed = false;
  void wire.closed.then(() => (isClosed = true));
  wire.socket.write(request + smuggled);
  await until('it is answered', () => isClosed || statuses().length >= 2);
  return statuses();
}

test.for([
  [
    'a length and chunks',
    `${post}content-length: ${size}\r\ntransfer-encoding: chunked\r\n\r\n${chunked}`,
  ],
  [
    'chunks and a length',
    `${post}transfer-encoding: chunked\r\ncontent-length: 4\r\n\r\n${chunked}`,
  ],
  ['two lengths', `${post}content-length: ${size}\r\ncontent-length: ${size + 1}\r\n\r\n${body}`],
  ['one length twice', `${post}content-length: ${size}\r\ncontent-length: ${size}\r\n\r\n${body}`],
  ['a list of lengths', `${post}content-length: ${size}, ${size}\r\n\r\n${body}`],
  ['a length with a sign', `${post}content-length: +${size}\r\n\r\n${body}`],
  ['a negative length', `${post}content-length: -1\r\n\r\n${body}`],
  ['a length in hexadecimal', `${post}content-length: 0x1a\r\n\r\n${body}`],
  ['a space before the colon', `${post}content-length : ${size}\r\n\r\n${body}`],
  ['a folded header', `${get}x-a: b\r\n c\r\n\r\n`],
  ['a folded encoding', `${post}transfer-encoding:\r\n chunked\r\n\r\n${chunked}`],
  ['lines that end with LF', get.replaceAll('\r\n', '\n').concat('\n')],
  ['a header that ends with LF', `${get}x-a: b\nx-b: c\r\n\r\n`],
  ['a header that ends with CR', `${get}x-a: b\rx-b: c\r\n\r\n`],
  ['a NUL in a header', `${get}x-a: b\0c\r\n\r\n`],
  [
    'a chunk whose size ends with LF',
    `${post}transfer-encoding: chunked\r\n\r\n1a\n${body}\n0\n\n`,
  ],
  [
    'a chunk extension that ends with LF',
    `${post}transfer-encoding: chunked\r\n\r\n1a;a\n${body}\r\n0\r\n\r\n`,
  ],
  [
    'two encodings',
    `${post}transfer-encoding: chunked\r\ntransfer-encoding: chunked\r\n\r\n${chunked}`,
  ],
  ['chunks that are compressed', `${post}transfer-encoding: gzip, chunked\r\n\r\n${chunked}`],
  ['an encoding behind chunks', `${post}transfer-encoding: chunked, gzip\r\n\r\n${chunked}`],
  ['an unknown encoding', `${post}transfer-encoding: xchunked\r\n\r\n${chunked}`],
  [
    'chunks in HTTP/1.0',
    `${post.replace('1.1', '1.0')}transfer-encoding: chunked\r\n\r\n${chunked}`,
  ],
  ['a URL without a host', get.replace('/health', 'http:///health').concat('\r\n')],
  ['a URL with a user', get.replace('/health', 'http://me@localhost/health').concat('\r\n')],
  ['a URL of another scheme', get.replace('/health', 'ftp://localhost/health').concat('\r\n')],
  [
    'a URL and no Host',
    get.replace('/health', 'http://localhost/health').replace('host: localhost\r\n', '\r\n'),
  ],
  [
    'a URL and two Hosts',
    get.replace('/health', 'http://localhost/health').concat('host: other\r\n\r\n'),
  ],
  ['two hosts', `${get}host: other.example\r\n\r\n`],
  ['one host twice', `${get}host: localhost\r\n\r\n`],
  ['no host', get.replace('host: localhost\r\n', '\r\n')],
  ['an empty host', get.replace('localhost', '').concat('\r\n')],
  ['HTTP/0.9', 'GET /health/live\r\n\r\n'],
  ['HTTP/1.2', get.replace('1.1', '1.2').concat('\r\n')],
  ['HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
] as const)('a request with %s is rejected, and nothing after it is read', async ([, request]) => {
  expect(await statusesOf(request)).toEqual(['400']);
});

test.for([
  ['a length', `${post}content-length: ${size}\r\n\r\n${body}`],
  ['chunks', `${post}transfer-encoding: chunked\r\n\r\n${chunked}`],
  ['chunks, in capitals', `${post}transfer-encoding: Chunked\r\n\r\n${chunked}`],
  ['a chunk extension', `${post}transfer-encoding: chunked\r\n\r\n1a;a=b\r\n${body}\r\n0\r\n\r\n`],
  ['a whole URL', get.replace('/health', 'http://localhost/health').concat('\r\n')],
  ['the URL of another host', get.replace('/health', 'http://other/health').concat('\r\n')],
  ['a body that nobody reads', `${get}content-length: ${size}\r\n\r\n${body}`],
] as const)('a request with %s ends where it says', async ([, request]) => {
  expect(await statusesOf(request)).toEqual(['200', '200']);
});
