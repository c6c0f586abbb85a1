import { expect, test } from 'vitest';
import { storedEvents } from '../support/change.ts';
import { faultOf } from '../support/fault.ts';
import { startTestGateway } from '../support/gateway.ts';
import { shared } from '../support/lifetime.ts';

const sharedGateway = shared(() => startTestGateway());

// Values of the wrong type, which GraphQL itself rejects before execution.

const invalid = 'GRAPHQL_VALIDATION_FAILED';
const badUserInput = 'BAD_USER_INPUT';
const id = 'b0a1c2d3-0000-4000-8000-000000000001';

const badDates = [
  ['empty', ''],
  ['a word', 'yesterday'],
  ['a number', '1704067200000'],
  ['of a 13th month', '2024-13-01'],
  ['of 30 February', '2024-02-30'],
  ['of a 25th hour', '2024-01-01T25:00:00Z'],
  ['of a 60th minute', '2024-01-01T10:60:00Z'],
  ['of a point without digits', '2024-01-01T10:00:00.Z'],
  ['of the year 0', '0000-01-01'],
  ['of the year 10000', '10000-01-01'],
  ['a year', '2024'],
  ['of a bad offset', '2024-01-01T10:00:00+24:00'],
  ['followed by a line break', '2024-01-01\n'],
] as const;

test.for(badDates)('a date that is %s is refused', async ([, date]) => {
  const gateway = sharedGateway();
  const literal = JSON.stringify(date);

  expect(
    faultOf(
      await gateway.query(
        `{ companies(filter: { created: { from: ${literal} } }) { totalCount } }`,
      ),
    ),
  ).toEqual({ code: badUserInput, argument: 'filter.created.from' });
  expect(
    faultOf(
      await gateway.query(
        'query ($date: DateTime) { connections(filter: { lastSync: { to: $date } }) { totalCount } }',
        { date },
      ),
    ),
  ).toEqual({ code: badUserInput, argument: '$date' });
  expect(
    faultOf(
      await gateway.query(
        'query ($filter: CompanyFilter) { companies(filter: $filter) { totalCount } }',
        { filter: { created: { from: date } } },
      ),
    ),
  ).toEqual({ code: badUserInput, argument: '$filter.created.from' });
});

test.for([
  [
    'a status',
    'companies(filter: { connectionStatus: FOO }) { totalCount }',
    'filter.connectionStatus',
  ],
  [
    'a status in a list',
    'companies(filter: { connectionStatus: [LINKED, FOO] }) { totalCount }',
    'filter.connectionStatus[1]',
  ],
  [
    'a status in lower case',
    'connections(filter: { status: linked }) { totalCount }',
    'filter.status',
  ],
  [
    'a status as text',
    'connections(filter: { status: ["LINKED"] }) { totalCount }',
    'filter.status[0]',
  ],
  ['a source type', 'connections(filter: { sourceType: FOO }) { totalCount }', 'filter.sourceType'],
  [
    'a source type of integrations',
    'integrations(filter: { sourceType: FOO }) { id }',
    'filter.sourceType',
  ],
  ['an order', 'companies(orderBy: { field: FOO }) { totalCount }', 'orderBy.field'],
  [
    'a direction',
    'connections(orderBy: { field: CREATED, direction: FOO }) { totalCount }',
    'orderBy.direction',
  ],
  [
    'a status of a nested field',
    `company(id: "${id}") { connections(filter: { status: FOO }) { id } }`,
    'filter.status',
  ],
  ['a flag for an id', 'company(id: true) { id }', 'id'],
  ['an object for an id', 'company(id: {}) { id }', 'id'],
  ['null for an id', 'company(id: null) { id }', 'id'],
  ['a text for a number', 'companies(first: "1") { totalCount }', 'first'],
  ['a fraction for a number', 'companies(first: 1.5) { totalCount }', 'first'],
  ['a number beyond 32 bits', 'companies(first: 2147483648) { totalCount }', 'first'],
  ['a number for a text', 'companies(filter: { search: 5 }) { totalCount }', 'filter.search'],
  ['a number for a cursor', 'companies(after: 5) { totalCount }', 'after'],
  ['a number for a filter', 'companies(filter: 5) { totalCount }', 'filter'],
  ['a list for a filter', 'companies(filter: [{}]) { totalCount }', 'filter'],
  [
    'a number in a list of tags',
    'companies(filter: { tags: [{ key: "a", value: "b" }, { key: 1, value: "x" }] }) { totalCount }',
    'filter.tags[1].key',
  ],
  ['half of a tag', 'companies(filter: { tags: [{ key: "a" }] }) { totalCount }', 'filter.tags[0]'],
  [
    'a field that is unknown',
    'companies(filter: { colour: "red" }) { totalCount }',
    'filter.colour',
  ],
  ['an argument that is unknown', 'companies(colour: "red") { totalCount }', 'colour'],
] as const)('a literal is refused: %s', async ([, selection, argument]) => {
  const gateway = sharedGateway();

  expect(faultOf(await gateway.query(`{ ${selection} }`))).toEqual({ code: invalid, argument });
});

