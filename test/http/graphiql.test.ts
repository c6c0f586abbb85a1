import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { shared } from '../support/lifetime.ts';
import { startTestGateway } from '../support/gateway.ts';
import { send } from '../support/http.ts';

const withPage = shared(() => startTestGateway({ graphiql: true }));

/** The Accept header of a browser that opens a page. */
const accept = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';

function open(url: string, headers: Record<string, string> = {}, path = '/graphql') {
  return send(url, { path, headers: { accept, ...headers } });
}

/** Returns the paths of the files that the page loads, and those that these load. */
async function filesOf(url: string): Promise<string[]> {
  const { text } = await open(url);
  const ofPage = [...text.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, path = '']) => `/${path}`);
  const script = ofPage.find((path) => path.endsWith('.js')) ?? '';
  const { body } = await send(url, { path: script });
  const workers = gunzipSync(body)
    .toString()
    .slice(0, 1000)
    .match(/[\w-]+-worker\.[\w-]+\.js/g);
  return [...ofPage, ...(workers ?? []).map((name) => `/graphiql/${name}`)];
}

test('GraphiQL is a small page at /graphql, where it is on', async () => {
  const gateway = withPage();

  const page = await open(gateway.url);

  expect(page.status).toBe(200);
  expect(page.headers['content-type']).toBe('text/html; charset=utf-8');
  expect(page.headers['content-length']).toBe(String(page.body.length));
  expect(page.headers['vary']).toMatch(/\baccept\b/);
  expect(page.text).toContain('<title>Connexions</title>');
  expect(page.body.length).toBeLessThan(2000);
});

test('GraphiQL cannot be framed, and runs only scripts of the gateway', async () => {
  const { headers } = await open(withPage().url);

  expect(headers['content-security-policy']).toContain(`frame-ancestors 'none'`);
  expect(headers['content-security-policy']).toContain(`script-src 'self';`);
  expect(headers).toMatchObject({
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store',
  });
});

test('GraphiQL is absent where it is off', async () => {
  const gateway = await startTestGateway();

  const graphql = await send(gateway.url, { path: '/graphql', headers: { accept: 'text/html' } });
  const root = await open(gateway.url, {}, '/');

  expect(graphql.status).toBe(406);
  expect(graphql.text).not.toContain('<');
  expect(root.status).toBe(404);
});

test('/ leads to GraphiQL', async () => {
  const gateway = withPage();

  const answer = await open(gateway.url, {}, '/');

  expect(answer.status).toBe(302);
  expect(answer.headers['location']).toBe('/graphql');
});

test('the query that GraphiQL opens with answers data', async () => {
  const gateway = withPage();
  await gateway.withCompany({ name: 'Acme', connections: [{}] });
  const script = (await filesOf(gateway.url)).find((path) => path.endsWith('.js'));
  const text = gunzipSync((await send(gateway.url, { path: script ?? '' })).body).toString();
  const literal = /"defaultQuery":("(?:[^"\\]|\\.)*")/.exec(text)?.[1] ?? '""';

  const { data, errors } = await gateway.query(JSON.parse(literal) as string);

  expect(errors).toEqual([]);
  expect(JSON.stringify(data)).toContain('Acme');
});

