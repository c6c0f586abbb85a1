import { expect, test } from 'vitest';
import { startTestGateway } from '../support/gateway.ts';

// Three characters or more are looked up in the search index, which has a language of its own; fewer are compared.
test.for([
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
] as const)('a search for %s finds what has exactly that in its name', async (search) => {
  const gateway = await startTestGateway();
  for (const name of ['Acme', 'Zenith', `Acme ${search} Zenith`]) {
    await gateway.withCompany({ name });
  }

  const { data } = await gateway.query(
    'query ($search: String) { companies(filter: { search: $search }) { totalCount nodes { name } } }',
    { search },
  );

  expect(data.companies).toEqual({
    totalCount: 1,
    nodes: [{ name: `Acme ${search} Zenith` }],
  });
});
