import { getIntrospectionQuery } from 'graphql';
import { expect, test } from 'vitest';
import { send, sendJson } from '../support/http.ts';
import { sha256Id, startWithDocuments } from '../support/persisted.ts';

const only = { PERSISTED_DOCUMENTS_ONLY: 'on' };
const typename = '{ __typename }';
const required = {
  message: 'Only persisted documents are allowed: send documentId instead of query',
  extensions: { code: 'PERSISTED_DOCUMENT_REQUIRED' },
};

test.for(['known', sha256Id(typename)])('the document %s is answered', async (documentId) => {
  const gateway = await startWithDocuments({ known: typename }, only);

  const answer = await sendJson(gateway.url, { documentId });

  expect(answer.json()).toEqual({ data: { __typename: 'Query' } });
});

test.for([
  ['another text', '{ companies { totalCount } }'],
  ['the text of a persisted document', typename],
  ['introspection', getIntrospectionQuery()],
  ['what is not GraphQL', '{'],
  ['an empty text', ''],
])('%s is refused', async ([, query]) => {
  const gateway = await startWithDocuments({ known: typename }, only);
  gateway.takeStatements();

  for (const [accept, status] of [
    ['application/json', 200],
    ['application/graphql-response+json', 403],
  ] as const) {
    // More than once: the fast path handles repeated requests.
    for (let i = 0; i < 4; i += 1) {
      const answer = await sendJson(gateway.url, { query }, { accept });

      expect(answer.status).toBe(status);
      expect(answer.json()).toEqual({ errors: [required] });
    }
  }
  expect(gateway.takeStatements().join()).not.toContain('"companies"');
});

test('the text of a document that is answered often by its id is refused all the same', async () => {
  const gateway = await startWithDocuments({ known: typename }, only);
  for (let i = 0; i < 4; i += 1) await sendJson(gateway.url, { documentId: 'known' });

  const answer = await sendJson(gateway.url, { query: typename });

  expect(answer.json()).toEqual({ errors: [required] });
});

test('a text is refused by GET, too', async () => {
  const gateway = await startWithDocuments({ known: typename }, only);
  const path = `/graphql?query=${encodeURIComponent('{ companies { totalCount } }')}`;

  const answer = await send(gateway.url, { path });

  expect(answer.json()).toEqual({ errors: [required] });
});

test('a text beside an id is refused', async () => {
  const gateway = await startWithDocuments({ known: typename }, only);

  const answer = await sendJson(gateway.url, {
    documentId: 'known',
    query: '{ other: __typename }',
  });

  expect(answer.status).toBe(400);
  expect(answer.json().data).toBeUndefined();
});

test('a request for nothing is told which parameter is missing', async () => {
  const gateway = await startWithDocuments({ known: typename }, only);

  const answer = await sendJson(gateway.url, {});

  expect(answer.status).toBe(400);
  expect(answer.json().errors[0].message).toBe('The parameter documentId is missing');
});

test('introspection that is a persisted document is answered', async () => {
  const gateway = await startWithDocuments({ schema: getIntrospectionQuery() }, only);

  const answer = await sendJson(gateway.url, { documentId: 'schema' });

  expect(answer.json()).toHaveProperty('data.__schema.queryType.name', 'Query');
});

test('the REST API answers as ever', async () => {
  const gateway = await startWithDocuments({ known: typename }, only);

  expect((await send(gateway.url, { path: '/api/companies' })).status).toBe(200);
});

test.for(['on', 'off'])(
  'PERSISTED_DOCUMENTS_ONLY=off leaves texts alone, FAST_PATH=%s',
  async (fast) => {
    const gateway = await startWithDocuments(
      { known: typename },
      { PERSISTED_DOCUMENTS_ONLY: 'off', FAST_PATH: fast },
    );

    for (let i = 0; i < 4; i += 1) {
      const answer = await sendJson(gateway.url, { query: '{ __schema { queryType { name } } }' });
      expect(answer.json()).toEqual({ data: { __schema: { queryType: { name: 'Query' } } } });
    }
  },
);
