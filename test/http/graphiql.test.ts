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

test('GraphiQL is a page at /graphql, where it is on', async () => {
  const gateway = withPage();

  const page = await open(gateway.url);

  expect(page.status).toBe(200);
  expect(page.headers['content-type']).toBe('text/html; charset=utf-8');
  expect(page.headers['content-length']).toBe(String(page.body.length));
  expect(page.headers['vary']).toMatch(/\baccept\b/);
  expect(page.text).toContain('<title>Connexions</title>');
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
  const { text } = await open(gateway.url);
  const literal = /"defaultQuery":("(?:[^"\\]|\\.)*")/.exec(text)?.[1] ?? '""';

  const { data, errors } = await gateway.query(JSON.parse(literal) as string);

  expect(errors).toEqual([]);
  expect(JSON.stringify(data)).toContain('Acme');
});

test('GraphiQL loads nothing from another host', async () => {
  const gateway = withPage();
  const { text } = await open(gateway.url);

  const markup = text.replaceAll(/<(script|style)>[\s\S]*?<\/\1>/g, '<$1></$1>');
  const styles = [...text.matchAll(/<style>([\s\S]*?)<\/style>/g)].map(([, css]) => css).join('\n');
  const scripts = [...text.matchAll(/<script>([\s\S]*?)<\/script>/g)]
    .map(([, script]) => script)
    .join('\n');

  expect(scripts.length).toBeGreaterThan(100_000);
  expect(markup.length).toBeLessThan(200_000);
  expect(markup.match(/\b(?:src|href|action)\s*=\s*(?!["']?(?:data:|#))[^\s>]*/gi) ?? []).toEqual(
    [],
  );
  expect(markup).not.toMatch(/https?:|<base|<iframe|@import/i);
  expect(styles.match(/@import|url\((?!\s*["']?(?:data:|#))[^)]*/gi) ?? []).toEqual([]);
  expect(
    scripts.match(/(?:import|importScripts|Worker|fetch)\(\s*["'`](?:https?:)?\/\/[^)]*/g) ?? [],
  ).toEqual([]);
  expect(text).not.toMatch(/unpkg\.com|jsdelivr|cdnjs|esm\.sh|googleapis|gstatic/);
});

test('GraphiQL is compressed for who takes gzip', async () => {
  const gateway = withPage();
  const plain = await open(gateway.url);

  const zipped = await open(gateway.url, { 'accept-encoding': 'gzip, deflate, br' });

  expect(zipped.headers['content-encoding']).toBe('gzip');
  expect(zipped.headers['content-length']).toBe(String(zipped.body.length));
  expect(zipped.headers['vary']).toMatch(/accept-encoding/);
  expect(zipped.body.length).toBeLessThan(plain.body.length / 2);
  expect(gunzipSync(zipped.body).equals(plain.body)).toBe(true);
});

test.for([
  ['its tag', (tag: string) => tag],
  ['its tag as a weak one', (tag: string) => `W/${tag}`],
  ['its tag among others', (tag: string) => `"other", ${tag}`],
] as const)('GraphiQL is not sent again to who names %s', async ([, given]) => {
  const gateway = withPage();
  const { etag = '' } = (await open(gateway.url)).headers;

  const answer = await open(gateway.url, { 'if-none-match': given(etag) });

  expect(etag).toMatch(/^(W\/)?"[^"]+"$/);
  expect(answer.status).toBe(304);
  expect(answer.headers['etag']).toBe(etag);
  expect(answer.body).toHaveLength(0);
});

test('GraphiQL is sent again to who names another tag', async () => {
  const gateway = withPage();

  const answer = await open(gateway.url, { 'if-none-match': '"other"' });

  expect(answer.status).toBe(200);
});

test('HEAD answers what GET of GraphiQL would, without the page', async () => {
  const gateway = withPage();
  const page = await open(gateway.url);

  const head = await send(gateway.url, { method: 'HEAD', headers: { accept } });

  expect(head.status).toBe(200);
  expect(head.body).toHaveLength(0);
  for (const name of ['content-type', 'content-length', 'etag', 'vary', 'cache-control']) {
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
