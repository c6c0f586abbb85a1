import { expect, test } from 'vitest';
import { shared } from '../support/lifetime.ts';
import { ask } from '../support/callers.ts';
import { times, usualQuery } from '../support/documents.ts';
import { startTestGateway } from '../support/gateway.ts';
import { outcomeOf, refusal } from '../support/outcome.ts';

const usual = shared(() => startTestGateway());

const tooCostly = refusal('20000 fields');

/** Makes nested pages: companies, their connections, and the events of those. */
const history = (companies: string, events: string) =>
  `companies${companies} { nodes { connections { history${events} { nodes { id } } } } }`;

test.for([
  [
    'in the document',
    usualQuery.replace('first: $first', 'first: 100').replace('$first: Int = 100, ', ''),
  ],
  ['by a default', usualQuery],
] as const)(
  '100 companies with their connections pass, the page size given %s',
  async ([, query]) => {
    const gateway = usual();

    expect(await outcomeOf(gateway, { query })).toBe('passed');
  },
);

test('100 companies with their connections pass, the page size given in a variable', async () => {
  const gateway = usual();

  const outcome = await outcomeOf(gateway, { query: usualQuery, variables: { first: 100 } });

  expect(outcome).toBe('passed');
});

test.for([
  ['in the document', `{ ${history('(first: 100)', '(first: 100)')} }`, {}],
  ['from the end', `{ ${history('(last: 100)', '(last: 100)')} }`, {}],
  [
    'in variables',
    `query ($n: Int!, $m: Int!) { ${history('(first: $n)', '(first: $m)')} }`,
    { n: 100, m: 100 },
  ],
  [
    'in a variable, from the end',
    `query ($n: Int) { ${history('(last: $n)', '(last: $n)')} }`,
    { n: 100 },
  ],
  ['by a default', `query ($n: Int = 100) { ${history('(first: $n)', '(first: $n)')} }`, {}],
  [
    'half in a variable',
    `query ($n: Int = 1) { ${history('(first: 100)', '(first: $n)')} }`,
    { n: 100 },
  ],
] as const)(
  'a page of pages of pages is refused, their sizes given %s',
  async ([, query, variables]) => {
    const gateway = usual();

    expect(await outcomeOf(gateway, { query, variables })).toMatch(tooCostly);
  },
);

test.for([
  ['in the document', `{ ${history('(first: 10)', '(first: 10)')} }`, {}],
  ['in variables', `query ($n: Int = 100) { ${history('(first: $n)', '(first: $n)')} }`, { n: 10 }],
] as const)('a small page of pages passes, their sizes given %s', async ([, query, variables]) => {
  const gateway = usual();

  expect(await outcomeOf(gateway, { query, variables })).toBe('passed');
});

test.for([
  ['that is absent', 'query ($n: Int)', {}],
  ['that is null', 'query ($n: Int = 1)', { n: null }],
] as const)('a page size in a variable %s costs what 20 do', async ([, operation, variables]) => {
  const gateway = await startTestGateway({ env: { MAX_COST: '50' } });
  const page = (events: number) =>
    `${operation} { companies(first: $n) { nodes { ${times(events, () => 'id')} } } }`;

  // 20 records with one field cost 41, since each record costs 1 too. With two fields they cost 61.
  expect(await outcomeOf(gateway, { query: page(1), variables })).toBe('passed');
  expect(await outcomeOf(gateway, { query: page(2), variables })).toMatch(refusal('50 fields'));
});

test('pages side by side are added up', async () => {
  const gateway = usual();
  const page = 'connections(first: 100) { nodes { id history(first: 20) { nodes { id at } } } }';
  expect(await outcomeOf(gateway, { query: `{ ${page} }` })).toBe('passed');

  const query = `{ ${times(5, (i) => `page${i}: ${page}`)} }`;

  expect(await outcomeOf(gateway, { query })).toMatch(tooCostly);
});

test('what is in fragments is multiplied by the pages around them', async () => {
  const gateway = usual();
  const query = `
    { companies(first: 100) { ...Page } }
    fragment Page on CompanyPage { edges { node { connections { ...Connection } } } }
    fragment Connection on Connection { ... on Node { ... on Connection { ...Events } } }
    fragment Events on Connection { history(first: 100) { edges { node { id } } } }
  `;

  expect(await outcomeOf(gateway, { query })).toMatch(tooCostly);
});

test('a page below a node counts', async () => {
  const gateway = usual();
  const { companyId } = await gateway.withCompany({ connections: [{}] });
  const events = 'history(first: 100) { nodes { id type at actor reason fromStatus toStatus } }';
  const query = `query ($id: ID!) { node(id: $id) { ... on Company {
    connections { company { connections { company { connections { ${events} } } } } }
  } } }`;

  expect(await outcomeOf(gateway, { query, variables: { id: companyId } })).toMatch(tooCostly);
});

test('a mutation whose answer could be too large is refused and changes nothing', async () => {
  const gateway = usual();
  const { companyId, connectionId } = await gateway.withCompany({ connections: [{}] });
  const events = 'history(first: 100) { nodes { id type at actor reason fromStatus toStatus } }';
  const query = `mutation ($companyId: ID!, $connectionId: ID!) {
    unlinkConnection(input: { companyId: $companyId, connectionId: $connectionId }) {
      ... on UnlinkConnectionPayload {
        connection { company { connections { company { connections { ${events} } } } } }
      }
    }
  }`;

  expect(await outcomeOf(gateway, { query, variables: { companyId, connectionId } })).toMatch(
    tooCostly,
  );

  const { data } = await gateway.query(`{ connection(id: "${connectionId}") { status } }`);
  expect(data.connection.status).toBe('LINKED');
});

test('a page size that is out of bounds costs no more than the largest, and is refused for what it is', async () => {
  const gateway = usual();

  const answer = await ask(gateway, { query: '{ companies(first: 2000000000) { nodes { id } } }' });

  expect(answer.errors[0]).toMatchObject({
    message: 'first must be 1 to 100',
    extensions: { code: 'BAD_USER_INPUT' },
  });
});

test('a negative page size does not pay for another page', async () => {
  const gateway = usual();
  const query = `{ less: companies(first: -100) { nodes { id } } ${history('(first: 100)', '(first: 100)')} }`;

  expect(await outcomeOf(gateway, { query })).toMatch(tooCostly);
});

test.for([
  ['201', '{ companies(first: 100) { nodes { id } } }'],
  ['200000', `{ ${history('(first: 100)', '(first: 100)')} }`],
] as const)('MAX_COST=%s lets %s pass', async ([most, query]) => {
  const gateway = await startTestGateway({ env: { MAX_COST: most } });

  expect(await outcomeOf(gateway, { query })).toBe('passed');
});

test('MAX_COST=200 refuses 100 records of one field each', async () => {
  const gateway = await startTestGateway({ env: { MAX_COST: '200' } });

  const outcome = await outcomeOf(gateway, {
    query: '{ companies(first: 100) { nodes { id } } }',
  });

  expect(outcome).toMatch(refusal('200 fields'));
});
