import { expect, test } from 'vitest';
import { ask, bearer, makeApiKey } from '../support/callers.ts';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';

const create = /* GraphQL */ `
  mutation Create($input: CreateApiKeyInput!) {
    createApiKey(input: $input) {
      __typename
      ... on CreateApiKeyPayload {
        secret
        apiKey {
          id
          name
          scope
          prefix
          expires
          lastUsed
          revoked
          usable
        }
      }
      ... on InvalidInputError {
        field
        rule
      }
      ... on LimitReachedError {
        message
        limit
      }
    }
  }
`;

const revoke = /* GraphQL */ `
  mutation Revoke($id: ID!) {
    revokeApiKey(input: { apiKeyId: $id }) {
      __typename
      ... on RevokeApiKeyPayload {
        apiKey {
          id
          revoked
          usable
        }
      }
      ... on NotFoundError {
        message
        field
      }
      ... on InvalidInputError {
        field
        rule
      }
    }
  }
`;

const list = '{ apiKeys { id name scope prefix usable revoked expires } }';

async function startAsAdmin(env: Record<string, string> = {}) {
  const gateway = await startTestGateway({ env });
  const admin = await makeApiKey(gateway, 'admin', { name: 'the admin key' });
  const asAdmin = async (query: string, variables = {}) =>
    (await ask(gateway, { query, variables, headers: bearer(admin.secret) })).data;
  return { gateway, admin, asAdmin };
}

async function use(gateway: TestGateway, secret: string): Promise<number> {
  const { status } = await ask(gateway, { query: '{ __typename }', headers: bearer(secret) });
  return status;
}

test('createApiKey answers the key, which works, and what is known of it', async () => {
  const { gateway, asAdmin } = await startAsAdmin();
  const expires = '2999-01-01T00:00:00.000Z';

  const { createApiKey } = await asAdmin(create, {
    input: { name: '  Büro 7 ', scope: 'READ', expires },
  });

  const { secret, apiKey } = createApiKey;
  expect(secret).toBe(`cnx_${apiKey.prefix}_${secret.slice(-43)}`);
  expect(apiKey).toEqual({
    id: expect.any(String),
    name: 'Büro 7',
    scope: 'READ',
    prefix: expect.stringMatching(/^[0-9a-z]{8}$/),
    expires,
    lastUsed: null,
    revoked: null,
    usable: true,
  });
  expect(await use(gateway, secret)).toBe(200);
});

test('no two keys are alike', async () => {
  const { asAdmin } = await startAsAdmin({ MAX_API_KEYS: '10000' });
  const input = { name: 'same', scope: 'READ' };

  const made = await Promise.all(Array.from({ length: 50 }, () => asAdmin(create, { input })));

  const secrets = made.map(({ createApiKey }) => createApiKey.secret.slice(-43));
  expect(new Set(secrets).size).toBe(50);
});

test.for([
  [{ name: ' ', scope: 'READ' }, 'name'],
  [{ name: 'x'.repeat(101), scope: 'READ' }, 'name'],
  [{ name: 'a\u0007b', scope: 'READ' }, 'name'],
  [{ name: 'late', scope: 'READ', expires: '2020-01-01' }, 'expires'],
] as const)('createApiKey refuses %j because of its %s', async ([input, field]) => {
  const { gateway, asAdmin } = await startAsAdmin();

  const { createApiKey } = await asAdmin(create, { input });

  expect(createApiKey).toMatchObject({ __typename: 'InvalidInputError', field });
  expect(await gateway.store.apiKeys.all()).toHaveLength(1);
});

test('at most MAX_API_KEYS are usable', async () => {
  const { gateway, asAdmin } = await startAsAdmin({ MAX_API_KEYS: '2' });
  const input = { name: 'one more', scope: 'READ' };
  await asAdmin(create, { input });

  const { createApiKey } = await asAdmin(create, { input });

  expect(createApiKey).toEqual({
    __typename: 'LimitReachedError',
    message: 'The maximum of 2 API keys is reached',
    limit: 2,
  });
  expect(await gateway.store.apiKeys.all()).toHaveLength(2);
});

