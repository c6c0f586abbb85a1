import { expect, test } from 'vitest';
import { shared } from '../support/lifetime.ts';
import { ask } from '../support/callers.ts';
import { times } from '../support/documents.ts';
import { startTestGateway } from '../support/gateway.ts';

const usual = shared(() => startTestGateway());

const wrong = {
  name: 'x',
  ...Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`f${i}`, 1])),
};

test.for([
  ['unknown fields', { query: `{ ${times(100, (i) => `unknown${i}`)} }` }],
  [
    'unknown arguments',
    { query: `{ companies(${times(100, (i) => `a${i}: 1`)}) { totalCount } }` },
  ],
  [
    'wrong values',
    {
      query: `{ companies(filter: { connectionStatus: [${times(100, () => 'NO')}] }) { totalCount } }`,
    },
  ],
  ['repeated directives', { query: `{ __typename ${times(200, () => '@include(if: true)')} }` }],
  ['unknown directives', { query: `{ __typename ${times(200, () => '@no')} }` }],
  ['unused variables', { query: `query (${times(100, (i) => `$v${i}: Int`)}) { __typename }` }],
  [
    'unused fragments',
    { query: `{ __typename } ${times(80, (i) => `fragment F${i} on Query { __typename }`)}` },
  ],
  [
    'wrong values in a variable',
    {
      query:
        'query ($s: [CompanyConnectionStatus!]) { companies(filter: { connectionStatus: $s }) { totalCount } }',
      variables: { s: Array.from({ length: 1000 }, () => 'NO') },
    },
  ],
  [
    'unknown fields in a variable',
    {
      query:
        'mutation ($input: CreateCompanyInput!) { createCompany(input: $input) { __typename } }',
      variables: { input: wrong },
    },
  ],
  [
    'missing variables',
    {
      query: `query (${times(40, (i) => `$v${i}: ID!`)}) { companies { nodes { id } } ${times(15, (i) => `c${i}: company(id: $v${i}) { id }`)} }`,
    },
  ],
] as const)('a flood of %s is answered with at most six errors', async ([, question]) => {
  const gateway = usual();

  const { errors, data } = await ask(gateway, question);

  expect(data ?? null).toBeNull();
  expect(errors.length).toBeGreaterThan(0);
  expect(errors.length).toBeLessThanOrEqual(6);
});

test('an error does not give a large value back many times over', async () => {
  const gateway = usual();
  const input = { ...wrong, name: 'x'.repeat(100_000) };

  const { text } = await ask(gateway, {
    query: 'mutation ($input: CreateCompanyInput!) { createCompany(input: $input) { __typename } }',
    variables: { input },
  });

  expect(text.length).toBeLessThan(6 * JSON.stringify(input).length);
});

test('a single error of a variable is answered as it is', async () => {
  const gateway = usual();

  const { errors } = await ask(gateway, {
    query: 'query ($id: ID!) { company(id: $id) { name } }',
    variables: {},
  });

  expect(errors).toHaveLength(1);
  expect(errors[0]?.message).toBe('Variable "$id" of required type "ID!" was not provided.');
});

test('errors of fields are not cut, since each is of another part of the answer', async () => {
  const gateway = usual();
  const query = `{ ${times(10, (i) => `c${i}: company(id: "no uuid") { id }`)} }`;

  const { errors, data } = await ask(gateway, { query });

  expect(errors).toHaveLength(10);
  expect(Object.values(data)).toEqual(Array.from({ length: 10 }, () => null));
});
