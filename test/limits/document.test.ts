import { expect, test } from 'vitest';
import { shared } from '../support/lifetime.ts';
import { ask } from '../support/callers.ts';
import {
  documentOfAliases,
  documentOfDepth,
  documentOfDirectives,
  documentOfLength,
  documentOfRootFields,
  documentOfTokens,
  times,
  usualQuery,
} from '../support/documents.ts';
import { startTestGateway } from '../support/gateway.ts';
import { outcomeOf, refusal } from '../support/outcome.ts';

const usual = shared(() => startTestGateway());

const limits = [
  ['tokens', 'MAX_TOKENS', 1000, documentOfTokens],
  ['characters', 'MAX_QUERY_BYTES', 16_384, documentOfLength],
  ['levels', 'MAX_DEPTH', 10, documentOfDepth],
  ['aliases', 'MAX_ALIASES', 15, documentOfAliases],
  ['directives', 'MAX_DIRECTIVES', 10, documentOfDirectives],
  ['root fields', 'MAX_ROOT_FIELDS', 20, documentOfRootFields],
] as const;

test('a page with all usual fields, aliases, directives and fragments passes all limits', async () => {
  const gateway = usual();
  await gateway.withCompany({ connections: [{}, { sourceType: 'Banking' }] });

  const { data, errors } = await ask(gateway, { query: usualQuery });

  expect(errors).toEqual([]);
  expect(data.companies.nodes[0].connections).toHaveLength(2);
});

test.for(limits)('a document of as many %s as permitted passes', async ([, , most, make]) => {
  const gateway = usual();

  expect(await outcomeOf(gateway, { query: make(most) })).toBe('passed');
});

test.for(limits)(
  'a document of one more of %s than permitted is refused before anything is read',
  async ([what, , most, make]) => {
    const gateway = usual();

    expect(await outcomeOf(gateway, { query: make(most + 1) })).toMatch(refusal(`${most} ${what}`));
  },
);

test.for(limits)('fewer %s can be permitted, by %s', async ([what, variable, most, make]) => {
  const fewer = Math.floor(most / 2);
  const gateway = await startTestGateway({ env: { [variable]: String(fewer) } });

  expect(await outcomeOf(gateway, { query: make(fewer) })).toBe('passed');
  expect(await outcomeOf(gateway, { query: make(fewer + 1) })).toMatch(refusal(`${fewer} ${what}`));
});

test.for(limits)('more %s can be permitted, by %s', async ([what, variable, most, make]) => {
  const gateway = await startTestGateway({
    env: { MAX_COST: '1000000000', [variable]: String(most + 1) },
  });

  expect(await outcomeOf(gateway, { query: make(most + 1) })).toBe('passed');
  expect(await outcomeOf(gateway, { query: make(most + 2) })).toMatch(
    refusal(`${most + 1} ${what}`),
  );
});

test('another operation of the same document counts for itself', async () => {
  const gateway = usual();
  const query = `query A { ${times(15, (i) => `a${i}: __typename`)} } query B { b: __typename }`;

  expect(await outcomeOf(gateway, { query, operationName: 'B' })).toBe('passed');
});

test('a document nested 2,500 levels deep is refused, not answered with an internal error', async () => {
  const gateway = usual();

  expect(await outcomeOf(gateway, { query: `{${'a{'.repeat(2500)}b${'}'.repeat(2501)}` })).toMatch(
    refusal('1000 tokens'),
  );
});

test('a document on which the parser overflows its stack is refused where more tokens are permitted', async () => {
  const gateway = await startTestGateway({
    env: { MAX_TOKENS: '100000', MAX_QUERY_BYTES: '1000000', MAX_BODY_BYTES: '1000000' },
  });

  expect(await outcomeOf(gateway, { query: `{${'a{'.repeat(9000)}b${'}'.repeat(9001)}` })).toMatch(
    refusal('nested too deeply'),
  );
});

test.for([
  ['variables', { query: '{ __typename }', variables: { unused: '@' } }],
  ['extensions', { query: '{ __typename }', extensions: { unused: '@' } }],
] as const)('%s nested 100,000 levels deep do no harm', async ([, body]) => {
  const gateway = usual();
  const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;

  const response = await fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body).replace('"@"', deep),
  });

  expect(await response.json()).toEqual({ data: { __typename: 'Query' } });
});
