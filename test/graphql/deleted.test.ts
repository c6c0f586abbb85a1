import { expect, onTestFinished, test } from 'vitest';
import { ask } from '../support/ask.ts';
import { change } from '../support/change.ts';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { shared } from '../support/lifetime.ts';

/** The gateway of several tests. Each test finds it empty and leaves it empty. */
const sharedGateway = shared(() => startTestGateway());

/** Adds a company with a connection to delete and one to keep, until the test ends. */
async function withTwo(gateway: TestGateway) {
  const { companyId, connectionIds } = await gateway.withCompany({
    connections: [
      {
        sourceType: 'Accounting',
        status: 'Linked',
        created: '2024-02-01',
        lastSync: '2024-06-01T00:00:00Z',
      },
      {
        sourceType: 'Banking',
        status: 'Unlinked',
        created: '2024-03-01',
        lastSync: '2024-05-01T00:00:00Z',
      },
    ],
  });
  onTestFinished(() => change(gateway, 'deleteCompany', { companyId }));
  const [connectionId = '', siblingId = ''] = connectionIds;
  return { companyId, connectionId, siblingId };
}

async function deleteConnection(
  gateway: TestGateway,
  { companyId, connectionId }: { companyId: string; connectionId: string },
) {
  await change(gateway, 'deleteConnection', { companyId, connectionId });
}

test.for([
  ['company.connections', 'company(id: $companyId) { connections { id } }'],
  [
    'company.connections by status',
    'company(id: $companyId) { connections(filter: { status: [LINKED, UNLINKED] }) { id } }',
  ],
  [
    'company.connections by source type',
    'company(id: $companyId) { connections(filter: { sourceType: ACCOUNTING }) { id } }',
  ],
  ['companies', 'companies { edges { node { connections { id } } } }'],
  ['connection', 'connection(id: $connectionId) { id }'],
  ['node', 'node(id: $connectionId) { id }'],
  [
    "its sibling's company",
    'connection(id: $siblingId) { company { connections { id company { connections { id } } } } }',
  ],
  ["its company's node", 'node(id: $companyId) { ... on Company { connections { id } } }'],
  ['connections', 'connections { nodes { id } edges { node { id } } }'],
  ['connections from the end', 'connections(last: 100) { nodes { id } }'],
  [
    'connections, newest first',
    'connections(orderBy: { field: CREATED, direction: DESC }) { nodes { id } }',
  ],
  [
    'connections by last sync',
    'connections(orderBy: { field: LAST_SYNC, direction: DESC }) { nodes { id } }',
  ],
  ['connections of its company', 'connections(filter: { companyId: $companyId }) { nodes { id } }'],
  ['connections in its status', 'connections(filter: { status: LINKED }) { nodes { id } }'],
  [
    'connections in several statuses',
    'connections(filter: { status: [LINKED, UNLINKED] }) { nodes { id } }',
  ],
  [
    'connections of its source type',
    'connections(filter: { sourceType: ACCOUNTING }) { nodes { id } }',
  ],
  [
    'connections of several source types',
    'connections(filter: { sourceType: [ACCOUNTING, BANKING] }) { nodes { id } }',
  ],
  [
    'connections to its integration',
    'connections(filter: { integrationKey: "gbol" }) { nodes { id } }',
  ],
  [
    'connections created then',
    'connections(filter: { created: { from: "2024-01-01", to: "2024-12-31" } }) { nodes { id } }',
  ],
  [
    'connections read then',
    'connections(filter: { lastSync: { from: "2024-01-01", to: "2024-12-31" } }) { nodes { id } }',
  ],
  [
    'connections by all filters',
    'connections(filter: { companyId: $companyId, status: LINKED, sourceType: ACCOUNTING, integrationKey: "gbol", created: { from: "2024-01-01" }, lastSync: { from: "2024-01-01" } }) { nodes { id } }',
  ],
] as const)('a deleted connection is absent from %s', async ([, query]) => {
  const gateway = sharedGateway();
  const ids = await withTwo(gateway);
  expect(JSON.stringify(await ask(gateway, query, ids))).toContain(ids.connectionId);

  await deleteConnection(gateway, ids);

  expect(JSON.stringify(await ask(gateway, query, ids))).not.toContain(ids.connectionId);
});

