import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { shared } from '../support/lifetime.ts';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { send, sendJson } from '../support/http.ts';
import { recordingLogger } from '../support/log.ts';

const usual = shared(() => startTestGateway());

const json = { 'content-type': 'application/json' };
const typename = JSON.stringify({ query: '{ __typename }' });
const creation = 'mutation { createCompany(input: { name: "Acme" }) { __typename } }';

async function countCompanies(gateway: TestGateway): Promise<number> {
  return (await gateway.query('{ companies { totalCount } }')).data.companies.totalCount;
}

const boundary = 'x-boundary';
const part = (name: string, value: string) =>
  `--${boundary}\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;

test.for<[string, string | undefined, string]>([
  ['a form', 'application/x-www-form-urlencoded', `query=${encodeURIComponent(creation)}`],
  ['plain text', 'text/plain', JSON.stringify({ query: creation })],
  [
    'plain text that names JSON',
    'text/plain;application/json',
    JSON.stringify({ query: creation }),
  ],
  ['a GraphQL document', 'application/graphql', creation],
  [
    'multipart',
    `multipart/form-data; boundary=${boundary}`,
    `${part('query', creation)}--${boundary}--`,
  ],
  [
    'an upload',
    `multipart/form-data; boundary=${boundary}`,
    `${part('operations', JSON.stringify({ query: creation }))}${part('map', '{}')}--${boundary}--`,
  ],
  ['another JSON', 'application/json-seq', JSON.stringify({ query: creation })],
  ['no content type', undefined, JSON.stringify({ query: creation })],
  ['an empty content type', '', JSON.stringify({ query: creation })],
])('a POST of %s is refused and nothing runs', async ([, type, body]) => {
  const gateway = usual();

  const answer = await send(gateway.url, {
    method: 'POST',
    headers: type === undefined ? {} : { 'content-type': type },
    body,
  });

  expect(answer.status).toBe(415);
  expect(answer.json().errors[0]).toEqual({
    message: 'The content type must be application/json',
    extensions: { code: 'UNSUPPORTED_MEDIA_TYPE' },
  });
  expect(await countCompanies(gateway)).toBe(0);
});

test('several mutations in a batch are refused and none runs', async () => {
  const gateway = usual();

  const answer = await sendJson(gateway.url, [{ query: creation }, { query: creation }]);

  expect(answer.status).toBe(400);
  expect(await countCompanies(gateway)).toBe(0);
});

test('a body that is not JSON is neither echoed nor logged', async () => {
  const { logger, text: logged } = recordingLogger();
  const gateway = await startTestGateway({ logger });

  const answer = await sendJson(gateway.url, '{"query": "{ __typename }", "token": s3cret');

  expect(answer.text).not.toContain('s3cret');
  expect(logged()).not.toContain('s3cret');
});

test.for([
  '/x?y=/graphql',
  '/x/graphql',
  '/graphql/x',
  '/graphql/../graphql',
  '//graphql',
  '/GRAPHQL',
  '/%67raphql',
  '/graphql%3F',
  '/graphql;x',
  '/',
  '/favicon.ico',
  '/health/../../etc/passwd',
])('there is nothing at %s', async (path) => {
  const gateway = usual();

  for (const method of ['GET', 'POST']) {
    const body = method === 'POST' ? typename : undefined;
    const answer = await send(gateway.url, { method, path, headers: json, ...(body && { body }) });

    expect(answer.status).toBe(404);
    expect(answer.json()).toEqual({
      errors: [{ message: 'No resource exists at this path', extensions: { code: 'NOT_FOUND' } }],
    });
  }
});

test.for(['[', '[::1', 'a b', 'a:99999', 'a%zz'])(
  'a request with the Host header "%s" is malformed',
  async (host) => {
    const gateway = usual();

    const answer = await send(gateway.url, {
      method: 'POST',
      headers: { ...json, host },
      body: typename,
    });

    expect(answer.status).toBe(400);
    expect(answer.json().errors).toHaveLength(1);
  },
);

test.for(['gateway.example', 'gateway.example:4000', '[::1]:4000', '10.0.0.1'])(
  'a request with the Host header "%s" is answered',
  async (host) => {
    // A gateway accepts only its own host names from callers without a key.
    const env = { ALLOW_ANONYMOUS: 'read', ALLOWED_HOSTS: 'gateway.example' };
    const gateway = await startTestGateway({ env });

    const answer = await send(gateway.url, {
      method: 'POST',
      headers: { ...json, host },
      body: typename,
    });

    expect(answer.json()).toEqual({ data: { __typename: 'Query' } });
  },
);

test.for([
  ['an asterisk', 'OPTIONS * HTTP/1.1'],
  ['a path without a slash', 'GET graphql HTTP/1.1'],
  ['a NUL', 'GET /\0 HTTP/1.1'],
  ['nonsense', 'nonsense'],
] as const)('a request line that holds %s is malformed', async ([, line]) => {
  const gateway = usual();
  const { hostname, port } = new URL(gateway.url);
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');

  socket.end(`${line}\r\nHost: gateway\r\nConnection: close\r\n\r\n`);

  expect(await text(socket)).toMatch(/^HTTP\/1\.1 400 /);
});

const largestBodyBytes = 256 * 1024;

test('a body of 256 KB is taken', async () => {
  const gateway = usual();

  const answer = await sendJson(gateway.url, typename.padEnd(largestBodyBytes));

  expect(answer.json()).toEqual({ data: { __typename: 'Query' } });
});

test.for([
  ['of a known length', { 'content-length': largestBodyBytes + 1 }],
  ['in chunks', { 'transfer-encoding': 'chunked' }],
] as const)('a larger body %s is refused', async ([, framing]) => {
  const gateway = usual();
  const body = JSON.stringify({ query: creation }).padEnd(largestBodyBytes + 1);

  const answer = await sendJson(gateway.url, body, framing);

  expect(answer.status).toBe(413);
  expect(answer.json().errors).toHaveLength(1);
  expect(await countCompanies(gateway)).toBe(0);
});

test.for([
  ['fields', `{ ${'a { '.repeat(3000)} b ${'}'.repeat(3000)} }`],
  [
    'lists',
    `{ companies(filter: { connectionStatus: ${'['.repeat(3000)}${']'.repeat(3000)} }) { totalCount } }`,
  ],
] as const)('a document of 3000 nested %s is the fault of its sender', async ([, query]) => {
  const { logger, entries } = recordingLogger();
  const gateway = await startTestGateway({ logger });

  const answer = await sendJson(
    gateway.url,
    { query },
    { accept: 'application/graphql-response+json' },
  );

  expect(answer.status).toBe(400);
  expect(answer.json().errors[0].extensions.code).toBe('DOCUMENT_LIMIT');
  expect(entries().filter(({ msg }) => msg !== 'request')).toEqual([]);
});
