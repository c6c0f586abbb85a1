import { request } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { deflateSync, gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { shared } from '../support/lifetime.ts';
import { send } from '../support/callers.ts';
import { temporaryFolder } from '../support/folder.ts';
import { startTestGateway } from '../support/gateway.ts';
import { spawnGateway } from '../support/process.ts';

const usual = shared(() => startTestGateway());

/** Makes a request body of `length` bytes. */
const bodyOf = (length: number) => JSON.stringify({ query: '{ __typename }' }).padEnd(length);

/** Sends a body in chunks, so that there is no Content-Length. Returns the status. */
function sendInChunks(url: string, body: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const outgoing = request(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'transfer-encoding': 'chunked' },
    });
    outgoing.on('response', (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    outgoing.on('error', reject);
    for (let at = 0; at < body.length; at += 10_000) outgoing.write(body.slice(at, at + 10_000));
    outgoing.end();
  });
}

const limits = [
  ['256 KB', {}, 262_144],
  ['MAX_BODY_BYTES', { MAX_BODY_BYTES: '2000' }, 2000],
  ['a raised MAX_BODY_BYTES', { MAX_BODY_BYTES: '1000000' }, 1_000_000],
] as const;

test.for(limits)('a body of %s passes', async ([, env, most]) => {
  const gateway = await startTestGateway({ env });

  expect((await send(gateway, { body: bodyOf(most) })).status).toBe(200);
  expect(await sendInChunks(gateway.url, bodyOf(most))).toBe(200);
});

test.for(limits)('a body of more than %s is answered with 413', async ([, env, most]) => {
  const gateway = await startTestGateway({ env });

  const response = await send(gateway, { body: bodyOf(most + 1) });

  expect(response.status).toBe(413);
  expect(await response.json()).toEqual({
    errors: [
      {
        message: `The body must be at most ${most} bytes`,
        extensions: { code: 'BODY_TOO_LARGE' },
      },
    ],
  });
});

test.for(limits)('a body of more than %s in chunks is answered with 413', async ([, env, most]) => {
  const gateway = await startTestGateway({ env });

  expect(await sendInChunks(gateway.url, bodyOf(most + 1))).toBe(413);
});

test('a body that says that it is large is refused before it comes', async () => {
  const gateway = usual();

  const status = await new Promise((resolve, reject) => {
    const outgoing = request(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'content-length': '10000000' },
    });
    outgoing.on('response', (response) => {
      resolve(response.statusCode);
      outgoing.destroy();
    });
    outgoing.on('error', reject);
    outgoing.write('{');
  });

  expect(status).toBe(413);
});

test.for(['gzip', 'deflate'] as const)(
  'what a body of %s becomes is limited, and not made beyond the limit',
  async (coding) => {
    const gateway = usual();
    const compress = { gzip: gzipSync, deflate: deflateSync }[coding];
    const headers = { 'content-type': 'application/json', 'content-encoding': coding };
    const post = (path: string, body: Buffer) =>
      fetch(`${gateway.url}${path}`, { method: 'POST', headers, body: new Uint8Array(body) });

    const fits = await post('/graphql', compress(bodyOf(262_144)));
    const tooLarge = await post('/graphql', compress(bodyOf(262_145)));
    const ofRest = await post('/api/companies', compress(Buffer.from(' '.repeat(262_145))));

    expect([fits.status, tooLarge.status, ofRest.status]).toEqual([200, 413, 413]);
  },
);

test('a body that becomes a thousand times as large is not decompressed to its end', async () => {
  const gateway = usual();
  // Without its last bytes, whoever decompressed it to the end would find it damaged.
  const cut = gzipSync(Buffer.alloc(30_000_000)).subarray(0, -100);

  const response = await fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' },
    body: new Uint8Array(cut),
  });

  expect(response.status).toBe(413);
});

test('bodies that come byte by byte take little memory', async () => {
  const gateway = await spawnGateway(join(await temporaryFolder(), 'test.db'), {
    NODE_OPTIONS: '--max-old-space-size=110',
    LOG_LEVEL: 'silent',
  });
  const { port } = new URL(gateway.url);
  // As a list of chunks, they would take more than 200 MB.
  const bodies = Array.from({ length: 5 }, async () => {
    const socket = connect(Number(port), '127.0.0.1');
    socket.write(
      'POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n',
    );
    socket.write('1\r\n \r\n'.repeat(250_000));
    socket.end('18\r\n{"query":"{__typename}"}\r\n0\r\n\r\n');
    return text(socket);
  });

  for (const answer of await Promise.all(bodies)) {
    expect(answer).toMatch(/^HTTP\/1.1 200 /);
  }
});
