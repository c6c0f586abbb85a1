import { expect, test } from 'vitest';
import { shared } from '../support/lifetime.ts';
import { ask, makeApiKey, send } from '../support/callers.ts';
import { startTestGateway } from '../support/gateway.ts';

const usual = shared(() => startTestGateway());

const create = 'mutation { createCompany(input: { name: "Forged" }) { __typename } }';
const json = JSON.stringify({ query: create });

test.for([
  ['text/plain', json],
  ['text/plain;charset=UTF-8', json],
  ['application/x-www-form-urlencoded', new URLSearchParams({ query: create }).toString()],
  [
    'multipart/form-data; boundary=b',
    `--b\r\ncontent-disposition: form-data; name="query"\r\n\r\n${create}\r\n--b--\r\n`,
  ],
  [
    'multipart/form-data; boundary=b',
    `--b\r\ncontent-disposition: form-data; name="operations"\r\n\r\n${json}\r\n--b\r\ncontent-disposition: form-data; name="map"\r\n\r\n{}\r\n--b--\r\n`,
  ],
  ['application/graphql', create],
  ['text/plain; application/json', json],
  ['application/jsonp', json],
  ['', json],
] as const)(
  'a mutation as %j, which browsers send across origins unasked, is refused',
  async ([type, body]) => {
    const gateway = usual();

    const response = await send(gateway, { headers: { 'content-type': type }, body });

    expect(response.status).toBe(415);
    expect(await gateway.store.companies.count({})).toBe(0);
  },
);

test.for(['application/json', 'application/json; charset=utf-8'])(
  'a mutation as %s passes',
  async (type) => {
    const gateway = await startTestGateway();

    const { errors } = await ask(gateway, { query: create, headers: { 'content-type': type } });

    expect(errors).toEqual([]);
    expect(await gateway.store.companies.count({})).toBe(1);
  },
);

test('a mutation by GET is refused', async () => {
  const gateway = usual();

  const response = await fetch(`${gateway.url}/graphql?query=${encodeURIComponent(create)}`);

  expect(response.status).toBe(405);
  expect(response.headers.get('allow')).toBe('POST');
  expect(await gateway.store.companies.count({})).toBe(0);
});

test('a mutation by GET is refused where the document also has a query', async () => {
  const gateway = usual();
  const search = new URLSearchParams({
    query: `query Q { __typename } ${create.replace('mutation', 'mutation M')}`,
    operationName: 'M',
  });

  const response = await fetch(`${gateway.url}/graphql?${search}`);

  expect(response.status).toBe(405);
  expect(await gateway.store.companies.count({})).toBe(0);
});

test('a query by GET passes', async () => {
  const gateway = usual();

  const response = await fetch(`${gateway.url}/graphql?query={__typename}`);

  expect(await response.json()).toEqual({ data: { __typename: 'Query' } });
});

const allowed = { CORS_ORIGINS: 'https://app.example.com, http://localhost:3000' };
const fromOrigin = (origin: string) => ({ headers: { origin } });

const corsHeaders = ({ headers }: Response) =>
  [...headers.keys()].filter((name) => name.startsWith('access-control-'));

const preflight = (url: string, origin: string) =>
  fetch(`${url}/graphql`, {
    method: 'OPTIONS',
    headers: {
      origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'content-type,authorization,idempotency-key',
    },
  });

test('no origin is allowed unless CORS_ORIGINS names it', async () => {
  const gateway = usual();

  const responses = [
    await preflight(gateway.url, 'https://app.example.com'),
    await fetch(`${gateway.url}/graphql?query={__typename}`, fromOrigin('https://app.example.com')),
    await fetch(`${gateway.url}/graphql?query={__typename}`, fromOrigin('null')),
  ];

  expect(responses.flatMap(corsHeaders)).toEqual([]);
});

test.for(['https://app.example.com', 'http://localhost:3000'])(
  'the origin %s, which CORS_ORIGINS names, may ask and read, without credentials',
  async (origin) => {
    const gateway = await startTestGateway({ env: allowed });

    const response = await fetch(`${gateway.url}/graphql?query={__typename}`, fromOrigin(origin));

    expect(response.headers.get('access-control-allow-origin')).toBe(origin);
    expect(response.headers.get('vary')).toMatch(/\borigin\b/i);
    expect(response.headers.get('access-control-expose-headers')?.split(',')).toEqual([
      'x-request-id',
      'ratelimit-limit',
      'ratelimit-remaining',
      'ratelimit-reset',
      'retry-after',
    ]);
    expect(response.headers.has('access-control-allow-credentials')).toBe(false);
  },
);

test.for([
  'http://app.example.com',
  'https://app.example.com:444',
  'https://app.example.com.evil.test',
  'https://evil.test/https://app.example.com',
  'https://xapp.example.com',
  'https://example.com',
  'HTTPS://APP.EXAMPLE.COM',
  'null',
  '*',
])(
  'the origin %s, which only looks like one that CORS_ORIGINS names, is not allowed',
  async (origin) => {
    const gateway = await startTestGateway({ env: allowed });

    const responses = [
      await preflight(gateway.url, origin),
      await fetch(`${gateway.url}/graphql?query={__typename}`, fromOrigin(origin)),
    ];

    for (const { headers } of responses) {
      expect(headers.has('access-control-allow-origin')).toBe(false);
      expect(headers.get('vary')).toMatch(/\borigin\b/i);
    }
  },
);

test('a preflight request tells what an allowed origin may send, and needs no key', async () => {
  const gateway = await startTestGateway({ env: allowed });
  await makeApiKey(gateway);

  const response = await preflight(gateway.url, 'https://app.example.com');

  expect(response.status).toBe(204);
  expect(response.headers.get('access-control-allow-origin')).toBe('https://app.example.com');
  expect(response.headers.get('access-control-allow-methods')).toBe('GET,POST,PUT,PATCH,DELETE');
  expect(response.headers.get('access-control-allow-headers')).toBe(
    'content-type,authorization,idempotency-key',
  );
  expect(response.headers.has('access-control-allow-credentials')).toBe(false);
});

test('an allowed origin can read why it was refused', async () => {
  const gateway = await startTestGateway({ env: allowed });
  await makeApiKey(gateway);

  const response = await fetch(
    `${gateway.url}/graphql?query={__typename}`,
    fromOrigin('https://app.example.com'),
  );

  expect(response.status).toBe(401);
  expect(response.headers.get('access-control-allow-origin')).toBe('https://app.example.com');
});