test.for([
  ['connections', 'count: connections { totalCount }', 2, 1],
  [
    'connections of its company',
    'count: connections(filter: { companyId: $companyId }) { totalCount }',
    2,
    1,
  ],
  [
    'connections in its status',
    'count: connections(filter: { status: LINKED }) { totalCount }',
    1,
    0,
  ],
  [
    'connections of several source types',
    'count: connections(filter: { sourceType: [ACCOUNTING, BANKING] }) { totalCount }',
    2,
    1,
  ],
  [
    'connections to its integration',
    'count: connections(filter: { integrationKey: "gbol" }) { totalCount }',
    1,
    0,
  ],
  [
    'connections created then',
    'count: connections(filter: { created: { from: "2024-01-01" } }) { totalCount }',
    2,
    1,
  ],
  [
    'connections read then',
    'count: connections(filter: { lastSync: { from: "2024-01-01" } }) { totalCount }',
    2,
    1,
  ],
  [
    'companies with a connection in its status',
    'count: companies(filter: { connectionStatus: LINKED }) { totalCount }',
    1,
    0,
  ],
] as const)('a deleted connection is not counted: %s', async ([, query, before, after]) => {
  const gateway = sharedGateway();
  const ids = await withTwo(gateway);
  expect((await ask(gateway, query, ids)).count.totalCount).toBe(before);

  await deleteConnection(gateway, ids);

  expect((await ask(gateway, query, ids)).count.totalCount).toBe(after);
});

test('a deleted connection adds nothing to the statuses and the last sync of its company', async () => {
  const gateway = sharedGateway();
  const ids = await withTwo(gateway);
  const query = 'company(id: $companyId) { connectionStatuses lastSync }';
  expect((await ask(gateway, query, ids)).company).toEqual({
    connectionStatuses: ['LINKED', 'UNLINKED'],
    lastSync: '2024-06-01T00:00:00.000Z',
  });

  await deleteConnection(gateway, ids);

  expect((await ask(gateway, query, ids)).company).toEqual({
    connectionStatuses: ['UNLINKED'],
    lastSync: '2024-05-01T00:00:00.000Z',
  });
});

test('a company whose only connection was deleted has none', async () => {
  const gateway = await startTestGateway();
  const { companyId, connectionId } = await gateway.withCompany({ connections: [{}] });
  const companies = /* GraphQL */ `
    query {
      without: companies(filter: { connectionStatus: NO_CONNECTIONS }) {
        totalCount
        nodes {
          id
          connectionStatuses
          lastSync
          connections {
            id
          }
        }
      }
      with: companies(
        filter: { connectionStatus: [LINKED, UNLINKED, DEAUTHORIZED, PENDING_AUTH] }
      ) {
        totalCount
        nodes {
          id
        }
      }
    }
  `;
  const before = await gateway.query(companies);
  expect(before.data.without.totalCount).toBe(0);

  await deleteConnection(gateway, { companyId, connectionId });

  const { data } = await gateway.query(companies);
  expect(data).toEqual({
    without: {
      totalCount: 1,
      nodes: [
        { id: companyId, connectionStatuses: ['NO_CONNECTIONS'], lastSync: null, connections: [] },
      ],
    },
    with: { totalCount: 0, nodes: [] },
  });
});

test('a deleted connection is no next page', async () => {
  const gateway = await startTestGateway();
  const { companyId, connectionIds } = await gateway.withCompany({
    connections: [
      { sourceType: 'Banking', created: '2024-02-01' },
      { sourceType: 'Banking', created: '2024-02-02' },
    ],
  });
  const page = '{ connections(first: 1) { nodes { id } pageInfo { hasNextPage } } }';
  expect((await gateway.query(page)).data.connections.pageInfo.hasNextPage).toBe(true);

  await deleteConnection(gateway, { companyId, connectionId: connectionIds[1] ?? '' });

  expect((await gateway.query(page)).data.connections).toEqual({
    nodes: [{ id: connectionIds[0] }],
    pageInfo: { hasNextPage: false },
  });
});
