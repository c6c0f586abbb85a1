import { expect, test } from 'vitest';
import { ask } from '../support/ask.ts';
import { change } from '../support/change.ts';
import { startTestGateway } from '../support/gateway.ts';

// The mutations of a request run one after another. Each must show the effects of the previous ones.

test('each createConnection of a request shows the company with it', async () => {
  const gateway = await startTestGateway();
  const { companyId } = await gateway.withCompany();
  const query = /* GraphQL */ `
    mutation Twice($companyId: ID!) {
      first: createConnection(input: { companyId: $companyId, integrationKey: "gbol" }) {
        ...Company
      }
      second: createConnection(input: { companyId: $companyId, integrationKey: "exgd" }) {
        ...Company
      }
    }
    fragment Company on CreateConnectionPayload {
      connection {
        company {
          connectionStatuses
          connections {
            platformName
          }
        }
      }
    }
  `;

  const { data } = await gateway.query(query, { companyId });

  const xero = { platformName: 'Xero' };
  expect(data.first.connection.company).toEqual({
    connectionStatuses: ['PENDING_AUTH'],
    connections: [xero],
  });
  expect(data.second.connection.company.connections).toHaveLength(2);
  expect(data.second.connection.company.connections).toContainEqual(xero);
  expect(data.second.connection.company.connections).toContainEqual({ platformName: 'Stripe' });
});

test('unlinkConnection, deleteConnection and what they leave show in one request', async () => {
  const gateway = await startTestGateway();
  const { companyId, connectionId } = await gateway.withCompany({
    connections: [{ status: 'Linked' }],
  });
  const query = /* GraphQL */ `
    mutation UnlinkAndDelete($companyId: ID!, $connectionId: ID!) {
      unlinked: unlinkConnection(input: { companyId: $companyId, connectionId: $connectionId }) {
        ... on UnlinkConnectionPayload {
          connection {
            status
            allowedActions
            history {
              totalCount
              nodes {
                toStatus
              }
            }
            company {
              connectionStatuses
              connections {
                status
              }
            }
          }
        }
      }
      again: unlinkConnection(input: { companyId: $companyId, connectionId: $connectionId }) {
        ... on InvalidStatusError {
          status
          allowedActions
        }
      }
      deleted: deleteConnection(input: { companyId: $companyId, connectionId: $connectionId }) {
        ... on DeleteConnectionPayload {
          company {
            connectionStatuses
            lastSync
            connections {
              id
            }
          }
        }
      }
      gone: deleteConnection(input: { companyId: $companyId, connectionId: $connectionId }) {
        ... on NotFoundError {
          field
        }
      }
    }
  `;

  const { data } = await gateway.query(query, { companyId, connectionId });

  expect(data).toEqual({
    unlinked: {
      connection: {
        status: 'UNLINKED',
        allowedActions: ['AUTHORIZE', 'DELETE'],
        history: { totalCount: 2, nodes: [{ toStatus: 'LINKED' }, { toStatus: 'UNLINKED' }] },
        company: { connectionStatuses: ['UNLINKED'], connections: [{ status: 'UNLINKED' }] },
      },
    },
    again: { status: 'UNLINKED', allowedActions: ['AUTHORIZE', 'DELETE'] },
    deleted: {
      company: { connectionStatuses: ['NO_CONNECTIONS'], lastSync: null, connections: [] },
    },
    gone: { field: 'connectionId' },
  });
});