test('a number for a date is refused', async () => {
  const gateway = sharedGateway();

  expect(
    faultOf(await gateway.query('{ companies(filter: { created: { from: 5 } }) { totalCount } }')),
  ).toEqual({ code: badUserInput, argument: 'filter.created.from' });
});

const byFilter = 'query ($filter: CompanyFilter) { companies(filter: $filter) { totalCount } }';
const byStatus =
  'query ($status: [ConnectionStatus!]) { connections(filter: { status: $status }) { totalCount } }';
const byId = 'query ($id: ID!) { company(id: $id) { id } }';
const firstOnes = 'query ($first: Int) { companies(first: $first) { totalCount } }';

test.for<[string, string, Record<string, unknown>, string]>([
  ['an unknown status', byStatus, { status: 'FOO' }, '$status'],
  ['an unknown status in a list', byStatus, { status: ['LINKED', 'FOO'] }, '$status[1]'],
  [
    'an unknown status in a filter',
    byFilter,
    { filter: { connectionStatus: ['LINKED', 'FOO'] } },
    '$filter.connectionStatus[1]',
  ],
  [
    'an unknown status with a semicolon in it',
    byFilter,
    { filter: { connectionStatus: ['LINKED', 'FOO;BAR'] } },
    '$filter.connectionStatus[1]',
  ],
  ['null in a list', byStatus, { status: ['LINKED', null] }, '$status[1]'],
  ['a required one that is missing', byId, {}, '$id'],
  ['a required one that is null', byId, { id: null }, '$id'],
  ['a flag for an id', byId, { id: true }, '$id'],
  ['an object for an id', byId, { id: { eq: id } }, '$id'],
  ['a list for an id', byId, { id: [id, id] }, '$id'],
  ['a text for a number', firstOnes, { first: '1' }, '$first'],
  ['a fraction for a number', firstOnes, { first: 1.5 }, '$first'],
  ['a number beyond 32 bits', firstOnes, { first: 2 ** 31 }, '$first'],
  ['a number for a text', byFilter, { filter: { search: 5 } }, '$filter.search'],
  ['a number for a filter', byFilter, { filter: 5 }, '$filter'],
  ['a field that is unknown', byFilter, { filter: { colour: 'red' } }, '$filter'],
  ['half of a tag', byFilter, { filter: { tags: [{ key: 'a' }] } }, '$filter.tags[0]'],
])('a variable is refused: %s', async ([, query, variables, argument]) => {
  const gateway = sharedGateway();

  expect(faultOf(await gateway.query(query, variables))).toEqual({ code: badUserInput, argument });
});

test.for<[string, unknown, string]>([
  ['no input', undefined, '$input'],
  ['no name', {}, '$input'],
  ['null for the name', { name: null }, '$input.name'],
  ['a number for the name', { name: 5 }, '$input.name'],
  ['a number for a tag', { name: 'Acme', tags: [{ key: 'a', value: 1 }] }, '$input.tags[0].value'],
  ['an id of its own', { name: 'Acme', id }, '$input'],
])('createCompany does nothing with %s', async ([, input, argument]) => {
  const gateway = sharedGateway();

  const answer = await gateway.query(
    'mutation ($input: CreateCompanyInput!) { createCompany(input: $input) { __typename } }',
    { input },
  );

  expect(faultOf(answer)).toEqual({ code: badUserInput, argument });
  expect(storedEvents(gateway)).toEqual([]);
});
