import { expect, test } from 'vitest';
import { shared } from '../support/lifetime.ts';
import { connectionRecord } from '../support/records.ts';
import { refusalOf, startRestGateway, type RestGateway } from '../support/rest.ts';

/** Adds the companies A to E in reverse order, each with a region. */
async function fiveCompanies(): Promise<RestGateway> {
  const gateway = await startRestGateway();
  const companies = [
    ['E', 'south'],
    ['D', 'north'],
    ['C', 'north'],
    ['B', 'south'],
    ['A', 'north'],
  ] as const;
  for (const [i, [name, region]] of companies.entries()) {
    await gateway.withCompany({
      name: `Company ${name}`,
      created: `2024-01-0${i + 1}T00:00:00Z`,
      tags: { region },
      connections:
        name === 'A' ? [{ status: 'Linked' }] : name === 'B' ? [{ status: 'PendingAuth' }] : [],
    });
  }
  return gateway;
}

const five = shared(fiveCompanies);
const one = shared(async () => {
  const gateway = await startRestGateway();
  return { gateway, companyId: (await gateway.withCompany()).companyId };
});

type ListRequest = Parameters<RestGateway['sdk']['companies']['list']>[0];

async function namesOf({ sdk }: RestGateway, request?: ListRequest): Promise<string[]> {
  const { results = [] } = await sdk.companies.list(request);
  return results.map(({ name }) => name.replace('Company ', ''));
}

test('companies come in pages of 100, oldest first', async () => {
  const gateway = five();

  const { results, ...page } = await gateway.sdk.companies.list();

  expect(results?.map(({ name }) => name.at(-1))).toEqual(['E', 'D', 'C', 'B', 'A']);
  expect(page).toEqual({
    pageNumber: 1,
    pageSize: 100,
    totalResults: 5,
    links: {
      self: { href: '/companies' },
      current: { href: '/companies?page=1&pageSize=100' },
    },
  });
});

const self = { href: '/companies' };
const at = (page: number) => ({ href: `/companies?page=${page}&pageSize=2` });

test('pages lead to each other', async () => {
  const gateway = five();
  const linksOf = async (page: number) =>
    (await gateway.sdk.companies.list({ page, pageSize: 2 })).links;

  expect(await linksOf(1)).toEqual({ self, current: at(1), next: at(2) });
  expect(await linksOf(2)).toEqual({ self, current: at(2), next: at(3), previous: at(1) });
  expect(await linksOf(3)).toEqual({ self, current: at(3), previous: at(2) });
  expect(await linksOf(9)).toEqual({ self, current: at(9), previous: at(3) });
});

test('the links of a page lead to pages that make up the list', async () => {
  const gateway = five();
  const ask = { query: 'name ~ company', orderBy: '-name', tags: 'region = north' };
  const names: string[] = [];
  let href: string | undefined =
    `/companies?${new URLSearchParams({ pageSize: '1', ...ask }).toString()}`;

  while (href !== undefined) {
    const page = (await gateway.raw({ path: href })).json();
    names.push(...page.results.map(({ name }: { name: string }) => name.at(-1)));
    href = page['_links'].next?.href;
  }

  expect(names).toEqual(['D', 'C', 'A']);
});

test('a page beyond the last is empty', async () => {
  const gateway = five();

  const { results, totalResults } = await gateway.sdk.companies.list({
    page: 2_147_483_647,
    pageSize: 5000,
  });

  expect({ results, totalResults }).toEqual({ results: [], totalResults: 5 });
});

test.for([
  [{ orderBy: 'name' }, 'ABCDE'],
  [{ orderBy: '-name' }, 'EDCBA'],
  [{ orderBy: '-created' }, 'ABCDE'],
  [{ query: 'name = "Company C"' }, 'C'],
  [{ query: 'name~COMPANY && created>=2024-01-03' }, 'CBA'],
  [{ query: '{name~"y a" || name~"y b"} && created<2024-01-05' }, 'B'],
  [{ query: 'dataConnections.status=linked' }, 'A'],
  [{ query: 'dataConnections.status!=Linked' }, 'EDCB'],
  [{ query: 'dataConnections.status=PendingAuth || dataConnections.status=Linked' }, 'BA'],
  [{ tags: 'region=north' }, 'DCA'],
  [{ tags: 'region != north' }, 'EB'],
  [{ tags: 'region ~ out && region != west' }, 'EB'],
  [{ query: 'name~y', tags: 'region=south', orderBy: 'name' }, 'BE'],
  [{ query: '', tags: '', orderBy: '' }, 'EDCBA'],
] as const)('companies are listed as %j asks for', async ([request, names]) => {
  const gateway = five();

  expect((await namesOf(gateway, request)).join('')).toBe(names);
});

