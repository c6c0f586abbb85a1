import { expect, test } from 'vitest';
import { ask, bearer, makeApiKey } from '../support/callers.ts';
import { change } from '../support/change.ts';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';

const document = /* GraphQL */ `
  query Events($filter: EventFilter, $first: Int, $after: String, $last: Int, $before: String) {
    events(filter: $filter, first: $first, after: $after, last: $last, before: $before) {
      totalCount
      nodes {
        type
        companyId
        company {
          name
        }
        connectionId
        connection {
          status
        }
        fromStatus
        toStatus
        actor
      }
      pageInfo {
        hasNextPage
        hasPreviousPage
        startCursor
        endCursor
      }
    }
  }
`;

async function events(gateway: TestGateway, variables: Record<string, unknown> = {}) {
  const { data, errors } = await gateway.query(document, variables);
  expect(errors).toEqual([]);
  return data.events;
}

function typesOf({ nodes }: { nodes: readonly { type: string }[] }): string[] {
  return nodes.map(({ type }) => type);
}

function idsOf({ companyId, connectionId }: { companyId: string; connectionId: string }) {
  return { companyId, connectionId };
}

/** A gateway with two companies: one was unlinked, the other deleted with its connection. */
async function withEvents() {
  const gateway = await startTestGateway();
  const kept = await gateway.withCompany({ name: 'Kept', connections: [{ status: 'Linked' }] });
  const gone = await gateway.withCompany({ name: 'Gone', connections: [{ status: 'Linked' }] });
  await change(gateway, 'unlinkConnection', idsOf(kept));
  await change(gateway, 'deleteCompany', { companyId: gone.companyId });
  return { gateway, kept, gone };
}

test('events of all companies and connections come in the order in which they happened', async () => {
  const { gateway, kept, gone } = await withEvents();

  const page = await events(gateway);

  expect(page.nodes).toMatchObject([
    { type: 'COMPANY_CREATED', companyId: kept.companyId, connectionId: null, connection: null },
    { type: 'CONNECTION_CREATED', connectionId: kept.connectionId, toStatus: 'LINKED' },
    { type: 'COMPANY_CREATED', companyId: gone.companyId },
    { type: 'CONNECTION_CREATED', companyId: gone.companyId },
    {
      type: 'CONNECTION_DISCONNECTED',
      companyId: kept.companyId,
      company: { name: 'Kept' },
      connectionId: kept.connectionId,
      connection: { status: 'UNLINKED' },
      fromStatus: 'LINKED',
      toStatus: 'UNLINKED',
      actor: 'anonymous',
    },
    {
      type: 'CONNECTION_DELETED',
      companyId: gone.companyId,
      company: null,
      connectionId: gone.connectionId,
      connection: null,
    },
    { type: 'COMPANY_DELETED', companyId: gone.companyId, company: null },
  ]);
  expect(page.totalCount).toBe(7);
});

test('a filter returns the events that meet all of its conditions', async () => {
  const { gateway, kept, gone } = await withEvents();
  const typesWith = async (filter: Record<string, unknown>) =>
    typesOf(await events(gateway, { filter }));

  expect(await typesWith({ types: ['COMPANY_DELETED', 'CONNECTION_DELETED'] })).toEqual([
    'CONNECTION_DELETED',
    'COMPANY_DELETED',
  ]);
  expect(await typesWith({ types: [] })).toEqual([]);
  expect(await typesWith({ companyId: kept.companyId.toUpperCase() })).toHaveLength(3);
  expect(await typesWith({ connectionId: gone.connectionId })).toHaveLength(2);
  expect(await typesWith({ actor: 'anonymous', companyId: kept.companyId })).toEqual([
    'CONNECTION_DISCONNECTED',
  ]);
  expect(await typesWith({ at: { to: '2020-01-01' } })).toEqual([]);
  expect(await typesWith({ at: { from: '2020-01-01' }, actor: 'import' })).toHaveLength(4);
});

test('a filter names an API key by its id in any case', async () => {
  const gateway = await startTestGateway();
  const { companyId } = await gateway.withCompany({ name: 'Old' });
  const { id, secret } = await makeApiKey(gateway);
  const headers = bearer(secret);
  const update = `mutation { updateCompany(input: { companyId: "${companyId}", name: "New" }) { __typename } }`;
  await ask(gateway, { query: update, headers });

  const { data } = await ask(gateway, {
    query: document,
    variables: { filter: { actor: id.toUpperCase() } },
    headers,
  });

  expect(typesOf(data.events)).toEqual(['COMPANY_UPDATED']);
});

test('who passes the last cursor gets what happened since, and each event once', async () => {
  const { gateway, kept } = await withEvents();
  const first = await events(gateway, { first: 5 });
  const second = await events(gateway, { first: 5, after: first.pageInfo.endCursor });
  expect([...typesOf(first), ...typesOf(second)]).toEqual(typesOf(await events(gateway)));
  expect(second.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true });

  await change(gateway, 'deleteConnection', idsOf(kept));

  const since = await events(gateway, { after: second.pageInfo.endCursor });
  expect(typesOf(since)).toEqual(['CONNECTION_DELETED']);
});

test('a page before a cursor, from the end, has the events in the same order', async () => {
  const { gateway } = await withEvents();
  const all = typesOf(await events(gateway));

  const last = await events(gateway, { last: 3 });
  const before = await events(gateway, { last: 3, before: last.pageInfo.startCursor });

  expect([...typesOf(before), ...typesOf(last)]).toEqual(all.slice(-6));
  expect(last.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true });
  expect(before.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: true });
});

test('a cursor of a connection’s history is a cursor of the list of all events', async () => {
  const { gateway, kept } = await withEvents();
  const { data } = await gateway.query(
    `query ($id: ID!) { connection(id: $id) { history { pageInfo { endCursor } } } }`,
    { id: kept.connectionId },
  );

  const { endCursor } = data.connection.history.pageInfo;
  expect(typesOf(await events(gateway, { after: endCursor }))).toEqual([
    'CONNECTION_DELETED',
    'COMPANY_DELETED',
  ]);
});

test('the companies and connections of a page of events are read in one statement each', async () => {
  const gateway = await startTestGateway();
  for (let index = 0; index < 5; index += 1) await gateway.withCompany({ connections: [{}] });
  gateway.takeStatements();

  await events(gateway);

  const statements = gateway.takeStatements().filter((sql) => sql.startsWith('select'));
  expect(statements.filter((sql) => sql.includes('from "companies"'))).toHaveLength(1);
  expect(statements.filter((sql) => sql.includes('from "connections"'))).toHaveLength(1);
});

test.for([
  ['companyId', 'x', 'must be a UUID'],
  ['connectionId', 'x', 'must be a UUID'],
  ['actor', '', 'must be 1 to 100 characters after trimming'],
  ['actor', 'x'.repeat(101), 'must be 1 to 100 characters after trimming'],
] as const)('filter.%s %j is rejected with the rule', async ([field, value, rule]) => {
  const gateway = await startTestGateway();

  const { errors } = await gateway.query(document, { filter: { [field]: value } });

  expect(errors).toMatchObject([
    { extensions: { code: 'BAD_USER_INPUT', argument: `filter.${field}`, rule } },
  ]);
});

test('a cursor of another list is rejected', async () => {
  const { gateway } = await withEvents();
  const { data } = await gateway.query(`{ companies { pageInfo { endCursor } } }`);

  const { errors } = await gateway.query(document, { after: data.companies.pageInfo.endCursor });

  expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', argument: 'after' } }]);
});
