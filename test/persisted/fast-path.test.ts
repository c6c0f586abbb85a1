import { beforeEach, expect, test } from 'vitest';
import { fullPath } from '../support/full-path.ts';
import { sendJson } from '../support/http.ts';
import { startWithDocuments } from '../support/persisted.ts';

beforeEach(() => {
  fullPath.requests = 0;
});

const byId = 'query Company($id: ID!) { company(id: $id) { id name } }';
const two = 'query A { a: __typename } query B { b: companies { totalCount } }';
const bad = 'query Page($first: Int) { companies(first: $first) { totalCount } }';
const documents = { 'by-id': byId, two, bad };
const responseJson = 'application/graphql-response+json';

test.for([[{}], [{ PERSISTED_DOCUMENTS_ONLY: 'on' }]] as const)(
  'a document that is asked for often takes the fast path: %o',
  async ([env]) => {
    const gateway = await startWithDocuments(documents, env);
    const { companyId } = await gateway.withCompany({ name: 'Acme' });
    const body = { documentId: 'by-id', variables: { id: companyId } };

    const answers = new Set<string>();
    for (let i = 0; i < 10; i += 1) answers.add((await sendJson(gateway.url, body)).text);

    expect(fullPath.requests).toBe(2);
    expect([...answers]).toEqual([
      JSON.stringify({ data: { company: { id: companyId, name: 'Acme' } } }),
    ]);
  },
);

test('an id shares the fast path with its text and its other ids', async () => {
  const gateway = await startWithDocuments({ ...documents, other: byId });
  const variables = { id: '00000000-0000-4000-8000-000000000000' };
  const bodies = [{ documentId: 'by-id' }, { query: byId }, { documentId: 'other' }];
  for (const body of bodies) await sendJson(gateway.url, { ...body, variables });

  fullPath.requests = 0;
  for (const body of bodies) await sendJson(gateway.url, { ...body, variables });

  expect(fullPath.requests).toBe(0);
});

test.for<[string, Record<string, unknown>]>([
  ['a document', { documentId: 'by-id', variables: { id: 'ID' } }],
  ['an operation', { documentId: 'two', operationName: 'B' }],
  ['an error of a field', { documentId: 'bad', variables: { first: 0 } }],
  ['a variable of a wrong type', { documentId: 'bad', variables: { first: 'x' } }],
  ['a variable that is missing', { documentId: 'by-id' }],
  ['an operation that is not there', { documentId: 'two', operationName: 'C' }],
  ['an unknown id', { documentId: 'unknown' }],
  ['an id and a text', { documentId: 'by-id', query: byId }],
  ['a number', { documentId: 1 }],
])('%s is answered by the fast path as by the full one, byte for byte', async ([, question]) => {
  const fast = await startWithDocuments(documents);
  const full = await startWithDocuments(documents, { FAST_PATH: 'off' });
  const id = '00000000-0000-4000-8000-000000000000';
  const body = JSON.stringify(question).replace('"ID"', JSON.stringify(id));

  for (const accept of ['application/json', responseJson]) {
    for (let i = 0; i < 4; i += 1) {
      const [a, b] = [
        await sendJson(fast.url, body, { accept }),
        await sendJson(full.url, body, { accept }),
      ];
      expect([a.status, a.headers['content-type'], a.text]).toEqual([
        b.status,
        b.headers['content-type'],
        b.text,
      ]);
    }
  }
});
