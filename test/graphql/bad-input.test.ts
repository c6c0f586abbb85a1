import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { faultOf } from '../support/fault.ts';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { shared } from '../support/lifetime.ts';

const sharedGateway = shared(() => startTestGateway());

// Values of the right type that break a rule. Values of the wrong type are in bad-values.test.ts.

const badUserInput = 'BAD_USER_INPUT';

test.for([
  ['empty', ''],
  ['a word', 'acme'],
  ['a number', '42'],
  ['too short', 'b0a1c2d3-0000-4000-8000-00000000000'],
  ['too long', 'b0a1c2d3-0000-4000-8000-0000000000001'],
  ['without hyphens', 'b0a1c2d300004000800000000000001a'],
  ['in braces', '{b0a1c2d3-0000-4000-8000-000000000001}'],
  ['a URN', 'urn:uuid:b0a1c2d3-0000-4000-8000-000000000001'],
  ['of other letters', 'g0a1c2d3-0000-4000-8000-000000000001'],
  ['followed by a line break', 'b0a1c2d3-0000-4000-8000-000000000001\n'],
  ['followed by SQL', "b0a1c2d3-0000-4000-8000-000000000001' OR '1'='1"],
  ['100,000 characters long', 'b'.repeat(100_000)],
] as const)('an id that is %s is a bad id', async ([, id]) => {
  const gateway = sharedGateway();

  const answer = await gateway.query('query ($id: ID!) { company(id: $id) { id } }', { id });

  expect(faultOf(answer)).toEqual({ code: badUserInput, argument: 'id' });
  expect(answer.errors[0]?.message).toBe('id must be a UUID');
});

test.for([
  ['company', '{ company(id: "acme") { id } }', 'id'],
  ['connection', '{ connection(id: "acme") { id } }', 'id'],
  ['node', '{ node(id: "acme") { id } }', 'id'],
  [
    'connections',
    '{ connections(filter: { companyId: "acme" }) { totalCount } }',
    'filter.companyId',
  ],
] as const)('%s refuses a bad id', async ([, query, argument]) => {
  const gateway = sharedGateway();

  expect(faultOf(await gateway.query(query))).toEqual({ code: badUserInput, argument });
});

/** The paged lists, as functions of the page arguments. */
const lists = [
  ['companies', (page: string) => `{ companies(${page}) { nodes { id } } }`],
  ['connections', (page: string) => `{ connections(${page}) { nodes { id } } }`],
  [
    'history',
    (page: string, id: string) =>
      `{ connection(id: "${id}") { history(${page}) { nodes { id } } } }`,
  ],
] as const;

for (const [list, query] of lists) {
  test.for([
    ['first: 0', 'first', 'must be 1 to 100'],
    ['first: 101', 'first', 'must be 1 to 100'],
    ['first: -1', 'first', 'must be 1 to 100'],
    ['first: 2147483647', 'first', 'must be 1 to 100'],
    ['last: 0', 'last', 'must be 1 to 100'],
    ['last: 101', 'last', 'must be 1 to 100'],
    ['last: -1', 'last', 'must be 1 to 100'],
    ['first: 1, last: 1', 'last', 'cannot be combined with first'],
    ['after: ""', 'after', 'must be a cursor that this API returned'],
    ['after: "garbage"', 'after', 'must be a cursor that this API returned'],
    ['last: 1, before: "garbage"', 'before', 'must be a cursor that this API returned'],
  ] as const)(`${list} refuses %s`, async ([page, argument, rule]) => {
    const gateway = sharedGateway();
    const { connectionId } = await gateway.withCompany({ connections: [{}] });

    const answer = await gateway.query(query(page, connectionId));

    expect(faultOf(answer)).toEqual({ code: badUserInput, argument });
    expect(answer.errors[0]?.extensions['rule']).toBe(rule);
  });
}

/** Returns a cursor of each list, as the gateway issues it. */
async function cursors(gateway: TestGateway) {
  const { connectionId } = await gateway.withCompany({ connections: [{}] });
  const cursor = 'pageInfo { endCursor }';
  const { data } = await gateway.query(
    `query ($id: ID!) {
      byCreated: companies { ${cursor} }
      byName: companies(orderBy: { field: NAME }) { ${cursor} }
      connectionsByCreated: connections { ${cursor} }
      connectionsByLastSync: connections(orderBy: { field: LAST_SYNC }) { ${cursor} }
      connection(id: $id) { history { ${cursor} } }
    }`,
    { id: connectionId },
  );
  const { connection, ...pages } = data;
  const all = { ...pages, history: connection.history };
  return (list: string): string => all[list].pageInfo.endCursor;
}

