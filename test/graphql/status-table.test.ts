import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { ask } from '../support/ask.ts';
import { change, storedEvents } from '../support/change.ts';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { shared } from '../support/lifetime.ts';

const sharedGateway = shared(() => startTestGateway());

// statuses.test.ts tests unlinkConnection from each status, and reported-statuses.test.ts tests imports.

async function connectionOf(gateway: TestGateway, id: string) {
  return (await ask(gateway, 'connection(id: $id) { status allowedActions }', { id })).connection;
}

async function withConnection(gateway: TestGateway, status: string) {
  const { companyId, connectionId } = await gateway.withCompany({ connections: [{ status }] });
  return { companyId, connectionId };
}

const statuses = [
  ['PendingAuth', 'PENDING_AUTH'],
  ['Linked', 'LINKED'],
  ['Unlinked', 'UNLINKED'],
  ['Deauthorized', 'DEAUTHORIZED'],
] as const;

test.for([
  ['PENDING_AUTH', 'PendingAuth', ['AUTHORIZE', 'DELETE']],
  ['LINKED', 'Linked', ['AUTHORIZE', 'UNLINK', 'DELETE']],
  ['UNLINKED', 'Unlinked', ['AUTHORIZE', 'DELETE']],
  ['DEAUTHORIZED', 'Deauthorized', ['AUTHORIZE', 'DELETE']],
] as const)(
  'a connection that is %s allows what its status allows',
  async ([shown, status, allowed]) => {
    const gateway = sharedGateway();
    const { connectionId } = await withConnection(gateway, status);

    expect(await connectionOf(gateway, connectionId)).toEqual({
      status: shown,
      allowedActions: allowed,
    });
  },
);

test.for(statuses)('deleteConnection deletes a connection that is %s', async ([status]) => {
  const gateway = sharedGateway();
  const ids = await withConnection(gateway, status);

  const payload = 'deletedConnectionId company { id connections { id } }';
  const result = await change(gateway, 'deleteConnection', ids, payload);

  expect(result).toEqual({
    __typename: 'DeleteConnectionPayload',
    deletedConnectionId: ids.connectionId,
    company: { id: ids.companyId, connections: [] },
  });
  expect(await connectionOf(gateway, ids.connectionId)).toBeNull();
  expect(storedEvents(gateway).at(-1)).toEqual({
    type: 'connection.deleted',
    ...ids,
    fromStatus: status,
    toStatus: null,
    actor: 'anonymous',
  });
});

const actions = ['unlinkConnection', 'deleteConnection'] as const;

const noSuchConnection = {
  __typename: 'NotFoundError',
  message: 'There is no such connection',
  field: 'connectionId',
};

test.for(actions)('%s finds no connection that was deleted', async (action) => {
  const gateway = sharedGateway();
  const ids = await withConnection(gateway, 'Linked');
  await change(gateway, 'deleteConnection', ids);
  const before = storedEvents(gateway);

  expect(await change(gateway, action, ids)).toEqual(noSuchConnection);
  expect(storedEvents(gateway)).toEqual(before);
});

test.for(actions)('%s finds no connection that never was', async (action) => {
  const gateway = sharedGateway();
  const { companyId } = await withConnection(gateway, 'Linked');

  const result = await change(gateway, action, { companyId, connectionId: randomUUID() });

  expect(result).toEqual(noSuchConnection);
});

test.for(actions)("%s finds no connection under another company's id", async (action) => {
  const gateway = sharedGateway();
  const { connectionId } = await withConnection(gateway, 'Linked');
  const { companyId } = await gateway.withCompany();
  const before = storedEvents(gateway);

  expect(await change(gateway, action, { companyId, connectionId })).toEqual(noSuchConnection);
  expect(await connectionOf(gateway, connectionId)).toMatchObject({ status: 'LINKED' });
  expect(storedEvents(gateway)).toEqual(before);
});

