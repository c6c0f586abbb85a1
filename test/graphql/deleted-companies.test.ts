import { expect, test } from 'vitest';
import { ask } from '../support/ask.ts';
import { change, storedEvents } from '../support/change.ts';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { companyRecord } from '../support/records.ts';
import { shared } from '../support/lifetime.ts';

const sharedGateway = shared(() => startTestGateway());

async function withLinked(gateway: TestGateway) {
  const { companyId, connectionId } = await gateway.withCompany({
    name: 'Gone Ltd',
    tags: { region: 'north' },
    connections: [{ sourceType: 'Accounting', status: 'Linked' }],
  });
  return { companyId, connectionId };
}

test.for([
  ['company', 'company(id: $companyId) { id }'],
  ['node', 'node(id: $companyId) { id }'],
  ['companies', 'companies { nodes { id } }'],
  ['companies by name', 'companies(orderBy: { field: NAME, direction: DESC }) { nodes { id } }'],
  ['companies by a part of the name', 'companies(filter: { search: "gone" }) { nodes { id } }'],
  ['companies by a short part of the name', 'companies(filter: { search: "go" }) { nodes { id } }'],
  [
    'companies by tag',
    'companies(filter: { tags: { key: "region", value: "north" } }) { nodes { id } }',
  ],
  [
    'companies by status',
    'companies(filter: { connectionStatus: [LINKED, NO_CONNECTIONS] }) { nodes { id } }',
  ],
  [
    'companies created then',
    'companies(filter: { created: { from: "2023-01-01" } }) { nodes { id } }',
  ],
] as const)('a deleted company is absent from %s', async ([, selection]) => {
  const gateway = sharedGateway();
  const { companyId } = await withLinked(gateway);
  expect(JSON.stringify(await ask(gateway, selection, { companyId }))).toContain(companyId);

  const result = await change(gateway, 'deleteCompany', { companyId }, 'deletedCompanyId');

  expect(result).toEqual({ __typename: 'DeleteCompanyPayload', deletedCompanyId: companyId });
  expect(JSON.stringify(await ask(gateway, selection, { companyId }))).not.toContain(companyId);
});

test.for([
  ['connection', 'connection(id: $connectionId) { id }'],
  ['node', 'node(id: $connectionId) { id }'],
  ['connections', 'connections { nodes { id } }'],
  ['connections of the company', 'connections(filter: { companyId: $companyId }) { nodes { id } }'],
  ['connections in its status', 'connections(filter: { status: LINKED }) { nodes { id } }'],
] as const)('the connections of a deleted company are absent from %s', async ([, selection]) => {
  const gateway = sharedGateway();
  const ids = await withLinked(gateway);
  expect(JSON.stringify(await ask(gateway, selection, ids))).toContain(ids.connectionId);

  await change(gateway, 'deleteCompany', { companyId: ids.companyId });

  expect(JSON.stringify(await ask(gateway, selection, ids))).not.toContain(ids.connectionId);
});

test('a deleted company and its connections are counted nowhere', async () => {
  const gateway = await startTestGateway();
  const { companyId } = await withLinked(gateway);
  await withLinked(gateway);
  const counts = /* GraphQL */ `
    {
      companies {
        totalCount
      }
      linked: companies(filter: { connectionStatus: LINKED }) {
        totalCount
      }
      none: companies(filter: { connectionStatus: NO_CONNECTIONS }) {
        totalCount
      }
      connections {
        totalCount
      }
    }
  `;

  await change(gateway, 'deleteCompany', { companyId });

  expect((await gateway.query(counts)).data).toEqual({
    companies: { totalCount: 1 },
    linked: { totalCount: 1 },
    none: { totalCount: 0 },
    connections: { totalCount: 1 },
  });
});

test('deleteCompany leaves other companies and their connections alone', async () => {
  const gateway = await startTestGateway();
  const { companyId } = await withLinked(gateway);
  const other = await withLinked(gateway);

  await change(gateway, 'deleteCompany', { companyId });

  const { data } = await gateway.query(
    'query ($id: ID!) { company(id: $id) { tags { key } connections { id status } } }',
    { id: other.companyId },
  );
  expect(data.company).toEqual({
    tags: [{ key: 'region' }],
    connections: [{ id: other.connectionId, status: 'LINKED' }],
  });
});

test('deleteCompany records that each connection and then the company went', async () => {
  const gateway = await startTestGateway();
  const { companyId, connectionIds } = await gateway.withCompany({
    connections: [
      { sourceType: 'Accounting', status: 'Linked', created: '2024-01-01' },
      { sourceType: 'Banking', status: 'PendingAuth', created: '2024-01-02' },
      { sourceType: 'Banking', status: 'Unlinked', created: '2024-01-03' },
    ],
  });
  const [first, second = '', third] = connectionIds;
  await change(gateway, 'deleteConnection', { companyId, connectionId: second });
  const before = storedEvents(gateway).length;

  await change(gateway, 'deleteCompany', { companyId });

  const gone = { companyId, toStatus: null, actor: 'anonymous' };
  expect(storedEvents(gateway).slice(before)).toEqual([
    { type: 'connection.deleted', connectionId: first, fromStatus: 'Linked', ...gone },
    { type: 'connection.deleted', connectionId: third, fromStatus: 'Unlinked', ...gone },
    { type: 'company.deleted', connectionId: null, fromStatus: null, ...gone },
  ]);
});

test.for([
  ['updateCompany', { name: 'Back Ltd' }, 'company', 'companyId'],
  ['deleteCompany', {}, 'company', 'companyId'],
  ['createConnection', { integrationKey: 'gbol' }, 'company', 'companyId'],
] as const)('%s finds no company that was deleted', async ([mutation, input, what, field]) => {
  const gateway = sharedGateway();
  const { companyId } = await withLinked(gateway);
  await change(gateway, 'deleteCompany', { companyId });
  const before = storedEvents(gateway);

  expect(await change(gateway, mutation, { companyId, ...input })).toEqual({
    __typename: 'NotFoundError',
    message: `There is no such ${what}`,
    field,
  });
  expect(storedEvents(gateway)).toEqual(before);
});

test.for(['unlinkConnection', 'deleteConnection'] as const)(
  '%s finds no connection of a deleted company',
  async (mutation) => {
    const gateway = sharedGateway();
    const ids = await withLinked(gateway);
    await change(gateway, 'deleteCompany', { companyId: ids.companyId });

    expect(await change(gateway, mutation, ids)).toEqual({
      __typename: 'NotFoundError',
      message: 'There is no such connection',
      field: 'connectionId',
    });
  },
);

test('an import cannot bring a deleted company back', async () => {
  const gateway = await startTestGateway();
  const { companyId } = await withLinked(gateway);
  await change(gateway, 'deleteCompany', { companyId });

  const { companies } = await gateway.import([companyRecord({ id: companyId })]);

  expect(companies).toEqual({ created: 0, updated: 0, unchanged: 0, refused: 1 });
  const { data } = await gateway.query('{ companies { totalCount } }');
  expect(data.companies.totalCount).toBe(0);
});