test('GraphiQL loads nothing from another host', async () => {
  const gateway = withPage();
  const { text } = await open(gateway.url);
  const files = await filesOf(gateway.url);
  expect(files).toHaveLength(6);

  const contents = await Promise.all(
    files.map(async (path) => gunzipSync((await send(gateway.url, { path })).body).toString()),
  );
  const ofType = (type: string) => contents.filter((_, index) => files[index]?.endsWith(type));
  const styles = ofType('.css').join('\n');
  const scripts = ofType('.js').join('\n');

  expect(scripts.length).toBeGreaterThan(100_000);
  expect(text).not.toMatch(/https?:|<base|<iframe|@import/i);
  expect(styles.match(/@import|url\((?!\s*["']?(?:data:|#))[^)]*/gi) ?? []).toEqual([]);
  expect(
    scripts.match(/(?:import|importScripts|Worker|fetch)\(\s*["'`](?:https?:)?\/\/[^)]*/g) ?? [],
  ).toEqual([]);
  expect(scripts).not.toMatch(/unpkg\.com|jsdelivr|cdnjs|esm\.sh|googleapis|gstatic/);
});

test('the files of GraphiQL are compressed, and kept for ever under names that change with them', async () => {
  const gateway = withPage();

  for (const path of await filesOf(gateway.url)) {
    const file = await send(gateway.url, { path, headers: { 'accept-encoding': 'gzip, br' } });

    expect(path).toMatch(/^\/graphiql\/[a-z-]+\.[\w-]{16}\.(js|css|ico)$/);
    expect(file.status).toBe(200);
    expect(file.headers).toMatchObject({
      'content-encoding': 'gzip',
      'content-length': String(file.body.length),
      vary: 'accept-encoding',
      'cache-control': 'public, max-age=31536000, immutable',
      'x-content-type-options': 'nosniff',
    });
    expect(file.body.length).toBeLessThan(1_500_000);
  }
});

test.for(['identity', 'gzip;q=0, *;q=0'])(
  'a client that accepts %s gets the files as they are',
  async (accepted) => {
    const gateway = withPage();
    const path = (await filesOf(gateway.url)).find((it) => it.endsWith('.css')) ?? '';
    const headers = { 'accept-encoding': accepted };

    const plain = await send(gateway.url, { path, headers });
    const head = await send(gateway.url, { path, headers, method: 'HEAD' });

    const zipped = await send(gateway.url, { path });
    expect(plain.headers['content-encoding']).toBeUndefined();
    expect(gunzipSync(zipped.body).equals(plain.body)).toBe(true);
    expect(head.body).toHaveLength(0);
    expect(head.headers['content-type']).toBe(plain.headers['content-type']);
  },
);

test('there are no other files beside those of GraphiQL, and none where it is off', async () => {
  const gateway = withPage();
  const [path = ''] = await filesOf(gateway.url);
  const off = await startTestGateway();

  for (const [url, request] of [
    [gateway.url, { path: '/graphiql/' }],
    [gateway.url, { path: '/graphiql/graphiql.js' }],
    [gateway.url, { path: '/graphiql/../package.json' }],
    [off.url, { path }],
  ] as const) {
    expect((await send(url, request)).status).toBe(404);
  }
  expect((await send(gateway.url, { path, method: 'POST' })).status).toBe(405);
});

test('GraphiQL and its files count towards the rate limit, and use up nobody else’s', async () => {
  const gateway = await startTestGateway({ graphiql: true, env: { RATE_LIMIT: '2' } });
  const [path = ''] = await filesOf(gateway.url);

  expect((await send(gateway.url, { path })).status).toBe(429);
  expect((await open(gateway.url)).status).toBe(429);
  expect((await open(gateway.url, {}, '/')).status).toBe(429);
  expect((await gateway.query('{ __typename }')).status).toBe(200);
});

test('HEAD answers what GET of GraphiQL would, without the page', async () => {
  const gateway = withPage();
  const page = await open(gateway.url);

  const head = await send(gateway.url, { method: 'HEAD', headers: { accept } });

  expect(head.status).toBe(200);
  expect(head.body).toHaveLength(0);
  for (const name of ['content-type', 'content-length', 'vary', 'cache-control']) {
    expect(head.headers[name]).toBe(page.headers[name]);
  }
});

const typename = '/graphql?query=%7B__typename%7D';

test.for(['application/json', 'application/graphql-response+json', '*/*'])(
  'a client that accepts %s is answered with data, GraphiQL or not',
  async (type) => {
    const gateway = withPage();

    const answer = await send(gateway.url, { path: typename, headers: { accept: type } });

    expect(answer.json()).toEqual({ data: { __typename: 'Query' } });
  },
);

test('a browser that reloads GraphiQL gets it again', async () => {
  const gateway = withPage();

  // GraphiQL keeps the edited query in the URL of the page.
  const page = await open(gateway.url, {}, typename);

  expect(page.headers['content-type']).toBe('text/html; charset=utf-8');
});

test('a POST from a browser is answered with data', async () => {
  const gateway = withPage();

  const answer = await send(gateway.url, {
    method: 'POST',
    headers: { accept, 'content-type': 'application/json' },
    body: '{"query": "{ __typename }"}',
  });

  expect(answer.json()).toEqual({ data: { __typename: 'Query' } });
});
