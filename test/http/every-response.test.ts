import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { bearer, makeApiKey } from '../support/callers.ts';
import { expectEveryHeader } from '../support/doors.ts';
import { startTestGateway } from '../support/gateway.ts';
import { send } from '../support/http.ts';
import { shared, whenOver } from '../support/lifetime.ts';
import { newCompany, startLinkingGateway } from '../support/linking.ts';
import { openDatabase } from '../support/store-file.ts';
import { answerIn, openWire, sayOnWire } from '../support/wire.ts';
import { createHttpServer } from '../../src/web/http-server.ts';

// Every response has the headers of `everyResponse`, whatever the path, the method and the outcome. Every error has a
// body, and no path takes a method that it does not know.

const withAll = shared(async () => {
  const env = { GRAPHIQL: 'on', RATE_LIMIT: 'off', CORS_ORIGINS: 'https://app.example' };
  const gateway = await startLinkingGateway(env);
  return { ...gateway, key: bearer((await makeApiKey(gateway)).secret) };
});

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND'];

/** Paths of the gateway in the sources, and what a request puts in place of their parameters. */
const gatewayPaths = [
  '/',
  '/graphql',
  '/metrics',
  '/health/live',
  '/health/ready',
  '/link/',
  '/link/link.css',
  '/link/callback/',
  '/link/callback/:integrationKey',
  '/link/results/:authorizationId',
  '/link/companies/:companyId',
  '/link/companies/:companyId/connections/:connectionId/start',
  '/api/',
  '/api/openapi.json',
  '/graphiql/',
  '/logos/',
  '/logos/58.svg',
  '/nothing',
  '/nothing/below',
];

const sandboxPaths = [
  '/',
  '/connected-apps',
  '/sandbox.css',
  '/interaction/:uid',
  '/interaction/:uid/consent',
  '/auth',
  '/auth/:uid',
  '/token',
  '/me',
  '/jwks',
  '/token/revocation',
  '/.well-known/openid-configuration',
  '/nothing',
];

const fill = (path: string) => path.replaceAll(/[:{][\w]+\}?/g, 'x');

/** Files that browsers may keep. */
const keptFiles: Readonly<Record<string, string>> = {
  '/link/link.css': 'public, max-age=3600',
  '/logos/58.svg': 'public, max-age=3600',
  '/sandbox.css': 'no-cache',
};

async function walk(url: string, paths: readonly string[], headers: Record<string, string>) {
  const statuses = new Set<number>();
  for (const path of paths) {
    for (const method of methods) {
      const request = { method, path: fill(path), headers };
      const answer = await send(url, request);
      const isFile = ['GET', 'HEAD'].includes(method) && answer.status === 200;
      expectEveryHeader(
        answer.headers,
        `${method} ${path} ${answer.status}`,
        isFile ? keptFiles[path] : undefined,
      );
      const isError = answer.status >= 400;
      const flaws = {
        'no body': isError && method !== 'HEAD' && answer.text === '',
        'an unknown method': !isError && method === 'PROPFIND',
        'no Allow': answer.status === 405 && answer.headers.allow === undefined,
      };
      expect({ method, path, status: answer.status, flaws }).toMatchObject({
        flaws: { 'no body': false, 'an unknown method': false, 'no Allow': false },
      });
      statuses.add(answer.status);
    }
  }
  return statuses;
}

test.for([
  ['a browser', true, { accept: 'text/html' }],
  ['a program', true, { accept: '*/*', 'content-type': 'application/json' }],
  ['a page of an allowed origin', true, { origin: 'https://app.example' }],
  ['a caller without a key', false, {}],
] as const)('on every path of the gateway, for %s', async ([, hasKey, given]) => {
  const { url, key } = withAll();
  const headers = { ...given, ...(hasKey && key) };
  const document = await send(url, { path: '/api/openapi.json', headers: key });
  const rest = Object.keys(document.json().paths as object).map((path) => `/api${path}`);
  expect(rest.length).toBeGreaterThan(8);

  const statuses = await walk(url, [...gatewayPaths, ...rest], headers);

  expect(statuses.size).toBeGreaterThan(3);
});

test('on every path of the sandbox', async () => {
  const statuses = await walk(withAll().sandboxUrl, sandboxPaths, { accept: 'text/html' });

  expect(statuses).toContain(200);
  expect(statuses).toContain(404);
});