test('unlinking the active connection frees the other in the same request', async () => {
  const gateway = await startTestGateway();
  const { companyId, connectionIds } = await gateway.withCompany({
    connections: [
      { status: 'Linked', created: '2024-01-01' },
      { status: 'PendingAuth', created: '2024-01-02' },
    ],
  });
  const query = /* GraphQL */ `
    mutation Free($companyId: ID!, $pending: ID!, $active: ID!) {
      before: unlinkConnection(input: { companyId: $companyId, connectionId: $pending }) {
        ... on InvalidStatusError {
          allowedActions
        }
      }
      unlinkConnection(input: { companyId: $companyId, connectionId: $active }) {
        ... on UnlinkConnectionPayload {
          connection {
            company {
              connections {
                allowedActions
              }
            }
          }
        }
      }
    }
  `;

  const [active, pending] = connectionIds;
  const { data } = await gateway.query(query, { companyId, pending, active });

  const both = { allowedActions: ['AUTHORIZE', 'DELETE'] };
  expect(data).toEqual({
    before: { allowedActions: ['DELETE'] },
    unlinkConnection: { connection: { company: { connections: [both, both] } } },
  });
});

test('each updateCompany of a request shows the company as it then is', async () => {
  const gateway = await startTestGateway();
  const { companyId } = await gateway.withCompany({ name: 'Acme', tags: { region: 'north' } });
  const query = /* GraphQL */ `
    mutation Update($id: ID!) {
      named: updateCompany(input: { companyId: $id, name: "Zenith" }) {
        ...Company
      }
      tagged: updateCompany(input: { companyId: $id, tags: [{ key: "region", value: "south" }] }) {
        ...Company
      }
      cleared: updateCompany(input: { companyId: $id, tags: null }) {
        ...Company
      }
    }
    fragment Company on UpdateCompanyPayload {
      company {
        name
        tags {
          value
        }
      }
    }
  `;

  const { data } = await gateway.query(query, { id: companyId });

  expect(data).toEqual({
    named: { company: { name: 'Zenith', tags: [{ value: 'north' }] } },
    tagged: { company: { name: 'Zenith', tags: [{ value: 'south' }] } },
    cleared: { company: { name: 'Zenith', tags: [] } },
  });
});

test('a company that a request deletes is gone for the rest of it', async () => {
  const gateway = await startTestGateway();
  const { companyId } = await gateway.withCompany({ name: 'Acme' });
  const query = /* GraphQL */ `
    mutation Delete($id: ID!) {
      before: updateCompany(input: { companyId: $id, description: "Going" }) {
        __typename
      }
      deleteCompany(input: { companyId: $id }) {
        __typename
      }
      after: createConnection(input: { companyId: $id, integrationKey: "gbol" }) {
        __typename
      }
    }
  `;

  const { data } = await gateway.query(query, { id: companyId });

  expect(data).toEqual({
    before: { __typename: 'UpdateCompanyPayload' },
    deleteCompany: { __typename: 'DeleteCompanyPayload' },
    after: { __typename: 'NotFoundError' },
  });
});

test('a change that is refused leaves the changes before and after it alone', async () => {
  const gateway = await startTestGateway();
  const { companyId } = await gateway.withCompany({ name: 'Acme' });
  const query = /* GraphQL */ `
    mutation Update($id: ID!) {
      a: updateCompany(input: { companyId: $id, description: "First" }) {
        __typename
      }
      b: updateCompany(input: { companyId: $id, name: "" }) {
        __typename
      }
      c: updateCompany(input: { companyId: $id, name: "Zenith" }) {
        ... on UpdateCompanyPayload {
          company {
            name
            description
          }
        }
      }
    }
  `;

  const { data } = await gateway.query(query, { id: companyId });

  expect(data).toEqual({
    a: { __typename: 'UpdateCompanyPayload' },
    b: { __typename: 'InvalidInputError' },
    c: { company: { name: 'Zenith', description: 'First' } },
  });
});

test('a request shows what another request committed before it', async () => {
  const gateway = await startTestGateway();
  const { companyId, connectionId } = await gateway.withCompany({ connections: [{}] });
  const read = () => ask(gateway, 'connection(id: $id) { status }', { id: connectionId });
  expect(await read()).toEqual({ connection: { status: 'LINKED' } });

  await change(gateway, 'unlinkConnection', { companyId, connectionId });

  expect(await read()).toEqual({ connection: { status: 'UNLINKED' } });
});
