import { join } from 'node:path';
import { expect, test } from 'vitest';
import { shared } from '../support/lifetime.ts';
import { ask, send } from '../support/callers.ts';
import { captureLog } from '../support/captured-log.ts';
import { temporaryFolder } from '../support/folder.ts';
import { startTestGateway } from '../support/gateway.ts';
import { spawnGateway } from '../support/process.ts';
import { inDatabase } from '../support/rows.ts';
import { sayOnWire } from '../support/wire.ts';

const usual = shared(() => startTestGateway());

const internals = /\.(ts|js):\d+|node_modules|\bat .+\(/;

/** Makes a raw request that closes the connection. */
const byHand = (line: string, host: string) =>
  `${line} HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\n\r\n`;

test.for(['[', 'a b', 'a:99999', '[::1', 'exa mple', '%'])(
  'a Host header that is no host, %j, is answered with 400 and nothing of the inside',
  async (host) => {
    const gateway = usual();

    const answer = await sayOnWire(gateway, byHand('GET /graphql?query={__typename}', host));

    expect(answer).toMatch(/^HTTP\/1.1 400 /);
    expect(answer).not.toMatch(internals);
  },
);

test.for([
  '/x?y=/graphql&query={__typename}',
  '/x/graphql?query={__typename}',
  '/graphql//?query={__typename}',
  '/graphql/x?query={__typename}',
  '/GRAPHQL?query={__typename}',
  '/%67raphql?query={__typename}',
  '//graphql?query={__typename}',
  '/./graphql?query={__typename}',
  '/x/../graphql?query={__typename}',
])('the path %s does not lead to GraphQL', async (path) => {
  const gateway = usual();

  const answer = await sayOnWire(gateway, byHand(`GET ${path}`, 'localhost'));

  expect(answer).toMatch(/^HTTP\/1.1 404 /);
  expect(answer).not.toContain('"data"');
});

test.for(['*', 'http:/graphql?query={__typename}', 'graphql'])(
  'the request target %s is answered with 400',
  async (target) => {
    const gateway = usual();

    expect(await sayOnWire(gateway, byHand(`GET ${target}`, 'localhost'))).toMatch(
      /^HTTP\/1.1 400 /,
    );
  },
);

test.for([
  'nonsense SECRET',
  '{"query": "{ __typename }", SECRET',
  '"SECRET"',
  '',
  'null',
  '17',
  '{}',
  '{"query": 17}',
  '{"query": ["SECRET"]}',
  '{"query": "{ __typename }", "variables": "SECRET"}',
  '{"query": "{ __typename }", "variables": ["SECRET"]}',
  '{"query": "{ __typename }", "operationName": "SECRET_X"}',
])('the body %j is refused without an echo of it', async (body) => {
  const gateway = usual();

  const response = await send(gateway, {
    headers: { accept: 'application/graphql-response+json' },
    body,
  });

  const text = await response.text();
  expect(response.status).toBe(400);
  expect(text).not.toMatch(/SECRET(?!_X)/);
  expect(text).not.toMatch(internals);
});

test('a body that is not JSON is answered with 400, whatever the client accepts', async () => {
  const gateway = usual();

  const { status } = await send(gateway, { body: 'nonsense' });

  expect(status).toBe(400);
});

test.for(['batch of one', 'batch of many', 'batch of none'] as const)(
  'a %s is refused',
  async (what) => {
    const gateway = usual();
    const create = { query: 'mutation { createCompany(input: { name: "Acme" }) { __typename } }' };
    const length = { 'batch of one': 1, 'batch of many': 50, 'batch of none': 0 }[what];

    const response = await send(gateway, {
      body: JSON.stringify(Array.from({ length }, () => create)),
    });

    expect(response.status).toBe(400);
    expect(await gateway.store.companies.count({})).toBe(0);
  },
);

test.for([
  'variables={',
  'variables=nonsense',
  'variables=[1]',
  'variables=17',
  'extensions={',
  'extensions=%ff',
])('a GET with %s is answered with 400', async (parameter) => {
  const gateway = usual();

  const response = await fetch(`${gateway.url}/graphql?query={__typename}&${parameter}`);

  expect(response.status).toBe(400);
  expect(await response.text()).not.toMatch(internals);
});

test('a GET with variables passes', async () => {
  const gateway = usual();
  const search = new URLSearchParams({
    query: 'query ($n: Int) { companies(first: $n) { totalCount } }',
    variables: '{"n":1}',
  });

  const response = await fetch(`${gateway.url}/graphql?${search}`);

  expect(await response.json()).toEqual({ data: { companies: { totalCount: 0 } } });
});

test('a date that is none is a fault of the request, not of the gateway', async () => {
  const log = captureLog();
  const gateway = await startTestGateway({ logger: log.logger });
  const query =
    'query ($from: DateTime) { companies(filter: { created: { from: $from } }) { totalCount } }';

  const { errors } = await ask(gateway, { query, variables: { from: 'yesterday' } });

  expect(errors[0]?.extensions['code']).toBe('BAD_USER_INPUT');
  expect(log.text()).not.toContain('internal error');
});

/** Breaks the database of a running gateway by removing a table that it reads. */
const breakSql = 'ALTER TABLE companies RENAME TO gone';

test.for(['development', 'test'])(
  'with NODE_ENV=%s an internal fault shows its request id and nothing of the inside',
  async (environment) => {
    const file = join(await temporaryFolder(), 'test.db');
    const gateway = await spawnGateway(file, { NODE_ENV: environment });
    inDatabase(file, (db) => db.exec(breakSql));

    const answer = await ask(gateway, {
      query: '{ companies { totalCount } }',
      headers: { 'x-request-id': 'my-request.1' },
    });

    expect(answer.errors).toEqual([
      expect.objectContaining({
        message: 'Internal error (request id my-request.1)',
        extensions: { code: 'INTERNAL_SERVER_ERROR', requestId: 'my-request.1' },
      }),
    ]);
    expect(answer.headers.get('x-request-id')).toBe('my-request.1');
    expect(answer.text).not.toMatch(internals);
    expect(answer.text).not.toMatch(/sqlite|no such table|gone/i);
    gateway.child.kill('SIGTERM');
    expect((await gateway.finished).stderr).toMatch(/my-request\.1.*no such table/);
  },
);
