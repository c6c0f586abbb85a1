import { expect, test } from 'vitest';
import { ask, bearer, codesOf, makeApiKey } from '../support/callers.ts';
import { startTestGateway } from '../support/gateway.ts';

const questions = {
  query: '{ companies { totalCount } integrations { id } }',
  mutation: 'mutation { createCompany(input: { name: "Acme" }) { __typename } }',
  'list of keys': '{ apiKeys { id } }',
  'creation of a key':
    'mutation { createApiKey(input: { name: "new", scope: READ }) { __typename } }',
  'revocation of a key':
    'mutation { revokeApiKey(input: { apiKeyId: "00000000-0000-4000-8000-000000000000" }) { __typename } }',
} as const;

test.for([
  ['read', 'query'],
  ['write', 'query'],
  ['write', 'mutation'],
  ['admin', 'query'],
  ['admin', 'mutation'],
  ['admin', 'list of keys'],
  ['admin', 'creation of a key'],
  ['admin', 'revocation of a key'],
] as const)('a %s key permits a %s', async ([scope, what]) => {
  const gateway = await startTestGateway();
  const { secret } = await makeApiKey(gateway, scope);

  const { errors } = await ask(gateway, { query: questions[what], headers: bearer(secret) });

  expect(errors).toEqual([]);
});

test.for([
  ['read', 'mutation'],
  ['read', 'list of keys'],
  ['read', 'creation of a key'],
  ['read', 'revocation of a key'],
  ['write', 'list of keys'],
  ['write', 'creation of a key'],
  ['write', 'revocation of a key'],
] as const)('a %s key is FORBIDDEN a %s, in the GraphQL way', async ([scope, what]) => {
  const gateway = await startTestGateway();
  const { secret } = await makeApiKey(gateway, scope);

  const answer = await ask(gateway, { query: questions[what], headers: bearer(secret) });

  expect(codesOf(answer)).toEqual(['FORBIDDEN']);
  expect(answer.status).toBe(200);
  expect(answer.data).toBeNull();
});

test('what is forbidden changes nothing', async () => {
  const gateway = await startTestGateway();
  const { secret } = await makeApiKey(gateway, 'read');

  await ask(gateway, { query: questions.mutation, headers: bearer(secret) });
  await ask(gateway, { query: questions['creation of a key'], headers: bearer(secret) });

  expect(await gateway.store.companies.count({})).toBe(0);
  expect(await gateway.store.apiKeys.all()).toHaveLength(1);
});

test('a forbidden field is not reached by an alias, a fragment or another operation of the document', async () => {
  const gateway = await startTestGateway();
  const { secret } = await makeApiKey(gateway, 'read');
  const query = `
    query Harmless { companies { totalCount } }
    query Hidden { companies { totalCount } ...Keys }
    fragment Keys on Query { harmless: apiKeys { name } }
  `;

  const answer = await ask(gateway, {
    query,
    operationName: 'Hidden',
    headers: bearer(secret),
  });

  expect(codesOf(answer)).toEqual(['FORBIDDEN']);
  expect(answer.text).not.toContain('a read key');
});

test('a gateway without any key is open, and closes with the first key', async () => {
  const gateway = await startTestGateway();
  expect((await ask(gateway, { query: questions.query })).status).toBe(200);

  const { data } = await ask(gateway, {
    query:
      'mutation { createApiKey(input: { name: "first", scope: ADMIN }) { ... on CreateApiKeyPayload { secret } } }',
  });

  expect((await ask(gateway, { query: questions.query })).status).toBe(401);
  const headers = bearer(data.createApiKey.secret);
  expect((await ask(gateway, { query: questions.query, headers })).status).toBe(200);
});

test('a gateway whose last key was revoked stays closed', async () => {
  const gateway = await startTestGateway();
  const { id } = await makeApiKey(gateway);
  await gateway.store.transact((tx) => tx.apiKeys.revoke(id, Date.now()));

  const { status } = await ask(gateway, { query: questions.query });

  expect(status).toBe(401);
});

test('ALLOW_ANONYMOUS=read lets everybody query, keys or no keys', async () => {
  const gateway = await startTestGateway({ env: { ALLOW_ANONYMOUS: 'read' } });
  expect((await ask(gateway, { query: questions.query })).errors).toEqual([]);
  await makeApiKey(gateway);

  const { errors } = await ask(gateway, { query: questions.query });

  expect(errors).toEqual([]);
});

test.for(['mutation', 'list of keys', 'creation of a key'] as const)(
  'ALLOW_ANONYMOUS=read forbids everybody a %s, keys or no keys',
  async (what) => {
    const gateway = await startTestGateway({ env: { ALLOW_ANONYMOUS: 'read' } });
    expect(codesOf(await ask(gateway, { query: questions[what] }))).toEqual(['FORBIDDEN']);
    await makeApiKey(gateway);

    const answer = await ask(gateway, { query: questions[what] });

    expect(codesOf(answer)).toEqual(['FORBIDDEN']);
  },
);

test('ALLOW_ANONYMOUS=read does not take a bad key for none', async () => {
  const gateway = await startTestGateway({ env: { ALLOW_ANONYMOUS: 'read' } });

  const { status } = await ask(gateway, { query: questions.query, headers: bearer('cnx_wrong') });

  expect(status).toBe(401);
});

test('in production nobody may do anything without a key, on a loopback address either', async () => {
  const gateway = await startTestGateway({ env: { NODE_ENV: 'production' } });

  const { status } = await ask(gateway, { query: questions.query });

  expect(status).toBe(401);
});