test('the total counts what matches', async () => {
  const gateway = five();

  const { totalResults } = await gateway.sdk.companies.list({ tags: 'region=north', pageSize: 1 });

  expect(totalResults).toBe(3);
});

test.for([
  ['page=0', 'page'],
  ['page=-1', 'page'],
  ['page=1.5', 'page'],
  ['page=one', 'page'],
  ['page=', 'page'],
  ['page=1&page=2', 'page'],
  ['page=2147483648', 'page'],
  ['page=99999999999999999999', 'page'],
  ['pageSize=0', 'pageSize'],
  ['pageSize=5001', 'pageSize'],
  ['pageSize=1e3', 'pageSize'],
  ['query=name', 'query'],
  ['query=nothing%3D1', 'query'],
  ['query=id%3D1%20%26%26', 'query'],
  ['query=name%3D1&query=name%3D2', 'query'],
  [`query=name%3D${'x'.repeat(2048)}`, 'query'],
  ['orderBy=nothing', 'orderBy'],
  ['orderBy=name,created', 'orderBy'],
] as const)('a list with %s is refused', async ([parameters, itemId]) => {
  const { gateway, companyId } = one();

  for (const list of ['/companies', `/companies/${companyId}/connections`, '/integrations']) {
    const answer = await gateway.raw({ path: `${list}?${parameters}` });
    expect(answer.status).toBe(400);
    expect(answer.json().validation.errors).toMatchObject([{ itemId }]);
  }
});

test.for(['region', 'region > 1', '= north'])('tags such as %j are refused', async (tags) => {
  const { sdk } = one().gateway;

  const refusal = await refusalOf(sdk.companies.list({ tags }));

  expect(refusal.status).toBe(400);
  expect(refusal.error).toMatch(/^tags /);
});

test("a company's connections come in pages, by a query, in an order", async () => {
  const gateway = await startRestGateway();
  const { companyId, connectionIds } = await gateway.withCompany({
    connections: ['Linked', 'Unlinked', 'PendingAuth', 'Linked'].map((status, i) => ({
      status,
      sourceType: 'Banking',
      created: `2024-01-0${i + 1}T00:00:00Z`,
    })),
  });
  await gateway.withCompany({ connections: [{ status: 'Linked' }] });
  const list = async (request: object) => {
    const { results = [], ...page } = await gateway.sdk.connections.list({ companyId, ...request });
    return { ...page, order: results.map(({ id }) => connectionIds.indexOf(id)) };
  };

  expect((await list({})).order).toEqual([0, 1, 2, 3]);
  expect((await list({ orderBy: '-created' })).order).toEqual([3, 2, 1, 0]);
  expect((await list({ query: 'status = linked' })).order).toEqual([0, 3]);
  expect(await list({ query: 'status!=Linked', pageSize: 1, page: 2 })).toMatchObject({
    order: [2],
    totalResults: 2,
    links: {
      self: { href: `/companies/${companyId}/connections` },
      previous: {
        href: `/companies/${companyId}/connections?page=1&pageSize=1&query=status%21%3DLinked`,
      },
    },
  });
});

test('a page runs as many statements whatever it holds', async () => {
  const gateway = await startRestGateway();
  const add = (count: number) =>
    Promise.all(
      Array.from({ length: count }, () =>
        gateway.withCompany({
          tags: { a: '1' },
          connections: [
            connectionRecord({ sourceType: 'Banking' }),
            connectionRecord({ sourceType: 'Commerce' }),
          ],
        }),
      ),
    );
  const statementsOfList = async () => {
    gateway.takeStatements();
    await gateway.sdk.companies.list();
    return gateway.takeStatements();
  };
  await add(1);
  const few = await statementsOfList();
  await add(20);

  const many = await statementsOfList();

  expect(many).toHaveLength(few.length);
  expect(many.length).toBeLessThan(12);
});
