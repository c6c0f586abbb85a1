import { deflateSync, gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { expectSame, ids, startBothPaths, type PlainRequest } from '../support/both-paths.ts';
import { shared } from '../support/lifetime.ts';

// The response does not depend on the path, however a request is sent over the wire.

const query =
  'query Company($id: ID!, $search: String) { company(id: $id) { name } found: companies(filter: { search: $search }) { totalCount } }';
const known = { query, variables: { id: ids.acme } };
const json = JSON.stringify(known);
const withHeaders = (headers: PlainRequest['headers']) => ({ headers: headers ?? {}, body: json });

const requests: Record<string, PlainRequest> = {
  'a charset': withHeaders({ 'content-type': 'application/json; charset=utf-8' }),
  'a charset in capitals': withHeaders({ 'content-type': 'application/json;charset=UTF-8' }),
  'a charset in quotes': withHeaders({ 'content-type': 'application/json; charset="UTF8"' }),
  'another charset': withHeaders({ 'content-type': 'application/json; charset=utf-16' }),
  'a content type in capitals': withHeaders({ 'content-type': 'Application/JSON' }),
  'a form': withHeaders({ 'content-type': 'application/x-www-form-urlencoded' }),
  'no content type': withHeaders({ 'content-type': '' }),
  'any accept': withHeaders({ accept: '*/*' }),
  'no accept': withHeaders({ accept: '' }),
  'what browsers accept': withHeaders({ accept: 'application/json, text/plain, */*' }),
  'GraphQL responses': withHeaders({ accept: 'application/graphql-response+json' }),
  'GraphQL responses first': withHeaders({
    accept: 'application/graphql-response+json, application/json;q=0.9',
  }),
  'GraphQL responses first, without a space': withHeaders({
    accept: 'application/graphql-response+json,application/json;q=0.9',
  }),
  'what graphql-request accepts': withHeaders({
    accept: 'application/graphql-response+json, application/json',
  }),
  'what urql accepts': withHeaders({
    accept:
      'application/graphql-response+json, application/graphql+json, application/json, text/event-stream, multipart/mixed',
  }),
  'JSON first': withHeaders({ accept: 'application/json;q=1, application/graphql-response+json' }),
  'a stream of events': withHeaders({ accept: 'text/event-stream' }),
  'a page': withHeaders({ accept: 'text/html' }),
  'nothing that there is': withHeaders({ accept: 'image/png' }),
  'a body in chunks': withHeaders({ 'transfer-encoding': 'chunked' }),
  'a compressed body': {
    headers: { 'content-encoding': 'gzip' },
    body: gzipSync(json),
  },
  'a body in deflate': {
    headers: { 'content-encoding': 'deflate' },
    body: deflateSync(json),
  },
  'a body that is compressed and cut': {
    headers: { 'content-encoding': 'gzip' },
    body: gzipSync(json).subarray(0, -3),
  },
  'a body that is compressed twice': {
    headers: { 'content-encoding': 'gzip, gzip' },
    body: gzipSync(gzipSync(json)),
  },
  'a slash at the end': { path: '/graphql/', body: json },
  'a whole URL': { path: 'http://localhost/graphql', body: json },
  'a query string that is not UTF-8': { path: '/graphql?query=%ff', body: json },
  'a body that says that it is compressed': withHeaders({ 'content-encoding': 'gzip' }),
  'an idempotency key': withHeaders({ 'idempotency-key': 'a-key' }),
  'an empty idempotency key': withHeaders({ 'idempotency-key': '' }),
  'a query string': { path: '/graphql?query={x}&operationName=X', body: json },
  'a query string that names a document': { path: '/graphql?documentId=x', body: json },
  'another method': { method: 'PUT', body: json },
  HEAD: { method: 'HEAD', body: undefined },
  GET: {
    method: 'GET',
    path: `/graphql?${new URLSearchParams({ query, variables: JSON.stringify(known.variables) })}`,
    body: undefined,
  },
  'a byte order mark': { body: `\uFEFF${json}` },
  'UTF-16': { body: Buffer.from(`\uFEFF${json}`, 'utf16le') },
  'space around': { body: ` \r\n\t${json}\n ` },
  'a name that is not UTF-8': {
    body: Buffer.concat([
      Buffer.from(`{"query":${JSON.stringify(query)},"variables":{"id":"${ids.acme}","search":"`),
      Buffer.from([0xc3, 0x28, 0xf0, 0x9f, 0x8f, 0xed, 0xa0, 0x80, 0xff]),
      Buffer.from('"}}'),
    ]),
  },
  'an id that is not UTF-8': {
    body: Buffer.concat([
      Buffer.from(`{"query":${JSON.stringify(query)},"variables":{"id":"`),
      Buffer.from([0xf0, 0x9f, 0x8f]),
      Buffer.from('"}}'),
    ]),
  },
  'half a pair of surrogates': { body: json.replace(ids.acme, '\\ud800') },
  'keys twice': { body: json.replace('{', '{"query":"{ x }","variables":5,') },
  'a variable twice': { body: json.replace('"id":', '"id":"x","id":') },
  nothing: { body: '' },
  'no JSON': { body: '{"query": ' },
  'a list': { body: [known] },
  null: { body: 'null' },
  'a number': { body: '5' },
  'deep nesting': { body: json.replace(`"${ids.acme}"`, '['.repeat(5000) + ']'.repeat(5000)) },
  'a prototype of the parameters': { body: json.replace('{', '{"__proto__":{"query":"{ x }"},') },
  'a prototype of the variables': {
    body: json.replace('"id"', '"__proto__":{"id":"x"},"constructor":{"prototype":{}},"id"'),
  },
  'a prototype in the place of variables': {
    body: `{"query":${JSON.stringify(query)},"variables":{"__proto__":{"id":"${ids.acme}"}}}`,
  },
  'a prototype of a value': {
    body: json.replace(`"${ids.acme}"`, '{"__proto__":{},"toString":"x"}'),
  },
  'no variables': { body: { query } },
  'variables that are null': { body: { query, variables: null } },
  'variables that are a list': { body: { query, variables: [] } },
  'variables that are a text': { body: { query, variables: '{}' } },
  'more variables than declared': { body: { query, variables: { ...known.variables, x: 1 } } },
  extensions: { body: { ...known, extensions: { a: 1 } } },
  'extensions that are null': { body: { ...known, extensions: null } },
  'extensions that are a list': { body: { ...known, extensions: [] } },
  'extensions that are a text': { body: { ...known, extensions: 'x' } },
  'a parameter that is unknown': { body: { ...known, id: 1 } },
  'a parameter that is unknown, and null': { body: { ...known, id: null } },
  'a document id': { body: { ...known, documentId: 'x' } },
  'a document id that is null': { body: { ...known, documentId: null } },
  'its name': { body: { ...known, operationName: 'Company' } },
  'a name that is null': { body: { ...known, operationName: null } },
  'a name that is empty': { body: { ...known, operationName: '' } },
  'a name that is not there': { body: { ...known, operationName: 'Companies' } },
  'a name of another thing': { body: { ...known, operationName: 'query' } },
  'a name that is a number': { body: { ...known, operationName: 1 } },
  'a name that is a list': { body: { ...known, operationName: ['Company'] } },
  'a name of an object': { body: { ...known, operationName: 'constructor' } },
  'a query that is a list': { body: { ...known, query: [query] } },
  'an empty query': { body: { ...known, query: '' } },
};

/** Both gateways, with the document of the requests already compiled. */
const bothPaths = shared(async () => {
  const both = await startBothPaths();
  const { paths } = await expectSame(both, { body: json }, 3);
  if (paths.join() !== 'full,full,fast') throw new Error(`it took the paths ${paths.join()}`);
  return both;
});

test.for(Object.entries(requests))('%s', async ([, request]) => {
  const both = bothPaths();
  const { paths } = await expectSame(both, { body: json }, 1);
  expect(paths).toEqual(['fast']);

  await expectSame(both, request, 3);
});

test('a document of several operations', async () => {
  const both = bothPaths();
  const several = 'query A { a: __typename } query B { b: __typename } mutation C { __typename }';

  for (const operationName of ['A', 'B', 'C', 'D', undefined, null, 'A']) {
    await expectSame(both, { body: { query: several, operationName } });
  }
  const { paths } = await expectSame(both, { body: { query: several, operationName: 'B' } });
  expect(paths).toEqual(['fast', 'fast', 'fast', 'fast']);
});

test('a name that, with the document, reads like another document', async () => {
  const both = bothPaths();
  const document = '\n{ __typename }';
  const { paths } = await expectSame(both, { body: { query: `#\0${document}` } });
  expect(paths.at(-1)).toBe('fast');

  await expectSame(both, { body: { query: document, operationName: '#' } });
});

test.for(['https://one.example', 'https://two.example', 'null'])(
  'a request from %s',
  async (origin) => {
    const both = await startBothPaths({ CORS_ORIGINS: 'https://one.example' });
    const { paths } = await expectSame(both, { headers: { origin }, body: json });
    expect(paths.at(-1)).toBe('fast');

    const asks = { 'access-control-request-method': 'POST' };
    await expectSame(both, { method: 'OPTIONS', headers: { origin, ...asks }, body: undefined });
  },
);

test('requests beyond the limit', async () => {
  const both = await startBothPaths({ RATE_LIMIT: '5' });

  const { paths, status } = await expectSame(both, { body: json }, 7);

  expect(status).toBe(429);
  expect(paths).toEqual(['full', 'full', 'fast', 'fast', 'fast', 'fast', 'fast']);
});