test('every path that the sources route is walked', () => {
  const src = new URL('../../src', import.meta.url).pathname;
  const texts = readdirSync(src, { recursive: true, encoding: 'utf8' })
    .filter((file) => /^(app\/gateway|linking\/pages|sandbox|api\/http|api\/graphql)\//.test(file))
    .filter((file) => file.endsWith('.ts'))
    .map((file) => readFileSync(join(src, file), 'utf8'));
  const routed = texts.flatMap((text) =>
    [...text.matchAll(/(?:\[|\.(?:get|post|put|patch|delete|all|route)\()'(\/[^']*)'/g)].map(
      ([, path = '']) => path,
    ),
  );

  const walked = [...gatewayPaths, ...sandboxPaths];
  const inParts = ['/interaction', '/interaction/:uid', '/interaction/:uid/consent'];
  expect(walked).toEqual(expect.arrayContaining(inParts.slice(1)));
  const parts = inParts.flatMap((path) => [path, path.slice('/interaction'.length)]);
  expect(routed.length).toBeGreaterThan(15);
  expect(routed.filter((path) => ![...walked, ...parts].includes(path))).toEqual([]);
});

test('on pages, redirects and responses of GraphQL and REST that succeed', async () => {
  const gateway = await startLinkingGateway();
  const { linkUrl } = await newCompany(gateway);
  const page = new URL(linkUrl);
  const json = { 'content-type': 'application/json' };
  const query = JSON.stringify({ query: '{ companies { totalCount } }' });

  const requests = [
    { path: `${page.pathname}${page.search}` },
    { path: '/api/companies' },
    // Both paths of GraphQL: the third takes the fast one.
    ...[1, 2, 3].map(() => ({ path: '/graphql', method: 'POST', headers: json, body: query })),
    { path: '/graphql?query={__typename}', headers: { accept: 'application/json' } },
  ];
  for (const request of requests) {
    const answer = await send(gateway.url, request);
    expect([request.path, answer.status]).toEqual([request.path, 200]);
    expectEveryHeader(answer.headers, request.path);
  }
});

test('on requests that are too large, of another type, too many, or come too early', async () => {
  const json = { 'content-type': 'application/json' };
  const gateway = await startTestGateway({ env: { RATE_LIMIT: '3' } });
  const { secret } = await makeApiKey(gateway, 'read');
  const http = createHttpServer();
  const early = await http.listen({ host: '127.0.0.1', port: 0 });
  whenOver(() => http.close());
  const ofKey = (headers: Record<string, string> = {}) => ({ ...bearer(secret), ...headers });

  const answers = [
    [413, await send(gateway.url, { method: 'POST', headers: ofKey(json), body: 'x'.repeat(3e5) })],
    [415, await send(gateway.url, { method: 'POST', headers: ofKey(), body: 'x' })],
    [400, await send(gateway.url, { method: 'POST', headers: ofKey(json), body: 'x' })],
    [429, await send(gateway.url, { method: 'POST', headers: ofKey(json), body: 'x' })],
    [401, await send(gateway.url, { method: 'POST', headers: json, body: 'x' })],
    [503, await send(early)],
  ] as const;

  for (const [status, answer] of answers) {
    expect(answer.status).toBe(status);
    expectEveryHeader(answer.headers, String(status));
  }
});

test('on a database that is locked', async () => {
  const gateway = await startTestGateway();
  const other = openDatabase(gateway.file);
  other.exec('BEGIN IMMEDIATE');

  const answer = await send(gateway.url, {
    method: 'POST',
    path: '/api/companies',
    headers: { 'content-type': 'application/json' },
    body: '{"name":"Acme"}',
  });

  other.exec('ROLLBACK');
  expect(answer.status).toBe(503);
  expectEveryHeader(answer.headers, '503');
});

const start = 'GET /health/live HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n';

test.for([
  [400, 'nonsense', 'nonsense\r\n\r\n'],
  [400, 'no Host', 'GET /health/live HTTP/1.1\r\nconnection: close\r\n\r\n'],
  [400, 'two Hosts', `${start}host: other\r\n\r\n`],
  [400, 'an unknown method', start.replace('GET', 'NONSENSE')],
  [417, 'an unknown Expect', `${start}expect: nonsense\r\n\r\n`],
  [431, 'large headers', `${start}x: ${'x'.repeat(20_000)}\r\n\r\n`],
  [
    413,
    'a large chunk extension',
    `${start}transfer-encoding: chunked\r\n\r\n1;${'x'.repeat(20_000)}\r\nx\r\n0\r\n\r\n`,
  ],
] as const)('on a %i because of %s', async ([status, what, request]) => {
  for (const url of [withAll().url, withAll().sandboxUrl]) {
    const answer = answerIn(await sayOnWire({ url }, request));

    expect([url, answer.status]).toEqual([url, status]);
    expectEveryHeader(answer.headers, what);
  }
});

test('on a request that is late', async () => {
  const gateway = await startTestGateway({ times: { headers: 100, request: 100, check: 50 } });
  const wire = await openWire(gateway);

  wire.socket.write('GET /health/live HTTP/1.1\r\n');
  const answer = answerIn(await wire.closed);

  expect(answer.status).toBe(408);
  expectEveryHeader(answer.headers, '408');
});

test('what cannot be read is not answered in the middle of another response', async () => {
  const http = createHttpServer();
  const url = await http.listen({ host: '127.0.0.1', port: 0 });
  whenOver(() => http.close());
  http.handle((_, response) => void response.write('begun'));
  const wire = await openWire({ url });

  wire.socket.write(start.replace('connection: close\r\n', '\r\n'));
  await once(wire.socket, 'data');
  wire.socket.write('nonsense\r\n\r\n');
  const answer = await wire.closed;

  expect(answer).toMatch(/^HTTP\/1\.1 200 /);
  expect(answer).toContain('begun');
  expect(answer).not.toContain('HTTP/1.1 400');
});
