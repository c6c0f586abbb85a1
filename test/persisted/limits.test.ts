import { expect, test } from 'vitest';
import { bearer, makeApiKey } from '../support/callers.ts';
import { sendJson } from '../support/http.ts';
import { startWithDocuments } from '../support/persisted.ts';
import { inDatabase } from '../support/rows.ts';

const create =
  'mutation Create($name: String!) { createCompany(input: { name: $name }) { ... on CreateCompanyPayload { company { id name } } } }';
const page =
  'query Page($first: Int) { companies(first: $first) { nodes { name connections { company { connections { company { connections { id } } } } } } } }';
const rename =
  'mutation Rename($name: String!) { createCompany(input: { name: $name }) { __typename } }';
const documents = { create, page, rename };

test('what an answer may cost counts for persisted documents, by their variables', async () => {
  const gateway = await startWithDocuments(documents, { MAX_COST: '2000' });

  const small = await sendJson(gateway.url, { documentId: 'page', variables: { first: 1 } });
  const large = await sendJson(gateway.url, { documentId: 'page', variables: { first: 100 } });

  expect(small.json().errors).toBeUndefined();
  expect(large.json().errors[0].extensions.code).toBe('DOCUMENT_LIMIT');
});

test('a key that may only read may not execute a persisted mutation', async () => {
  const gateway = await startWithDocuments(documents);
  const { secret } = await makeApiKey(gateway, 'read');

  const answer = await sendJson(
    gateway.url,
    { documentId: 'create', variables: { name: 'Acme' } },
    bearer(secret),
  );

  expect(answer.json().errors[0].extensions.code).toBe('FORBIDDEN');
});

test('persisted documents need a key as all others do, and ids tell nothing without one', async () => {
  const gateway = await startWithDocuments(documents);
  await makeApiKey(gateway);

  for (const documentId of ['page', 'unknown']) {
    expect((await sendJson(gateway.url, { documentId })).status).toBe(401);
  }
});

test('persisted documents count for the rate', async () => {
  const gateway = await startWithDocuments(documents, { RATE_LIMIT: '2' });

  const statuses: number[] = [];
  for (let i = 0; i < 3; i += 1) {
    statuses.push((await sendJson(gateway.url, { documentId: 'unknown' })).status);
  }

  expect(statuses).toEqual([200, 200, 429]);
});

const withKey = { 'idempotency-key': 'key-1' };
const variables = { name: 'Acme' };

test('a persisted mutation that is repeated with its Idempotency-Key changes nothing', async () => {
  const gateway = await startWithDocuments(documents);
  const first = await sendJson(gateway.url, { documentId: 'create', variables }, withKey);

  const byId = await sendJson(gateway.url, { documentId: 'create', variables }, withKey);
  const byText = await sendJson(gateway.url, { query: create, variables }, withKey);

  expect(first.json().data.createCompany.company.name).toBe('Acme');
  expect([byId.text, byText.text]).toEqual([first.text, first.text]);
  expect(
    inDatabase(gateway.file, (db) => db.prepare('SELECT count(*) FROM companies').pluck().get()),
  ).toBe(1);
});

test('another document with the same Idempotency-Key is refused', async () => {
  const gateway = await startWithDocuments(documents);
  await sendJson(gateway.url, { documentId: 'create', variables }, withKey);

  const answer = await sendJson(gateway.url, { documentId: 'rename', variables }, withKey);

  expect(answer.json().errors[0].extensions.code).toBe('IDEMPOTENCY_KEY_REUSED');
});