test.for([
  ['companies', 'orderBy: { field: CREATED }', 'byName'],
  ['companies', 'orderBy: { field: CREATED }', 'connectionsByCreated'],
  ['companies', 'orderBy: { field: CREATED }', 'history'],
  ['companies', 'orderBy: { field: NAME }', 'byCreated'],
  ['connections', 'orderBy: { field: CREATED }', 'connectionsByLastSync'],
  ['connections', 'orderBy: { field: CREATED }', 'byCreated'],
  ['connections', 'orderBy: { field: LAST_SYNC }', 'connectionsByCreated'],
] as const)('%s(%s) refuses a cursor of the list %s', async ([list, order, other]) => {
  const gateway = sharedGateway();
  const cursor = (await cursors(gateway))(other);

  for (const argument of ['after', 'before']) {
    const query = `query ($cursor: String) { ${list}(${argument}: $cursor, ${order}) { nodes { id } } }`;
    expect(faultOf(await gateway.query(query, { cursor }))).toEqual({
      code: badUserInput,
      argument,
    });
  }
});

test('history refuses a cursor of another list', async () => {
  const gateway = sharedGateway();
  const cursor = (await cursors(gateway))('connectionsByCreated');

  const answer = await gateway.query(
    `query ($cursor: String) {
      connections { nodes { history(after: $cursor) { nodes { id } } } }
    }`,
    { cursor },
  );

  expect(faultOf(answer)).toEqual({ code: badUserInput, argument: 'after' });
});

const forged = (...parts: unknown[]) => Buffer.from(JSON.stringify(parts)).toString('base64url');

test.for([
  ['no place', forged('company.created')],
  ['a text where a moment belongs', forged('company.created', 'a', randomUUID())],
  ['a fraction', forged('company.created', 1.5, randomUUID())],
  ['null', forged('company.created', null, null)],
  ['a list', forged('company.created', [1], randomUUID())],
  ['more than a place', forged('company.created', 1, randomUUID(), 1)],
  ['no list', Buffer.from('{"a":1}').toString('base64url')],
] as const)('companies refuses a forged cursor that holds %s', async ([, cursor]) => {
  const gateway = sharedGateway();

  const answer = await gateway.query(`{ companies(after: "${cursor}") { nodes { id } } }`);

  expect(faultOf(answer)).toEqual({ code: badUserInput, argument: 'after' });
});

const ranges = [
  ['companies', 'filter.created'],
  ['connections', 'filter.created'],
  ['connections', 'filter.lastSync'],
] as const;

test.for(ranges)('%s refuses a %s that ends before it starts', async ([list, argument]) => {
  const gateway = sharedGateway();
  const [, field] = argument.split('.');
  const range = '{ from: "2024-01-02", to: "2024-01-01" }';

  const answer = await gateway.query(`{ ${list}(filter: { ${field}: ${range} }) { totalCount } }`);

  expect(faultOf(answer)).toEqual({ code: badUserInput, argument: `${argument}.to` });
});

test.for([
  ['of 201 characters', 'x'.repeat(201)],
  ['of 100,000 characters', 'x'.repeat(100_000)],
  ['with a NUL', 'ac\u0000me'],
  ['with an escape', 'ac\u001Bme'],
  ['with a lone surrogate', 'ac\ud800'],
] as const)('companies refuses a search %s', async ([, search]) => {
  const gateway = sharedGateway();

  const answer = await gateway.query(
    'query ($search: String) { companies(filter: { search: $search }) { totalCount } }',
    { search },
  );

  expect(faultOf(answer)).toEqual({ code: badUserInput, argument: 'filter.search' });
});

test('companies refuses a filter by 11 tags', async () => {
  const gateway = sharedGateway();
  const tags = Array.from({ length: 11 }, (_, index) => ({ key: `key ${index}`, value: 'x' }));

  const answer = await gateway.query(
    'query ($tags: [TagInput!]) { companies(filter: { tags: $tags }) { totalCount } }',
    { tags },
  );

  expect(faultOf(answer)).toEqual({ code: badUserInput, argument: 'filter.tags' });
});

test('bad input of one field leaves the other fields of the request alone', async () => {
  const gateway = sharedGateway();
  const { companyId } = await gateway.withCompany();

  const { data, errors } = await gateway.query(
    'query ($id: ID!) { good: company(id: $id) { id } bad: company(id: "acme") { id } }',
    { id: companyId },
  );

  expect(data).toEqual({ good: { id: companyId }, bad: null });
  expect(errors).toEqual([expect.objectContaining({ path: ['bad'] })]);
});
