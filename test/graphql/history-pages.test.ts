import { expect, test } from 'vitest';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { companyRecord, connectionRecord } from '../support/records.ts';

const document = /* GraphQL */ `
  query History($id: ID!, $first: Int, $after: String, $last: Int, $before: String) {
    connection(id: $id) {
      history(first: $first, after: $after, last: $last, before: $before) {
        totalCount
        nodes {
          id
        }
        pageInfo {
          hasNextPage
          hasPreviousPage
          startCursor
          endCursor
        }
      }
    }
  }
`;

interface HistoryPage {
  readonly ids: readonly string[];
  readonly totalCount: number;
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
}

async function readHistory(
  gateway: TestGateway,
  id: string,
  page: Record<string, unknown> = {},
): Promise<HistoryPage> {
  const { data } = await gateway.query(document, { id, ...page });
  const { nodes, ...others } = data.connection.history;
  return { ids: nodes.map((node: { id: string }) => node.id), ...others };
}

/** Adds two companies whose connections have alternating events of the same kind. Returns one of the connections. */
async function withHistory(gateway: TestGateway, events: number) {
  const records = [1, 2].map(() => companyRecord({ dataConnections: [connectionRecord()] }));
  const happen = async (minute: number) => {
    const lastSync = new Date(Date.UTC(2025, 0, 1, 0, minute)).toISOString();
    for (const record of records) {
      for (const connection of record.dataConnections) connection.lastSync = lastSync;
    }
    await gateway.import(records);
  };
  for (let minute = 0; minute < events; minute += 1) await happen(minute);
  const id = records[0]?.dataConnections[0]?.id ?? '';
  return { id, happen };
}

test('the pages of a history, from its start, hold each event once, oldest first', async () => {
  const gateway = await startTestGateway();
  const { id } = await withHistory(gateway, 7);
  const { ids } = await readHistory(gateway, id);
  expect(ids).toHaveLength(7);
  expect(ids).toEqual(ids.toSorted());

  const one = await readHistory(gateway, id, { first: 3 });
  const two = await readHistory(gateway, id, { first: 3, after: one.pageInfo.endCursor });
  const three = await readHistory(gateway, id, { first: 3, after: two.pageInfo.endCursor });

  expect([one, two, three].map((page) => page.ids)).toEqual([
    ids.slice(0, 3),
    ids.slice(3, 6),
    ids.slice(6),
  ]);
  expect([one, two, three].map(({ pageInfo }) => pageInfo)).toMatchObject([
    { hasPreviousPage: false, hasNextPage: true },
    { hasPreviousPage: true, hasNextPage: true },
    { hasPreviousPage: true, hasNextPage: false },
  ]);
  expect([one, two, three].map(({ totalCount }) => totalCount)).toEqual([7, 7, 7]);
});

test('the pages of a history, from its end, hold each event once, oldest first', async () => {
  const gateway = await startTestGateway();
  const { id } = await withHistory(gateway, 5);
  const { ids } = await readHistory(gateway, id);

  const one = await readHistory(gateway, id, { last: 3 });
  const two = await readHistory(gateway, id, { last: 3, before: one.pageInfo.startCursor });

  expect([one.ids, two.ids]).toEqual([ids.slice(2), ids.slice(0, 2)]);
  expect([one, two].map(({ pageInfo }) => pageInfo)).toMatchObject([
    { hasPreviousPage: true, hasNextPage: false },
    { hasPreviousPage: false, hasNextPage: true },
  ]);
});

test('a history goes on after its last cursor once more has happened', async () => {
  const gateway = await startTestGateway();
  const { id, happen } = await withHistory(gateway, 2);
  const { pageInfo } = await readHistory(gateway, id);
  const nothingYet = await readHistory(gateway, id, { first: 5, after: pageInfo.endCursor });
  expect(nothingYet).toMatchObject({
    ids: [],
    pageInfo: { hasNextPage: false, hasPreviousPage: true, startCursor: null, endCursor: null },
  });

  await happen(30);

  const after = await readHistory(gateway, id, { first: 5, after: pageInfo.endCursor });
  const { ids } = await readHistory(gateway, id);
  expect(after.ids).toEqual(ids.slice(2));
  expect(after.ids).toHaveLength(1);
});

test('histories of several connections in one answer are paged each by itself', async () => {
  const gateway = await startTestGateway();
  await withHistory(gateway, 4);

  const { data } = await gateway.query(/* GraphQL */ `
    {
      connections {
        nodes {
          history(last: 1) {
            nodes {
              type
            }
            pageInfo {
              hasPreviousPage
            }
          }
        }
      }
    }
  `);

  const last = {
    history: { nodes: [{ type: 'CONNECTION_UPDATED' }], pageInfo: { hasPreviousPage: true } },
  };
  expect(data.connections.nodes).toEqual([last, last]);
});

test('a cursor of companies is refused for a history', async () => {
  const gateway = await startTestGateway();
  const { connectionId: id } = await gateway.withCompany({ connections: [{}] });
  const { data } = await gateway.query('{ companies { pageInfo { endCursor } } }');

  const { errors } = await gateway.query(document, {
    id,
    after: data.companies.pageInfo.endCursor,
  });

  expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', argument: 'after' } }]);
});
