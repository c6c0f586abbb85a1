import { expect, test } from 'vitest';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { shared } from '../support/lifetime.ts';
import { openDatabase } from '../support/store-file.ts';
import { companyRecord, connectionRecord } from '../support/records.ts';

/** Limits on documents are not the subject of these tests. */
const unlimited = {
  MAX_ALIASES: '100',
  MAX_ROOT_FIELDS: '100',
  MAX_DEPTH: '50',
  MAX_COST: '1000000000',
};

/**
 * Adds 50 companies with three connections each. The oldest 50 connections are the active Accounting connections of all
 * companies, so that every page of them refers to companies whose other connections were not read yet.
 */
async function withCompanies(gateway: TestGateway) {
  const records = Array.from({ length: 50 }, (_, index) =>
    companyRecord({
      name: `Company ${index}`,
      tags: { number: String(index) },
      dataConnections: [
        connectionRecord({ sourceType: 'Accounting', status: 'Linked', created: '2024-01-01' }),
        connectionRecord({
          sourceType: 'Accounting',
          status: 'PendingAuth',
          created: '2024-01-02',
        }),
        connectionRecord({ sourceType: 'Banking', status: 'Unlinked', created: '2024-01-03' }),
      ],
    }),
  );
  await gateway.import(records);
  return {
    companies: records.map(({ id }) => id),
    connections: records.map(({ dataConnections }) => dataConnections[0]?.id ?? ''),
  };
}

/** A gateway with companies. No test changes it. */
const filled = shared(async () => {
  const gateway = await startTestGateway({ env: unlimited });
  return { gateway, ...(await withCompanies(gateway)) };
});

/** Makes the gateway discard its cached integrations, which it keeps until the database changes. */
function changeSomething({ file }: TestGateway): void {
  const db = openDatabase(file);
  db.pragma(`user_version = ${Number(db.pragma('user_version', { simple: true })) + 1}`);
}

/** Runs a query and returns the SQL statements that it ran. */
async function statementsOf(
  gateway: TestGateway,
  query: string,
  variables: Record<string, unknown> = {},
): Promise<string[]> {
  changeSomething(gateway);
  gateway.takeStatements();
  const { errors } = await gateway.query(query, variables);
  expect(errors).toEqual([]);
  // The API key is looked up before the query runs.
  return gateway.takeStatements().filter((sql) => !sql.includes('api_keys'));
}

const companyFields = 'id name description tags { key value } connectionStatuses lastSync';
const connectionFields =
  'id status platformName allowedActions integration { id name } history { nodes { id } }';

test.for<[title: string, query: string, statements: number]>([
  ['a page of companies', '{ nodes { id name description created } }', 1],
  // Links are signed, not stored.
  ['their links', '{ nodes { linkUrl } }', 1],
  [
    'its edges, cursors and page info',
    '{ edges { cursor node { id } } pageInfo { hasNextPage } }',
    1,
  ],
  ['their tags', '{ nodes { tags { key value } } }', 2],
  ['their statuses and last syncs', '{ nodes { connectionStatuses lastSync } }', 2],
  ['their connections', '{ nodes { connections { id status sourceType } } }', 2],
  [
    'their connections by status',
    '{ nodes { connections(filter: { status: LINKED }) { id } } }',
    2,
  ],
  [
    "their connections' integrations",
    '{ nodes { connections { platformName integration { key } } } }',
    3,
  ],
  ["their connections' companies", '{ nodes { connections { company { name } } } }', 3],
  ["their connections' allowed actions", '{ nodes { connections { allowedActions } } }', 3],
  ["their connections' histories", '{ nodes { connections { history { nodes { type } } } } }', 3],
  [
    'connections in two ways',
    '{ nodes { linked: connections(filter: { status: LINKED }) { id } others: connections(filter: { status: [PENDING_AUTH, UNLINKED] }) { id } } }',
    3,
  ],
  [
    'all of it, and back again',
    `{ totalCount nodes { ${companyFields} connections { ${connectionFields}
       company { ${companyFields} connections { ${connectionFields} } } } } }`,
    9,
  ],
])(
  'a page of 50 companies runs as many statements as one of 1: %s',
  async ([, page, statements]) => {
    const { gateway } = filled();
    const query = `query ($first: Int) { companies(first: $first) ${page} }`;

    expect(await statementsOf(gateway, query, { first: 1 })).toHaveLength(statements);
    expect(await statementsOf(gateway, query, { first: 50 })).toHaveLength(statements);
  },
);

