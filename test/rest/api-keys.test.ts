import { SDKError } from '@codat/platform/sdk/models/errors/index.js';
import { expect, test } from 'vitest';
import { bearer, makeApiKey } from '../support/callers.ts';
import { refusalOf, startRestGateway } from '../support/rest.ts';

/** Starts a gateway with an admin key, and the SDK with that key. */
async function start(env: Record<string, string> = {}) {
  const gateway = await startRestGateway({ env });
  const admin = await makeApiKey(gateway);
  return { gateway, admin, sdk: gateway.sdkWith(admin.secret) };
}

test('an API key is created, works, is listed without its secret, and deleted', async () => {
  const { gateway, admin, sdk } = await start();

  const { apiKey = '', ...created } = await sdk.settings.createApiKey({ name: 'processor' });
  const { results } = await sdk.settings.listApiKeys();

  expect(created).toEqual({
    id: expect.any(String),
    name: 'processor',
    createdDate: expect.any(String),
  });
  expect(results?.map((it) => it?.id)).toEqual([admin.id, created.id]);
  expect(results?.[1]).toEqual(created);
  // Code that rotates its key deletes the old key with the new one.
  const rotated = gateway.sdkWith(apiKey);
  // The SDK rejects a 204 for this operation, with a content type or without one.
  const thrown: unknown = await rotated.settings
    .deleteApiKey({ apiKeyId: admin.id })
    .catch((error: unknown) => error);
  expect(thrown).toBeInstanceOf(SDKError);
  expect(thrown).toMatchObject({ statusCode: 204, body: '' });
  expect((await rotated.settings.listApiKeys()).results?.map((it) => it?.id)).toEqual([created.id]);
  expect((await refusalOf(sdk.companies.list())).status).toBe(401);
});

test('a key needs no name', async () => {
  const { sdk } = await start();

  const names = [
    (await sdk.settings.createApiKey()).name,
    (await sdk.settings.createApiKey({ name: null })).name,
    (await sdk.settings.createApiKey({})).name,
  ];

  expect(names).toEqual(['API key', 'API key', 'API key']);
});

test('a key cannot be called just anything', async () => {
  const { sdk } = await start();

  for (const [name, error] of [
    ['x'.repeat(51), 'name must be 1 to 50 characters after trimming'],
    [' ', 'name must be 1 to 50 characters after trimming'],
  ] as const) {
    expect(await refusalOf(sdk.settings.createApiKey({ name }))).toMatchObject({
      status: 400,
      error,
    });
  }
  expect((await sdk.settings.createApiKey({ name: ` ${'🔑'.repeat(50)} ` })).name).toBe(
    '🔑'.repeat(50),
  );
});

test('there are only so many keys', async () => {
  const { sdk } = await start({ MAX_API_KEYS: '1' });

  expect(await refusalOf(sdk.settings.createApiKey())).toMatchObject({
    status: 409,
    error: 'The maximum of 1 API keys is reached',
  });
});

test('a key that is unknown, deleted or none is not found', async () => {
  const { gateway, sdk } = await start();
  const other = await makeApiKey(gateway);
  await sdk.settings.deleteApiKey({ apiKeyId: other.id }).catch(() => {});

  for (const apiKeyId of [other.id, 'no-uuid', '8a210b68-6988-11ed-a1eb-0242ac120002']) {
    expect(await refusalOf(sdk.settings.deleteApiKey({ apiKeyId }))).toMatchObject({
      status: 404,
      error: 'There is no such API key',
    });
  }
});

test('the answer that holds a key cannot be repeated by an Idempotency-Key', async () => {
  const { gateway, admin } = await start();

  const answer = await gateway.raw({
    method: 'POST',
    path: '/apiKeys',
    headers: { ...bearer(admin.secret), 'idempotency-key': 'key-1' },
    body: {},
  });

  expect(answer.status).toBe(400);
  expect(await gateway.store.apiKeys.all()).toHaveLength(1);
});
