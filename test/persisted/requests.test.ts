import { writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { startTestGateway } from '../support/gateway.ts';
import { send, sendJson } from '../support/http.ts';
import { documentFile, sha256Id, startWithDocuments } from '../support/persisted.ts';

// Appendix A of the GraphQL over HTTP specification: a document identifier is prefixed (`sha256:` and 64 digits) or
// custom. A request with an unknown one gets a well-formed response with a single error.

const json = 'application/json';
const responseJson = 'application/graphql-response+json';
const byId = 'query Company($id: ID!) { company(id: $id) { name } }';
const two = 'query A { a: __typename } query B { b: __typename }';
const create =
  'mutation { createCompany(input: { name: "Acme" }) { ... on CreateCompanyPayload { company { id } } } }';
const documents = { 'by-id': byId, two, create, typename: '{ __typename }' };

test.for([
  ['its key in the file', 'by-id'],
  ['the SHA-256 of its text', sha256Id(byId)],
])('a document is asked for by %s, with variables', async ([, documentId]) => {
  const gateway = await startWithDocuments(documents);
  const { companyId } = await gateway.withCompany({ name: 'Ünïcode & Co' });

  const answer = await sendJson(gateway.url, { documentId, variables: { id: companyId } });

  expect(answer.json()).toEqual({ data: { company: { name: 'Ünïcode & Co' } } });
});

test('the id of the specification is the SHA-256 of the UTF-8 text, in lower case', () => {
  const example = 'query ($id: ID!) {\n  user(id: $id) {\n    name\n  }\n}';

  expect(sha256Id(example)).toBe(
    'sha256:7dba4bd717b41f10434822356a93c32b1fb4907b983e854300ad839f84cdcd6e',
  );
});

test('an operation of a document is chosen by its name', async () => {
  const gateway = await startWithDocuments(documents);

  const answer = await sendJson(gateway.url, { documentId: 'two', operationName: 'B' });

  expect(answer.json()).toEqual({ data: { b: 'Query' } });
});

test.for<[string, number, number, string, unknown]>([
  ['an id that is unknown', 200, 400, 'PERSISTED_DOCUMENT_NOT_FOUND', { documentId: 'other' }],
  ['an empty id', 200, 400, 'PERSISTED_DOCUMENT_NOT_FOUND', { documentId: '' }],
  ['operations without a name', 200, 400, 'OPERATION_RESOLUTION_FAILURE', { documentId: 'two' }],
  ['a variable that is missing', 200, 400, 'BAD_USER_INPUT', { documentId: 'by-id' }],
  ['a number for the id', 400, 400, 'BAD_REQUEST', { documentId: 5 }],
  ['a list for the id', 400, 400, 'BAD_REQUEST', { documentId: ['two'] }],
  ['an object for the id', 400, 400, 'BAD_REQUEST', { documentId: { toString: 'two' } }],
  ['an id and a text', 400, 400, 'BAD_REQUEST', { documentId: 'two', query: '{ __typename }' }],
  ['an id and the same text', 400, 400, 'BAD_REQUEST', { documentId: 'two', query: two }],
  ['an id and an empty text', 400, 400, 'BAD_REQUEST', { documentId: 'two', query: '' }],
  ['neither', 400, 400, 'BAD_REQUEST', { documentId: null, query: null }],
  ['a batch', 400, 400, 'BAD_REQUEST', [{ documentId: 'typename' }]],
])(
  '%s is answered with %i as JSON and with %i as a GraphQL response: %s',
  async ([, asJson, asResponseJson, code, body]) => {
    const gateway = await startWithDocuments(documents);
    const expected = [
      [json, asJson],
      [responseJson, asResponseJson],
    ] as const;

    for (const [accept, status] of expected) {
      const answer = await sendJson(gateway.url, body, { accept });

      expect({ accept, status: answer.status }).toEqual({ accept, status });
      expect(answer.headers['content-type']).toBe(`${accept}; charset=utf-8`);
      const { data, errors } = answer.json();
      expect(data).toBeUndefined();
      expect(errors).toHaveLength(1);
      expect(errors[0].extensions.code).toBe(code);
    }
  },
);

test('null for the id or for the text is as if it were not there', async () => {
  const gateway = await startWithDocuments(documents);

  for (const body of [
    { documentId: null, query: '{ __typename }' },
    { documentId: 'typename', query: null, variables: null, operationName: null },
  ]) {
    expect((await sendJson(gateway.url, body)).json()).toEqual({ data: { __typename: 'Query' } });
  }
});

function get(url: string, parameters: Record<string, string>) {
  const path = `/graphql?${new URLSearchParams(parameters).toString()}`;
  return send(url, { path, headers: { accept: responseJson } });
}

test('GET takes an id with variables', async () => {
  const gateway = await startWithDocuments(documents);
  const { companyId } = await gateway.withCompany({ name: 'Acme' });
  const variables = JSON.stringify({ id: companyId });

  const answer = await get(gateway.url, { documentId: sha256Id(byId), variables });

  expect(answer.status).toBe(200);
  expect(answer.json()).toEqual({ data: { company: { name: 'Acme' } } });
});

test('GET executes no mutation that an id names', async () => {
  const gateway = await startWithDocuments(documents);

  const answer = await get(gateway.url, { documentId: 'create' });

  expect(answer.status).toBe(405);
  expect(answer.headers.allow).toBe('POST');
  const { data } = await gateway.query('{ companies { totalCount } }');
  expect(data.companies.totalCount).toBe(0);
});

test.for<[string, Record<string, string>, string]>([
  ['an unknown id', { documentId: 'other' }, 'PERSISTED_DOCUMENT_NOT_FOUND'],
  ['an id and a text', { documentId: 'two', query: '{ __typename }' }, 'BAD_REQUEST'],
  ['an empty id', { documentId: '' }, 'BAD_REQUEST'],
])('GET with %s is refused with 400', async ([, parameters, code]) => {
  const gateway = await startWithDocuments(documents);

  const answer = await get(gateway.url, parameters);

  expect(answer.status).toBe(400);
  expect(answer.json().errors[0].extensions.code).toBe(code);
});

test('a gateway without a file knows no document, and answers texts', async () => {
  const gateway = await startTestGateway();

  const byDocumentId = await sendJson(gateway.url, { documentId: 'typename' });
  const byText = await sendJson(gateway.url, { query: '{ __typename }' });

  expect(byDocumentId.json().errors[0].extensions.code).toBe('PERSISTED_DOCUMENT_NOT_FOUND');
  expect(byText.json()).toEqual({ data: { __typename: 'Query' } });
});

test('the file is read once: what changes in it counts from the next start on', async () => {
  const file = await documentFile(documents);
  const gateway = await startTestGateway({ env: { PERSISTED_DOCUMENTS: file } });
  await writeFile(file, '{}');

  const answer = await sendJson(gateway.url, { documentId: 'typename' });

  expect(answer.json()).toEqual({ data: { __typename: 'Query' } });
});
