import { expect, test } from 'vitest';
import type { ConnectionId } from '../../src/domain/id.ts';
import { change } from '../support/change.ts';
import { startTestGateway } from '../support/gateway.ts';

const authorize = async (accountId: string) => {
  const gateway = await startTestGateway();
  const { companyId, connectionId } = await gateway.withCompany({
    connections: [{ status: 'PendingAuth' }],
  });
  const answer = await change(gateway, 'authorizeConnection', {
    companyId,
    connectionId,
    credentials: { accessToken: 'token', accountId },
  });
  return {
    answer,
    account: await gateway.store.credentials.accountOf(connectionId as ConnectionId),
  };
};

test('the account that comes with given credentials is the one that must be linked again', async () => {
  expect((await authorize('tenant-1')).account).toBe('tenant-1');
});

test('an account that no platform could name is refused by its field', async () => {
  const { answer } = await authorize('');

  expect(answer).toMatchObject({
    __typename: 'InvalidInputError',
    field: 'credentials.accountId',
  });
});
