import { expect, test } from 'vitest';
import { shared } from '../support/lifetime.ts';
import { ask } from '../support/callers.ts';
import { documentOfDepth, fragmentsThatDouble, times } from '../support/documents.ts';
import { startTestGateway } from '../support/gateway.ts';
import { outcomeOf, refusal } from '../support/outcome.ts';

const usual = shared(() => startTestGateway());

// Limits count fragments as if they were written inline.

test('levels are counted through fragments, named and inline', async () => {
  const gateway = usual();
  const query = `
    { ... on Query { companies { ...Page } } }
    fragment Page on CompanyPage { nodes { ...Circle } }
    fragment Circle on Company { connections { ... on Connection { company { ...Inner } } } }
    fragment Inner on Company { connections { company { ...Last } } }
    fragment Last on Company { connections { company { connections { company { id } } } } }
  `;

  expect(await outcomeOf(gateway, { query })).toMatch(refusal('10 levels'));
});

test('levels are counted where a variable leaves them out, too', async () => {
  const gateway = usual();
  const query = documentOfDepth(11)
    .replace('{', 'query Q($yes: Boolean!) {')
    .replace('nodes', 'nodes @include(if: $yes)');

  expect(await outcomeOf(gateway, { query, variables: { yes: false } })).toMatch(
    refusal('10 levels'),
  );
});

test.for([
  ['of __typename', `{ ${times(16, (i) => `a${i}: __typename`)} }`],
  [
    'called __typename',
    `{ companies { nodes { __typename: id } ${times(15, (i) => `a${i}: totalCount`)} } }`,
  ],
  [
    'in a fragment',
    `{ companies { ...F } } fragment F on CompanyPage { ${times(16, (i) => `a${i}: totalCount`)} }`,
  ],
  [
    'in a fragment that is spread often',
    `{ companies { ...F ...F ...F ...F } } fragment F on CompanyPage { ${times(4, (i) => `a${i}: totalCount`)} }`,
  ],
  [
    'in inline fragments',
    `{ companies { ${times(16, (i) => `... on CompanyPage { a${i}: totalCount }`)} } }`,
  ],
  ['of the schema', `{ ${times(16, (i) => `a${i}: __schema { description }`)} }`],
] as const)('aliases %s count', async ([, query]) => {
  const gateway = usual();

  expect(await outcomeOf(gateway, { query })).toMatch(refusal('15 aliases'));
});

const include = '@include(if: true)';

test.for([
  [
    'in a fragment that is spread often',
    `{ companies { ...F ...F ...F } } fragment F on CompanyPage { ${times(4, () => `totalCount ${include}`)} }`,
  ],
  ['on inline fragments', `{ companies { ${times(11, () => `... ${include} { totalCount }`)} } }`],
] as const)('directives %s count', async ([, query]) => {
  const gateway = usual();

  expect(await outcomeOf(gateway, { query })).toMatch(refusal('10 directives'));
});

// graphql-armor 2.3.1 counts the directives of a spread only at the first spread of its fragment.
test.fails('directives on spreads of one fragment count', async () => {
  const gateway = usual();
  const query = `{ companies { ${times(11, () => `...F ${include}`)} } } fragment F on CompanyPage { totalCount }`;

  expect(await outcomeOf(gateway, { query })).toMatch(refusal('10 directives'));
});

test.for([
  ['in a fragment', `{ ...F } fragment F on Query { ${times(21, () => '__typename')} }`],
  [
    'in a fragment that is spread often',
    `{ ...F ...F ...F } fragment F on Query { ${times(7, () => '__typename')} }`,
  ],
  [
    'in fragments within each other',
    `{ ...F ...F } fragment F on Query { ...G ...G } fragment G on Query { ${times(6, () => '__typename')} }`,
  ],
  ['in inline fragments', `{ ${times(21, () => '... { __typename }')} }`],
] as const)('fields of the operation itself %s count', async ([, query]) => {
  const gateway = usual();

  expect(await outcomeOf(gateway, { query })).toMatch(refusal('20 root fields'));
});

test('a mutation of more than 20 fields of its own is refused and changes nothing', async () => {
  const gateway = usual();
  const create = 'createCompany(input: { name: "Acme" }) { __typename }';

  expect(await outcomeOf(gateway, { query: `mutation { ${times(21, () => create)} }` })).toMatch(
    refusal('20 root fields'),
  );

  expect(await gateway.store.companies.count({})).toBe(0);
});

test.for([
  ['fields of the query', '{ ...F40 }', 'Query', '__typename'],
  ['aliases', '{ ...F40 }', 'Query', 'a: __typename'],
  ['directives', '{ ...F40 }', 'Query', `__typename ${include}`],
  ['pages', '{ companies { ...F40 } }', 'CompanyPage', 'totalCount'],
  ['levels', '{ companies { nodes { ...F40 } } }', 'Company', 'connections { company { id } }'],
  ['the schema', '{ __schema { ...F40 } }', '__Schema', 'types { fields { name } }'],
])('fragments that double %s forty times cost no time', async ([, operation, type, selected]) => {
  const gateway = usual();
  const query = `${operation} ${fragmentsThatDouble(type ?? '', selected ?? '')}`;

  const { status } = await ask(gateway, { query });

  // It does not matter whether the document is rejected or merged: counting each field would take forever.
  expect(status).toBe(200);
});