test.for(actions)('%s takes ids in upper case', async (action) => {
  const gateway = sharedGateway();
  const { companyId, connectionId } = await withConnection(gateway, 'Linked');

  const result = await change(gateway, action, {
    companyId: companyId.toUpperCase(),
    connectionId: connectionId.toUpperCase(),
  });

  expect(result).toEqual({ __typename: expect.stringMatching(/Payload$/) });
});

test('unlinkConnection unlinks once', async () => {
  const gateway = sharedGateway();
  const ids = await withConnection(gateway, 'Linked');
  await change(gateway, 'unlinkConnection', ids);
  const before = storedEvents(gateway);

  expect(await change(gateway, 'unlinkConnection', ids)).toMatchObject({
    __typename: 'InvalidStatusError',
    status: 'UNLINKED',
    allowedActions: ['AUTHORIZE', 'DELETE'],
  });
  expect(storedEvents(gateway)).toEqual(before);
});

const inactive = [
  ['PendingAuth', 'PENDING_AUTH'],
  ['Unlinked', 'UNLINKED'],
  ['Deauthorized', 'DEAUTHORIZED'],
] as const;

for (const sourceType of ['Accounting', 'BankFeed']) {
  test.for(inactive)(
    `a ${sourceType} connection that is %s cannot be authorized beside an active one`,
    async ([status, shown]) => {
      const gateway = sharedGateway();
      const { companyId, connectionIds } = await gateway.withCompany({
        connections: [
          { sourceType, status: 'Linked' },
          { sourceType, status },
        ],
      });
      const [active = '', second = ''] = connectionIds;

      expect((await connectionOf(gateway, active)).allowedActions).toContain('AUTHORIZE');
      expect((await connectionOf(gateway, second)).allowedActions).toEqual(['DELETE']);
      expect(
        await change(gateway, 'unlinkConnection', { companyId, connectionId: second }),
      ).toMatchObject({
        __typename: 'InvalidStatusError',
        status: shown,
        allowedActions: ['DELETE'],
      });
    },
  );
}

for (const sourceType of ['Banking', 'Commerce', 'Expense', 'Other', 'Unknown']) {
  test.for(inactive)(
    `a ${sourceType} connection that is %s can be authorized beside an active one`,
    async ([status]) => {
      const gateway = sharedGateway();
      const { connectionIds } = await gateway.withCompany({
        connections: [
          { sourceType, status: 'Linked' },
          { sourceType, status },
        ],
      });

      expect((await connectionOf(gateway, connectionIds[1] ?? '')).allowedActions).toEqual([
        'AUTHORIZE',
        'DELETE',
      ]);
    },
  );
}

test.for([
  ['an active connection of another type', { sourceType: 'BankFeed', status: 'Linked' }],
  ['an inactive connection of its type', { sourceType: 'Accounting', status: 'Unlinked' }],
] as const)('an Accounting connection can be authorized beside %s', async ([, other]) => {
  const gateway = sharedGateway();
  const { connectionIds } = await gateway.withCompany({
    connections: [other, { sourceType: 'Accounting', status: 'PendingAuth' }],
  });

  const { allowedActions } = await connectionOf(gateway, connectionIds[1] ?? '');

  expect(allowedActions).toEqual(['AUTHORIZE', 'DELETE']);
});

test("an Accounting connection can be authorized beside another company's active one", async () => {
  const gateway = sharedGateway();
  await withConnection(gateway, 'Linked');
  const { connectionId } = await withConnection(gateway, 'PendingAuth');

  const { allowedActions } = await connectionOf(gateway, connectionId);

  expect(allowedActions).toEqual(['AUTHORIZE', 'DELETE']);
});

test.for(actions)(
  '%s of the active Accounting connection makes room for another',
  async (action) => {
    const gateway = sharedGateway();
    const { companyId, connectionIds } = await gateway.withCompany({
      connections: [{ status: 'Linked' }, { status: 'PendingAuth' }],
    });
    const [active = '', second = ''] = connectionIds;

    await change(gateway, action, { companyId, connectionId: active });

    expect((await connectionOf(gateway, second)).allowedActions).toEqual(['AUTHORIZE', 'DELETE']);
  },
);
