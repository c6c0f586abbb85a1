import { CodatPlatform } from '@codat/platform';
import { expect, test } from 'vitest';
import {
  linkedConnection,
  newCompany,
  newConnection,
  refusalOf,
  startRestGateway,
  unlinked,
} from '../support/rest.ts';
import { storedEvents } from '../support/change.ts';
import { shared } from '../support/lifetime.ts';

const sharedGateway = shared(() => startRestGateway());

test('a connection is created by the key of its platform', async () => {
  const gateway = sharedGateway();
  const { companyId } = await newCompany(gateway);

  const connection = await gateway.sdk.connections.create({
    companyId,
    requestBody: { platformKey: 'gbol' },
  });

  const { integrationId, sourceId } = await gateway.sdk.integrations.get({ platformKey: 'gbol' });
  expect(connection).toEqual({
    id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    integrationId,
    integrationKey: 'gbol',
    sourceId,
    sourceType: 'Accounting',
    platformName: 'Xero',
    linkUrl: expect.stringContaining(
      `${gateway.url}/link/companies/${companyId}/connections/${connection.id}/start?code=`,
    ),
    status: 'PendingAuth',
    created: expect.any(String),
  });
});

test('a connection is read as it is, alone, in a list and in its company', async () => {
  const gateway = sharedGateway();
  const { sdk } = gateway;
  const { companyId, connectionIds } = await gateway.withCompany({
    connections: [{ status: 'Deauthorized' }],
  });
  const ref = { companyId, connectionId: connectionIds[0] ?? '' };

  const { linkUrl, ...connection } = await sdk.connections.get(ref);
  const { results } = await sdk.connections.list({ companyId });
  const { dataConnections } = await sdk.companies.get({ companyId });

  expect(connection).toMatchObject({
    status: 'Deauthorized',
    lastSync: '2024-05-06T07:08:09.123Z',
  });
  for (const [other] of [results ?? [], dataConnections ?? []]) {
    const { linkUrl: otherUrl, ...rest } = other ?? {};
    expect(rest).toEqual(connection);
    expect(otherUrl).not.toBe(linkUrl);
  }
});

test('an integration without a key leaves the key out', async () => {
  const gateway = sharedGateway();
  const { companyId } = await gateway.withCompany({
    connections: [{ sourceType: 'Other', integrationKey: null }],
  });

  const { results } = await gateway.sdk.connections.list({ companyId });

  expect(results).toHaveLength(1);
  expect(results?.[0]).not.toHaveProperty('integrationKey');
});

test("the SDK's documented example of unlinking runs as it stands", async () => {
  const gateway = sharedGateway();
  const { companyId, connectionId } = await linkedConnection(gateway);

  const codatPlatform = new CodatPlatform({ authHeader: '', serverURL: `${gateway.url}/api` });
  const res = await codatPlatform.connections.unlink({
    companyId,
    connectionId,
    updateConnectionStatus: {
      status: 'Unlinked',
    },
  });

  expect(res).toMatchObject({ id: connectionId, status: 'Unlinked' });
});

test('a connection that is not Linked cannot be unlinked, and says what it is', async () => {
  const gateway = sharedGateway();
  const { sdk } = gateway;
  const ref = await newConnection(gateway);

  const pending = await refusalOf(sdk.connections.unlink({ ...ref, ...unlinked }));
  await sdk.connections.updateAuthorization({ ...ref, requestBody: { accessToken: 'token' } });
  await sdk.connections.unlink({ ...ref, ...unlinked });
  const twice = await refusalOf(sdk.connections.unlink({ ...ref, ...unlinked }));

  expect(pending).toMatchObject({
    status: 409,
    error: 'The connection is PendingAuth: it cannot be unlinked',
  });
  expect(twice).toMatchObject({
    status: 409,
    error: 'The connection is Unlinked: it cannot be unlinked',
  });
});

