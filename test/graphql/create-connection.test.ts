import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { change, storedEvents } from '../support/change.ts';
import { linkUrlLike } from '../support/link-url.ts';
import { startTestGateway } from '../support/gateway.ts';

test('createConnection creates a connection that waits for authorization', async () => {
  const gateway = await startTestGateway();
  const { companyId } = await gateway.withCompany();

  const { connection } = await change(
    gateway,
    'createConnection',
    { companyId, integrationKey: 'gbol' },
    `connection {
      id integrationId sourceId platformName sourceType status lastSync linkUrl allowedActions
      company { id connectionStatuses }
      integration { id key name sourceId }
      history { nodes { type fromStatus toStatus actor } }
    }`,
  );

  const { id, integration } = connection;
  expect(connection).toEqual({
    id: expect.stringMatching(/^[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-/),
    integrationId: integration.id,
    sourceId: integration.sourceId,
    platformName: 'Xero',
    sourceType: 'ACCOUNTING',
    status: 'PENDING_AUTH',
    lastSync: null,
    linkUrl: linkUrlLike(`${gateway.url}/link/companies/${companyId}/connections/${id}/start`),
    allowedActions: ['AUTHORIZE', 'DELETE'],
    company: { id: companyId, connectionStatuses: ['PENDING_AUTH'] },
    integration: expect.objectContaining({ key: 'gbol', name: 'Xero' }),
    history: {
      nodes: [
        {
          type: 'CONNECTION_CREATED',
          fromStatus: null,
          toStatus: 'PENDING_AUTH',
          actor: 'anonymous',
        },
      ],
    },
  });
  expect(storedEvents(gateway).at(-1)).toEqual({
    type: 'connection.created',
    companyId,
    connectionId: id,
    fromStatus: null,
    toStatus: 'PendingAuth',
    actor: 'anonymous',
  });
});

test.for([
  ['an unknown key', 'zzzz'],
  ['an empty key', ''],
  ['a key in upper case', 'GBOL'],
  ['a key with more after it', 'gbol '],
  ['an over-long key', 'x'.repeat(100_000)],
] as const)('createConnection finds no integration by %s', async ([, integrationKey]) => {
  const gateway = await startTestGateway();
  const { companyId } = await gateway.withCompany();
  const before = storedEvents(gateway);

  expect(await change(gateway, 'createConnection', { companyId, integrationKey })).toEqual({
    __typename: 'NotFoundError',
    message: 'There is no such integration',
    field: 'integrationKey',
  });
  expect(storedEvents(gateway)).toEqual(before);
});

test('createConnection finds no company that never was', async () => {
  const gateway = await startTestGateway();
  const input = { companyId: randomUUID(), integrationKey: 'gbol' };

  expect(await change(gateway, 'createConnection', input)).toEqual({
    __typename: 'NotFoundError',
    message: 'There is no such company',
    field: 'companyId',
  });
  expect(storedEvents(gateway)).toEqual([]);
});

test('createConnection refuses an integration that is not of the catalogue', async () => {
  const gateway = await startTestGateway();
  const { companyId } = await gateway.withCompany({ connections: [{ integrationKey: 'vjms' }] });
  const before = storedEvents(gateway);

  const input = { companyId, integrationKey: 'vjms' };

  expect(await change(gateway, 'createConnection', input)).toEqual({
    __typename: 'InvalidInputError',
    message: 'integrationKey must be the key of an integration in the catalogue',
    field: 'integrationKey',
    rule: 'must be the key of an integration in the catalogue',
  });
  expect(storedEvents(gateway)).toEqual(before);
});

test('a company may have two Accounting connections that wait for authorization', async () => {
  const gateway = await startTestGateway();
  const { companyId } = await gateway.withCompany();
  const payload = 'connection { company { connections { platformName status allowedActions } } }';
  await change(gateway, 'createConnection', { companyId, integrationKey: 'gbol' });

  const { connection } = await change(
    gateway,
    'createConnection',
    { companyId, integrationKey: 'qhyg' },
    payload,
  );

  const waiting = { status: 'PENDING_AUTH', allowedActions: ['AUTHORIZE', 'DELETE'] };
  expect(connection.company.connections).toHaveLength(2);
  expect(connection.company.connections).toEqual(
    expect.arrayContaining([
      { platformName: 'Xero', ...waiting },
      { platformName: 'QuickBooks Online', ...waiting },
    ]),
  );
});

test('a company may have two connections to one integration', async () => {
  const gateway = await startTestGateway();
  const { companyId } = await gateway.withCompany();
  const input = { companyId, integrationKey: 'gbol' };
  const first = await change(gateway, 'createConnection', input, 'connection { id }');

  const second = await change(gateway, 'createConnection', input, 'connection { id }');

  expect(second.connection.id).not.toBe(first.connection.id);
});

test('an Accounting connection that is created beside an active one cannot be authorized', async () => {
  const gateway = await startTestGateway();
  const { companyId } = await gateway.withCompany({ connections: [{ status: 'Linked' }] });

  const { connection } = await change(
    gateway,
    'createConnection',
    { companyId, integrationKey: 'qhyg' },
    'connection { status allowedActions }',
  );

  expect(connection).toEqual({ status: 'PENDING_AUTH', allowedActions: ['DELETE'] });
});