test.for<[title: string, query: string, statements: number]>([
  ['a page of connections', '{ nodes { id status sourceType lastSync } }', 1],
  ['their links', '{ nodes { linkUrl } }', 1],
  ['the health of their credentials', '{ nodes { health { state } } }', 2],
  ['their granted scopes', '{ nodes { grantedScopes } }', 2],
  ['their integrations', '{ nodes { platformName integration { name } } }', 2],
  ['their companies', '{ nodes { company { name } } }', 2],
  ["their companies' connections", '{ nodes { company { connections { id } } } }', 3],
  ['their allowed actions', '{ nodes { allowedActions } }', 2],
  [
    'their histories',
    '{ nodes { history(first: 1) { nodes { type } pageInfo { hasNextPage } } } }',
    2,
  ],
  ['how long their histories are', '{ nodes { history { totalCount } } }', 3],
  [
    'all of it, and back again',
    `{ totalCount nodes { ${connectionFields} company { ${companyFields}
       connections { ${connectionFields} company { ${companyFields} } } } } }`,
    11,
  ],
])(
  'a page of 50 connections runs as many statements as one of 1: %s',
  async ([, page, statements]) => {
    const { gateway } = filled();
    const query = `query ($first: Int) { connections(first: $first) ${page} }`;

    expect(await statementsOf(gateway, query, { first: 1 })).toHaveLength(statements);
    expect(await statementsOf(gateway, query, { first: 50 })).toHaveLength(statements);
  },
);

test('the histories of 50 connections run as many statements as that of 1', async () => {
  const { gateway } = filled();
  const events = await gateway.query(
    '{ connections { nodes { history { pageInfo { startCursor endCursor } } } } }',
  );
  const { startCursor, endCursor } = events.data.connections.nodes[0].history.pageInfo;
  const query = `query ($first: Int, $after: String, $before: String) {
    connections(first: $first) {
      nodes {
        history(first: 1, after: $after, before: $before) {
          totalCount
          nodes { id }
          pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
        }
      }
    }
  }`;
  const window = { after: startCursor, before: endCursor };

  const ofOne = await statementsOf(gateway, query, { first: 1, ...window });
  const ofFifty = await statementsOf(gateway, query, { first: 50, ...window });

  // The connections, and for their histories: the page, whether there are events before and after it, and the count.
  expect(ofOne).toHaveLength(5);
  expect(ofFifty).toHaveLength(5);
});

test.for<[field: string, of: 'companies' | 'connections', selection: string, statements: number]>([
  ['company', 'companies', '{ id }', 1],
  ['company', 'companies', '{ tags { key } connections { id } }', 3],
  ['connection', 'connections', '{ id }', 1],
  ['connection', 'connections', '{ company { name } platformName allowedActions }', 4],
  ['node', 'companies', '{ id }', 3],
  ['node', 'companies', '{ ... on Company { tags { key } } }', 4],
  ['node', 'connections', '{ ... on Connection { company { tags { key } } } }', 5],
])(
  'by 30 aliases, %s runs as many statements as by one: %s %s',
  async ([field, of, selection, statements]) => {
    const { gateway, [of]: all } = filled();
    const ids = all.slice(0, 30);
    const lookups = ids.map((id, index) => `alias${index}: ${field}(id: "${id}") ${selection}`);

    expect(await statementsOf(gateway, `{ ${lookups[0]} }`)).toHaveLength(statements);
    expect(await statementsOf(gateway, `{ ${lookups.join(' ')} }`)).toHaveLength(statements);
  },
);

test('what a request names twice is read once', async () => {
  const { gateway, companies, connections } = filled();
  const query = /* GraphQL */ `
    query ($companyId: ID!, $sameId: ID!, $connectionId: ID!) {
      a: company(id: $companyId) {
        name
      }
      b: company(id: $sameId) {
        name
      }
      connection(id: $connectionId) {
        company {
          name
        }
      }
    }
  `;

  const statements = await statementsOf(gateway, query, {
    companyId: companies[0],
    sameId: companies[0]?.toUpperCase(),
    connectionId: connections[0],
  });

  expect(statements).toHaveLength(2);
});

test.for(['companies', 'connections'])('%s are counted only if asked', async (list) => {
  const { gateway } = filled();
  const counts = async (page: string) =>
    (await statementsOf(gateway, `{ ${list}(first: 1) ${page} }`)).filter((sql) =>
      /count\(|_totals/i.test(sql),
    );
  const others = 'nodes { id } edges { cursor } pageInfo { hasNextPage hasPreviousPage endCursor }';

  expect(await counts(`{ ${others} }`)).toHaveLength(0);
  expect(await counts(`{ ${others} totalCount }`)).toHaveLength(1);
});

test('events are counted only if asked', async () => {
  const { gateway } = filled();
  const counts = async (page: string) =>
    (await statementsOf(gateway, `{ connections { nodes { history ${page} } } }`)).filter((sql) =>
      /count\(|_totals/i.test(sql),
    );

  expect(await counts('{ nodes { id } pageInfo { hasNextPage hasPreviousPage } }')).toHaveLength(0);
  expect(await counts('{ totalCount }')).toHaveLength(1);
});