test.for([{}, { status: 'Linked' }, { status: 'unlinked' }, { status: null }, undefined])(
  'PATCH asks for nothing but Unlinked: %j is refused',
  async (body) => {
    const gateway = sharedGateway();
    const { companyId, connectionId } = await linkedConnection(gateway);

    const answer = await gateway.raw({
      method: 'PATCH',
      path: `/companies/${companyId}/connections/${connectionId}`,
      headers: { 'content-type': 'application/json' },
      ...(body && { body }),
    });

    expect(answer.status).toBe(400);
    expect(answer.json().error).toBe('status must be Unlinked: no other status can be requested');
    expect((await gateway.sdk.connections.get({ companyId, connectionId })).status).toBe('Linked');
  },
);

test('an empty PATCH of the SDK is refused, too', async () => {
  const gateway = sharedGateway();

  const refusal = await refusalOf(gateway.sdk.connections.unlink(await linkedConnection(gateway)));

  expect(refusal.status).toBe(400);
});

test.for(['zzzz', 'GBOL', '', 'x'.repeat(300)])(
  'there is no platform %j to connect to',
  async (platformKey) => {
    const gateway = sharedGateway();
    const { companyId } = await newCompany(gateway);

    const refusal = await refusalOf(
      gateway.sdk.connections.create({ companyId, requestBody: { platformKey } }),
    );

    expect(refusal).toMatchObject({ status: 404, error: 'There is no such integration' });
  },
);

test('a platform that is not of the catalogue is refused', async () => {
  const gateway = sharedGateway();
  const { companyId } = await gateway.withCompany({
    connections: [{ sourceType: 'BankFeed', integrationKey: 'feed' }],
  });

  const refusal = await refusalOf(
    gateway.sdk.connections.create({ companyId, requestBody: { platformKey: 'feed' } }),
  );

  expect(refusal).toMatchObject({
    status: 400,
    error: 'platformKey must be the key of an integration in the catalogue',
  });
});

test('a connection without a platform is refused', async () => {
  const gateway = sharedGateway();
  const { companyId } = await newCompany(gateway);

  expect((await refusalOf(gateway.sdk.connections.create({ companyId }))).error).toBe(
    'platformKey must be a string',
  );
});

test('a deleted connection is gone', async () => {
  const gateway = await startRestGateway();
  const { sdk } = gateway;
  const ref = await linkedConnection(gateway);

  await sdk.connections.delete(ref);

  const gone = [
    sdk.connections.get(ref),
    sdk.connections.unlink({ ...ref, ...unlinked }),
    sdk.connections.updateAuthorization({ ...ref, requestBody: { accessToken: 'a' } }),
    sdk.connections.delete(ref),
  ];
  for (const refusal of await Promise.all(gone.map(refusalOf))) {
    expect(refusal).toMatchObject({ status: 404, error: 'There is no such connection' });
  }
  expect((await sdk.connections.list(ref)).results).toEqual([]);
  expect((await sdk.companies.get(ref)).dataConnections).toEqual([]);
});

test('a connection of another company, and what is no id, is not found', async () => {
  const gateway = sharedGateway();
  const { sdk } = gateway;
  const { connectionId } = await linkedConnection(gateway);
  const { companyId } = await newCompany(gateway);
  const before = storedEvents(gateway).length;

  for (const ref of [
    { companyId, connectionId },
    { companyId, connectionId: 'no-uuid' },
    { companyId: 'no-uuid', connectionId },
    { companyId: connectionId, connectionId },
  ]) {
    const calls = [
      sdk.connections.get(ref),
      sdk.connections.unlink({ ...ref, ...unlinked }),
      sdk.connections.updateAuthorization({ ...ref, requestBody: { accessToken: 'a' } }),
      sdk.connections.delete(ref),
    ];
    const refusals = await Promise.all(calls.map(refusalOf));
    expect(refusals.map(({ status }) => status)).toEqual(calls.map(() => 404));
  }
  expect(storedEvents(gateway)).toHaveLength(before);
});
