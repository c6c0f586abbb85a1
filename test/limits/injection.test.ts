import { expect, test } from 'vitest';
import { shared } from '../support/lifetime.ts';
import { startTestGateway } from '../support/gateway.ts';

// Searches of three or more characters use the full-text index, which has its own syntax. Shorter ones are compared.
const searches = [
  '%',
  '_',
  '%%%',
  '___',
  '*',
  'Acm*',
  '"',
  '"""',
  'Acme OR Zenith',
  'NEAR(Acme Zenith)',
  'name_folded:Acme',
  '^Acme',
  "' OR 1=1 --",
  "'; DROP TABLE companies; --",
  '\\',
] as const;

const names = ['Acme', 'Zenith', ...searches.map((search) => `Acme ${search} Zenith`)];
const filled = shared(async () => {
  const gateway = await startTestGateway();
  for (const name of names) await gateway.withCompany({ name });
  return gateway;
});

test.for(searches)('a search for %s finds what has exactly that in its name', async (search) => {
  const { data } = await filled().query(
    'query ($search: String) { companies(filter: { search: $search }) { totalCount nodes { name } } }',
    { search },
  );

  const found = names.filter((name) => name.includes(search));
  expect(found.length).toBeLessThan(4);
  expect(data.companies.totalCount).toBe(found.length);
  const nodes = data.companies.nodes as readonly { readonly name: string }[];
  expect(nodes.map(({ name }) => name).toSorted()).toEqual(found.toSorted());
});
