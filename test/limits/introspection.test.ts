import { getIntrospectionQuery } from 'graphql';
import { expect, test } from 'vitest';
import { shared } from '../support/lifetime.ts';
import { ask, codesOf } from '../support/callers.ts';
import { startTestGateway } from '../support/gateway.ts';

const usual = shared(() => startTestGateway());

const off = { INTROSPECTION: 'off' };

test('the introspection query of the usual tools passes all limits', async () => {
  const gateway = usual();
  const query = getIntrospectionQuery({
    descriptions: true,
    specifiedByUrl: true,
    directiveIsRepeatable: true,
    schemaDescription: true,
    inputValueDeprecation: true,
    oneOf: true,
  });

  const { data, errors } = await ask(gateway, { query });

  expect(errors).toEqual([]);
  expect(data).toHaveProperty('__schema.queryType.name', 'Query');
});

test.for([
  [
    'fields of fields of fields',
    '{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }',
  ],
  [
    'circles through __type',
    '{ __type(name: "Query") { fields { type { fields { type { fields { name } } } } } } }',
  ],
  [
    'circles through fragments',
    `{ __schema { types { ...T } } }
     fragment T on __Type { fields { type { ...U } } }
     fragment U on __Type { fields { type { possibleTypes { name } interfaces { ...V } } } }
     fragment V on __Type { fields { name } }`,
  ],
] as const)('introspection in %s is refused', async ([, query]) => {
  const gateway = usual();

  const answer = await ask(gateway, { query });

  expect(answer.errors[0]?.message).toMatch(/introspection depth/i);
  expect(answer.data).toBeUndefined();
});

test.for([
  ['__schema', '{ __schema { types { name } } }'],
  ['__type', '{ __type(name: "Company") { name } }'],
  ['an alias of __schema', '{ s: __schema { queryType { name } } }'],
  ['__schema in a fragment', '{ ...F } fragment F on Query { __schema { queryType { name } } }'],
  [
    '__schema in another operation',
    'query A { __typename } query B { __schema { queryType { name } } }',
  ],
] as const)('INTROSPECTION=off refuses %s', async ([, query]) => {
  const gateway = await startTestGateway({ env: off });

  const answer = await ask(gateway, {
    query,
    ...(query.includes('query B') && { operationName: 'A' }),
  });

  expect(codesOf(answer)).toContain('GRAPHQL_VALIDATION_FAILED');
  expect(answer.data).toBeUndefined();
  expect(answer.text).not.toContain('"queryType"');
});

test('INTROSPECTION=off still answers __typename', async () => {
  const gateway = await startTestGateway({ env: off });
  await gateway.withCompany();

  const { data } = await ask(gateway, {
    query: '{ __typename companies { nodes { __typename } } }',
  });

  expect(data).toEqual({ __typename: 'Query', companies: { nodes: [{ __typename: 'Company' }] } });
});

const orderBy = (value: unknown) => ({
  query: 'query ($orderBy: CompanyOrder!) { companies(orderBy: $orderBy) { totalCount } }',
  variables: { orderBy: value },
});

/** Typos, and the suggestion that GraphQL would make from the schema. */
const slips = [
  ['a field', { query: '{ companys { totalCount } }' }, 'companies'],
  ['a field of a type', { query: '{ companies { nodes { nam } } }' }, '"name"'],
  ['a field of another type', { query: '{ node(id: "x") { status } }' }, 'Connection'],
  ['an argument', { query: '{ companies(frst: 1) { totalCount } }' }, '"first"'],
  ['a type', { query: '{ node(id: "x") { ... on Compani { name } } }' }, '"Company"'],
  ['a type of a variable', { query: 'query ($f: CompanyFiltr) { __typename }' }, '"CompanyFilter"'],
  [
    "a fragment's type",
    { query: '{ node(id: "x") { ...F } } fragment F on Compani { name }' },
    '"Company"',
  ],
  ['an enum value', { query: '{ companies(orderBy: { field: NAMES }) { totalCount } }' }, '"NAME"'],
  [
    'an input field',
    { query: '{ companies(orderBy: { feild: NAME }) { totalCount } }' },
    '"field"',
  ],
  ['an enum value in a variable', orderBy({ field: 'NAMES' }), '"NAME"'],
  ['an enum value in lower case in a variable', orderBy({ field: 'name' }), '"NAME"'],
  ['an input field in a variable', orderBy({ field: 'NAME', directoin: 'ASC' }), '"direction"'],
] as const;

test.for(slips)('INTROSPECTION=off suggests nothing for %s', async ([, question]) => {
  const gateway = await startTestGateway({ env: off });

  const { errors, text } = await ask(gateway, question);

  expect(errors.length).toBeGreaterThan(0);
  expect(text).not.toMatch(/did you mean/i);
});

test.for(slips)('INTROSPECTION=on helps with %s', async ([, question, suggestion]) => {
  const gateway = await startTestGateway({ env: { INTROSPECTION: 'on' } });

  const { errors } = await ask(gateway, question);

  const messages = errors.map(({ message }) => message).join('\n');
  expect(messages).toMatch(/did you mean/i);
  expect(messages).toContain(suggestion);
});

test('INTROSPECTION=off leaves the rest of a message as it is, whatever the value says', async () => {
  const gateway = await startTestGateway({ env: off });

  const { errors } = await ask(gateway, orderBy({ field: 'Did you mean me?' }));

  expect(errors[0]?.message).toBe(
    'Variable "$orderBy" got invalid value "Did you mean me?" at "orderBy.field"; Value "Did you mean me?" does not exist in "CompanyOrderField" enum.',
  );
});
