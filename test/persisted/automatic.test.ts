import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { startTestGateway } from '../support/gateway.ts';
import { send, sendJson } from '../support/http.ts';
import { documentFile, startWithDocuments } from '../support/persisted.ts';

// Apollo's automatic persisted queries: a request has the hash of its document, and the text only if the gateway said
// that it does not know the hash. https://www.apollographql.com/docs/apollo-server/performance/apq

const hashOf = (text: string) => createHash('sha256').update(text).digest('hex');
const persistedQuery = (text: string) => ({
  extensions: { persistedQuery: { version: 1, sha256Hash: hashOf(text) } },
});

const byId = 'query Company($id: ID!) { company(id: $id) { name } }';
const typename = '{ __typename }';
const create =
  'mutation { createCompany(input: { name: "Ünïcode" }) { ... on CreateCompanyPayload { company { name } } } }';
const answered = { data: { __typename: 'Query' } };
const notFound = {
  errors: [
    { message: 'PersistedQueryNotFound', extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' } },
  ],
};
const notSupported = {
  errors: [
    {
      message: 'PersistedQueryNotSupported',
      extensions: { code: 'PERSISTED_QUERY_NOT_SUPPORTED' },
    },
  ],
};

test('a document is known by its hash after a client sent it with the hash', async () => {
  const gateway = await startTestGateway();
  const { companyId } = await gateway.withCompany({ name: 'Ünïcode & Co' });
  const asked = { ...persistedQuery(byId), variables: { id: companyId } };

  const before = await sendJson(gateway.url, asked);
  const withText = await sendJson(gateway.url, { query: byId, ...asked });
  const after = await sendJson(gateway.url, asked);
  const otherVariables = await sendJson(gateway.url, { ...asked, variables: {} });

  expect([before.status, before.json()]).toEqual([200, notFound]);
  expect(withText.json()).toEqual({ data: { company: { name: 'Ünïcode & Co' } } });
  expect(after.text).toBe(withText.text);
  expect(otherVariables.json().errors[0].extensions.code).toBe('BAD_USER_INPUT');
});

test.for(['application/json', 'application/graphql-response+json'])(
  'an unknown hash is 200 for a client that accepts %s, and no cache keeps the response',
  async (accept) => {
    const gateway = await startTestGateway();

    const byPost = await sendJson(gateway.url, persistedQuery(typename), { accept });
    const byGet = await get(gateway.url, persistedQuery(typename), { accept });

    for (const answer of [byPost, byGet]) {
      const { status, headers } = answer;
      expect([status, headers['content-type']]).toEqual([200, `${accept}; charset=utf-8`]);
      expect(headers['cache-control']).toBe('no-store');
      expect(answer.json()).toEqual(notFound);
    }
  },
);

function get(
  url: string,
  { extensions, ...others }: { extensions: unknown; query?: string },
  headers: Record<string, string> = {},
) {
  const parameters = new URLSearchParams({ ...others, extensions: JSON.stringify(extensions) });
  return send(url, { path: `/graphql?${parameters.toString()}`, headers });
}

test('a text that came by POST is found by GET, and the other way round', async () => {
  const gateway = await startTestGateway();
  const other = '{ other: __typename }';

  await sendJson(gateway.url, { query: typename, ...persistedQuery(typename) });
  await get(gateway.url, { query: other, ...persistedQuery(other) });

  expect((await get(gateway.url, persistedQuery(typename))).json()).toEqual(answered);
  expect((await sendJson(gateway.url, persistedQuery(other))).json()).toEqual({
    data: { other: 'Query' },
  });
});

test('GET executes no mutation that a hash names', async () => {
  const gateway = await startTestGateway();
  await get(gateway.url, { query: create, ...persistedQuery(create) });
  const unknown = await sendJson(gateway.url, persistedQuery(create));
  const created = await sendJson(gateway.url, { query: create, ...persistedQuery(create) });

  const answer = await get(gateway.url, persistedQuery(create));

  expect(unknown.json()).toEqual(notFound);
  expect(created.json().data.createCompany.company.name).toBe('Ünïcode');
  expect([answer.status, answer.headers.allow]).toEqual([405, 'POST']);
  const { data } = await gateway.query('{ companies { totalCount } }');
  expect(data.companies.totalCount).toBe(1);
});

test.for<[string, string, Record<string, unknown>]>([
  ['another hash', 'PERSISTED_QUERY_MISMATCH', persistedQuery('{ other: __typename }')],
  ['a number for the extension', 'BAD_REQUEST', { extensions: { persistedQuery: 5 } }],
  ['a list for the extension', 'BAD_REQUEST', { extensions: { persistedQuery: [1] } }],
  ['no hash', 'BAD_REQUEST', { extensions: { persistedQuery: { version: 1 } } }],
  ['another version', 'BAD_REQUEST', version(2)],
  ['a version that is a text', 'BAD_REQUEST', version('1')],
  ['a hash in capitals', 'BAD_REQUEST', hash(hashOf(typename).toUpperCase())],
  ['a hash with its name', 'BAD_REQUEST', hash(`sha256:${hashOf(typename)}`)],
  ['a short hash', 'BAD_REQUEST', hash('abc')],
  ['a hash of an object', 'BAD_REQUEST', hash('__proto__')],
  ['a hash that is a list', 'BAD_REQUEST', hash([hashOf(typename)])],
  ['a hash and an id', 'BAD_REQUEST', { ...persistedQuery(typename), documentId: 'known' }],
])('%s is %s, with a text and without one', async ([, code, body]) => {
  const gateway = await startWithDocuments({ known: typename });

  for (const query of code === 'BAD_REQUEST' ? [typename, undefined] : [typename]) {
    // More than once: the fast path handles repeated requests.
    for (let i = 0; i < 4; i += 1) {
      if (query !== undefined) await sendJson(gateway.url, { query });
      const answer = await sendJson(gateway.url, { query, ...body });

      expect(answer.status).toBe(400);
      const { errors } = answer.json();
      expect(errors).toHaveLength(1);
      expect(errors[0].extensions.code).toBe(code);
      expect(errors[0].message).toMatch(/^(extensions\.persistedQuery[ .]|The parameters )/);
    }
  }
});

function version(it: unknown) {
  return { extensions: { persistedQuery: { version: it, sha256Hash: hashOf(typename) } } };
}

function hash(it: unknown) {
  return { extensions: { persistedQuery: { version: 1, sha256Hash: it } } };
}

test('the extension may be null, and may have more members', async () => {
  const gateway = await startTestGateway();
  const { persistedQuery: ours } = persistedQuery(typename).extensions;
  const miss = { extensions: { persistedQuery: { ...ours, miss: true }, other: 1 } };

  for (const body of [
    { query: typename, extensions: { persistedQuery: null } },
    { query: typename, ...miss },
    miss,
  ]) {
    expect((await sendJson(gateway.url, body)).json()).toEqual(answered);
  }
});

test.for([
  ['is not GraphQL', '{'],
  ['is not valid', '{ unknown }'],
  ['is longer than permitted', typename.padEnd(20_000)],
  [
    'has too many aliases',
    `{ ${Array.from({ length: 16 }, (_, i) => `a${i}: __typename`).join(' ')} }`,
  ],
] as const)('a text that %s is not kept', async ([, query]) => {
  const gateway = await startTestGateway();

  const first = await sendJson(gateway.url, { query, ...persistedQuery(query) });
  const second = await sendJson(gateway.url, persistedQuery(query));

  expect(first.json().data).toBeUndefined();
  expect(second.json()).toEqual(notFound);
});

test('a hash that is no document and a text without a hash are kept apart', async () => {
  const gateway = await startTestGateway();
  await sendJson(gateway.url, { query: typename });

  expect((await sendJson(gateway.url, persistedQuery(typename))).json()).toEqual(notFound);
});

test('the document of the operator is found by its hash', async () => {
  const gateway = await startWithDocuments({ known: typename });

  expect((await sendJson(gateway.url, persistedQuery(typename))).json()).toEqual(answered);
  expect((await get(gateway.url, persistedQuery(typename))).json()).toEqual(answered);
});

test.for(['on', 'off'])(
  'PERSISTED_DOCUMENTS_ONLY supports only the hashes of persisted documents, FAST_PATH=%s',
  async (FAST_PATH) => {
    const gateway = await startTestGateway({
      env: {
        PERSISTED_DOCUMENTS: await documentFile({ known: typename }),
        PERSISTED_DOCUMENTS_ONLY: 'on',
        FAST_PATH,
      },
    });

    for (let i = 0; i < 4; i += 1) {
      const unknown = await sendJson(gateway.url, persistedQuery(byId));
      expect([unknown.status, unknown.json()]).toEqual([200, notSupported]);
      const known = await sendJson(gateway.url, persistedQuery(typename));
      expect(known.json()).toEqual(answered);
      for (const query of [byId, typename]) {
        const withText = await sendJson(gateway.url, { query, ...persistedQuery(query) });
        expect(withText.json().errors[0].extensions.code).toBe('PERSISTED_DOCUMENT_REQUIRED');
      }
    }
  },
);

test('a mutation that is repeated by hash with its Idempotency-Key changes nothing', async () => {
  const gateway = await startTestGateway();
  const headers = { 'idempotency-key': 'key-1' };
  const unknown = await sendJson(gateway.url, persistedQuery(create), headers);
  const first = await sendJson(gateway.url, { query: create, ...persistedQuery(create) }, headers);

  const byHash = await sendJson(gateway.url, persistedQuery(create), headers);
  const byText = await sendJson(gateway.url, { query: create }, headers);

  expect(unknown.json()).toEqual(notFound);
  expect(first.json().data.createCompany.company.name).toBe('Ünïcode');
  expect([byHash.text, byText.text]).toEqual([first.text, first.text]);
});