test('at most ten are usable unless MAX_API_KEYS says otherwise', async () => {
  const { asAdmin } = await startAsAdmin();
  const input = { name: 'one more', scope: 'READ' };

  const made = await Promise.all(Array.from({ length: 12 }, () => asAdmin(create, { input })));

  expect(made.filter(({ createApiKey }) => 'secret' in createApiKey)).toHaveLength(9);
  expect(made.filter(({ createApiKey }) => createApiKey.limit === 10)).toHaveLength(3);
});

test('keys that are revoked or expired do not count', async () => {
  const { gateway, asAdmin } = await startAsAdmin({ MAX_API_KEYS: '2' });
  await makeApiKey(gateway, 'read', { expires: Date.now() + 250 });
  const revoked = await makeApiKey(gateway, 'read');
  await asAdmin(revoke, { id: revoked.id });
  await expect.poll(async () => (await asAdmin(list)).apiKeys[1].usable).toBe(false);

  const { createApiKey } = await asAdmin(create, { input: { name: 'new', scope: 'READ' } });

  expect(createApiKey).toHaveProperty('secret');
});

test('apiKeys lists all keys, oldest first, revoked ones too', async () => {
  const { gateway, admin, asAdmin } = await startAsAdmin();
  const second = await makeApiKey(gateway, 'read', { name: 'second' });
  await asAdmin(revoke, { id: second.id });

  const { apiKeys } = await asAdmin(list);

  const unlimited = { revoked: null, expires: null };
  expect(apiKeys).toEqual([
    {
      id: admin.id,
      name: 'the admin key',
      scope: 'ADMIN',
      prefix: admin.prefix,
      usable: true,
      ...unlimited,
    },
    {
      id: second.id,
      name: 'second',
      scope: 'READ',
      prefix: second.prefix,
      usable: false,
      expires: null,
      revoked: expect.stringMatching(/^20.+Z$/),
    },
  ]);
});

test('revokeApiKey answers the key and takes it out of use at once', async () => {
  const { gateway, asAdmin } = await startAsAdmin();
  const other = await makeApiKey(gateway, 'write');
  expect(await use(gateway, other.secret)).toBe(200);

  const { revokeApiKey } = await asAdmin(revoke, { id: other.id });

  expect(revokeApiKey.apiKey).toEqual({
    id: other.id,
    revoked: expect.stringMatching(/^20.+Z$/),
    usable: false,
  });
  expect(await use(gateway, other.secret)).toBe(401);
});

test('a key can revoke itself', async () => {
  const { gateway, admin, asAdmin } = await startAsAdmin();

  const { revokeApiKey } = await asAdmin(revoke, { id: admin.id });

  expect(revokeApiKey.apiKey.usable).toBe(false);
  expect(await use(gateway, admin.secret)).toBe(401);
});

test('revokeApiKey does not find a key that is revoked already, and leaves its moment', async () => {
  const { gateway, asAdmin } = await startAsAdmin();
  const other = await makeApiKey(gateway);
  const first = await asAdmin(revoke, { id: other.id });

  const { revokeApiKey } = await asAdmin(revoke, { id: other.id });

  expect(revokeApiKey).toEqual({
    __typename: 'NotFoundError',
    message: 'There is no such API key',
    field: 'apiKeyId',
  });
  const { apiKeys } = await asAdmin(list);
  expect(apiKeys[1].revoked).toBe(first.revokeApiKey.apiKey.revoked);
});

test('revokeApiKey does not find an unknown id', async () => {
  const { asAdmin } = await startAsAdmin();

  const { revokeApiKey } = await asAdmin(revoke, { id: '00000000-0000-4000-8000-000000000000' });

  expect(revokeApiKey).toMatchObject({ __typename: 'NotFoundError', field: 'apiKeyId' });
});

test('revokeApiKey refuses an id that is none', async () => {
  const { admin, asAdmin } = await startAsAdmin();

  const { revokeApiKey } = await asAdmin(revoke, { id: admin.prefix });

  expect(revokeApiKey).toEqual({
    __typename: 'InvalidInputError',
    field: 'apiKeyId',
    rule: 'must be a UUID',
  });
});
