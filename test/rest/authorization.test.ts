import { expect, test } from 'vitest';
import { openCredentials } from '../../src/linking/upkeep/stored-credentials.ts';
import type { ConnectionId } from '../../src/domain/id.ts';
import {
  linkedConnection,
  newConnection,
  refusalOf,
  startRestGateway,
  unlinked,
} from '../support/rest.ts';

test('a connection is linked by the tokens of a migrated one, which are sealed', async () => {
  const gateway = await startRestGateway();
  const ref = await newConnection(gateway);
  const connectionId = ref.connectionId as ConnectionId;

  const linked = await gateway.sdk.connections.updateAuthorization({
    ...ref,
    requestBody: {
      access_token: 'access',
      refresh_token: 'refresh',
      expires_in: '3600',
      account_id: 'tenant-1',
      realmId: '9130',
    },
  });

  expect(linked).toMatchObject({ id: connectionId, status: 'Linked' });
  const stored = await gateway.store.credentials.ofConnection(connectionId);
  const opened = stored && (await openCredentials(gateway.vault, stored));
  expect(opened).toMatchObject({
    accessToken: 'access',
    refreshToken: 'refresh',
    fields: { realmId: '9130' },
  });
  const seconds = ((stored?.expires ?? 0) - Date.now()) / 1000;
  expect(seconds).toBeGreaterThan(3500);
  expect(seconds).toBeLessThan(3601);
  expect(await gateway.store.credentials.accountOf(connectionId)).toBe('tenant-1');
});

test('what was unlinked is linked again', async () => {
  const gateway = await startRestGateway();
  const { sdk } = gateway;
  const ref = await linkedConnection(gateway);
  await sdk.connections.unlink({ ...ref, ...unlinked });

  const requestBody = { accessToken: 'token', expires: '2030-01-01T00:00:00Z' };
  const { status } = await sdk.connections.updateAuthorization({ ...ref, requestBody });

  expect(status).toBe('Linked');
});

test('a second active accounting connection is refused', async () => {
  const gateway = await startRestGateway();
  const { companyId, connectionId } = await linkedConnection(gateway);
  const second = await newConnection(gateway, { companyId, platformKey: 'hbql' });

  const refusal = await refusalOf(
    gateway.sdk.connections.updateAuthorization({ ...second, requestBody: { accessToken: 'b' } }),
  );

  expect(refusal).toMatchObject({
    status: 409,
    error: `The company can have only one active Accounting connection: ${connectionId} is already Linked`,
  });
  expect((await gateway.sdk.connections.get(second)).status).toBe('PendingAuth');
});

test.for([
  [{}, 'accessToken'],
  [{ accessToken: '' }, 'accessToken'],
  [{ access_token: 'with space' }, 'access_token'],
  [{ accessToken: 'a', expires: 'tomorrow' }, 'expires'],
  [{ accessToken: 'a', expires_in: '-1' }, 'expires_in'],
  [{ accessToken: 'a', accountId: '' }, 'accountId'],
  [{ accessToken: 'a', 'a b': 'c' }, 'fields'],
] as const)('tokens such as %j are refused', async ([requestBody, itemId]) => {
  const gateway = await startRestGateway();
  const ref = await newConnection(gateway);

  const refusal = await refusalOf(
    gateway.sdk.connections.updateAuthorization({ ...ref, requestBody }),
  );

  expect(refusal.status).toBe(400);
  expect(refusal.validation?.errors[0]?.itemId).toBe(itemId);
  expect((await gateway.sdk.connections.get(ref)).status).toBe('PendingAuth');
});

test('tokens that are not texts are refused', async () => {
  const gateway = await startRestGateway();
  const { companyId, connectionId } = await newConnection(gateway);

  const answer = await gateway.raw({
    method: 'PUT',
    path: `/companies/${companyId}/connections/${connectionId}/authorization`,
    body: { accessToken: { nested: 'a' } },
  });

  expect(answer.status).toBe(400);
});
