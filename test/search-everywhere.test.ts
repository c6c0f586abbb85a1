import { expect, test } from 'vitest';
import { shared } from './support/lifetime.ts';
import { companyRecord } from './support/records.ts';
import { startRestGateway } from './support/rest.ts';

// `filter.search` of GraphQL and `~` of REST follow one rule.

const names = [
  'Café Stores',
  'Cafe\u0301 Müller',
  'CAFE',
  'Two  Stores Ltd',
  'Zero\u200BWidth',
  'می\u200Cخواهم',
  'Øre',
];

const rest = shared(async () => {
  const gateway = await startRestGateway();
  await gateway.import(
    names.map((name, index) =>
      companyRecord({
        name,
        description: `About ${name}`,
        tags: { name },
        created: new Date(index * 60_000).toISOString(),
      }),
    ),
  );
  return gateway;
});

const cafes = names.slice(0, 3);

test.for([
  ['cafe', cafes],
  ['CAFÉ', cafes],
  ['cafe\u0301', cafes],
  ['ca\u00ADfe', cafes],
  ['fé', cafes],
  ['stores ', ['Café Stores', 'Two  Stores Ltd']],
  ['\u00A0stores\uFEFF', ['Café Stores', 'Two  Stores Ltd']],
  ['\u200B stores', ['Café Stores', 'Two  Stores Ltd']],
  ['two stores', []],
  ['muller', ['Cafe\u0301 Müller']],
  ['zerowidth', ['Zero\u200BWidth']],
  ['میخواهم', ['می\u200Cخواهم']],
  ['ore', ['Café Stores', 'Two  Stores Ltd']],
  ['', names],
  [' \t', names],
  ['\uFEFF', names],
  ['\u200B', names],
  ['\u0301', names],
] as const)('a search for %j finds the same everywhere', async ([search, expected]) => {
  const { data } = await rest().query(
    'query ($search: String) { companies(filter: { search: $search }) { totalCount nodes { name } } }',
    { search },
  );
  const find = async (parameter: 'query' | 'tags', property: string) => {
    const { results } = await rest().sdk.companies.list({
      [parameter]: `${property} ~ "${search}"`,
      orderBy: 'created',
    });
    return results?.map(({ name }) => name);
  };

  expect(data.companies.nodes.map(({ name }: { name: string }) => name)).toEqual(expected);
  expect(data.companies.totalCount).toBe(expected.length);
  expect(await find('query', 'name')).toEqual(expected);
  expect(await find('tags', 'name')).toEqual(expected);
  expect(await find('query', 'description')).toEqual(expected);
});

/** Returns the names that equal a text, after checking that they are the same as a tag and in GraphQL. */
async function equal(value: string) {
  const { results } = await rest().sdk.companies.list({ query: `name = "${value}"` });
  const { results: tagged } = await rest().sdk.companies.list({ tags: `" name " = "${value}"` });
  const { data } = await rest().query(
    'query ($value: String!) { companies(filter: { tags: [{ key: " name ", value: $value }] }) { nodes { name } } }',
    { value },
  );
  const found = results?.map(({ name }) => name);
  expect(tagged?.map(({ name }) => name)).toEqual(found);
  expect(data.companies.nodes.map(({ name }: { name: string }) => name)).toEqual(found);
  return found;
}

test('exact comparisons take white space around a text for nothing, and nothing else', async () => {
  expect(await equal(' CAFE\uFEFF')).toEqual(['CAFE']);
  expect(await equal('cafe')).toEqual([]);
  expect(await equal('Café\u200B Stores')).toEqual([]);
});
