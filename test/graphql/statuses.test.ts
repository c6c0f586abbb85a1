import { expect, test } from 'vitest';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';

const unlink = /* GraphQL */ `
  mutation Unlink($companyId: ID!, $connectionId: ID!) {
    unlinkConnection(input: { companyId: $companyId, connectionId: $connectionId }) {
      __typename
      ... on UnlinkConnectionPayload {
        connection {
          status
        }
      }
      ... on InvalidStatusError {
        message
        status
        allowedActions
      }
    }
  }
`;

const history = /* GraphQL */ `
  query History($connectionId: ID!) {
    connection(id: $connectionId) {
      status
      allowedActions
      history {
        nodes {
          type
          fromStatus
          toStatus
          actor
        }
      }
    }
  }
`;

async function withConnection(gateway: TestGateway, status: string) {
  const { companyId, connectionId } = await gateway.withCompany({ connections: [{ status }] });
  return { companyId, connectionId };
}

test('unlinkConnection unlinks a Linked connection and records who did', async () => {
  const gateway = await startTestGateway();
  const ids = await withConnection(gateway, 'Linked');

  const { data } = await gateway.query(unlink, ids);

  expect(data.unlinkConnection).toEqual({
    __typename: 'UnlinkConnectionPayload',
    connection: { status: 'UNLINKED' },
  });
  const after = await gateway.query(history, ids);
  expect(after.data.connection).toEqual({
    status: 'UNLINKED',
    allowedActions: ['AUTHORIZE', 'DELETE'],
    history: {
      nodes: [
        { type: 'CONNECTION_CREATED', fromStatus: null, toStatus: 'LINKED', actor: 'import' },
        {
          type: 'CONNECTION_DISCONNECTED',
          fromStatus: 'LINKED',
          toStatus: 'UNLINKED',
          actor: 'anonymous',
        },
      ],
    },
  });
});

test.for([
  ['PendingAuth', 'PENDING_AUTH'],
  ['Unlinked', 'UNLINKED'],
  ['Deauthorized', 'DEAUTHORIZED'],
] as const)('unlinkConnection refuses a connection that is %s', async ([status, shown]) => {
  const gateway = await startTestGateway();
  const ids = await withConnection(gateway, status);

  const { data } = await gateway.query(unlink, ids);

  expect(data.unlinkConnection).toEqual({
    __typename: 'InvalidStatusError',
    message: `The connection is ${shown}: it cannot be unlinked`,
    status: shown,
    allowedActions: ['AUTHORIZE', 'DELETE'],
  });
  const after = await gateway.query(history, ids);
  expect(after.data.connection.status).toBe(shown);
  expect(after.data.connection.history.nodes).toHaveLength(1);
});
