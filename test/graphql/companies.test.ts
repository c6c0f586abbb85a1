import { expect, test } from 'vitest';
import { ask } from '../support/ask.ts';
import { change, storedEvents } from '../support/change.ts';
import { linkUrlLike } from '../support/link-url.ts';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';

const details = 'id name description tags { key value }';

async function companyOf(gateway: TestGateway, id: string) {
  return (await ask(gateway, `company(id: $id) { ${details} }`, { id })).company;
}

async function withAcme(gateway: TestGateway) {
  const { companyId } = await gateway.withCompany({
    name: 'Acme',
    description: 'Makes anvils',
    tags: { region: 'north', tier: 'gold' },
  });
  return companyId;
}

const acme = {
  name: 'Acme',
  description: 'Makes anvils',
  tags: [
    { key: 'region', value: 'north' },
    { key: 'tier', value: 'gold' },
  ],
};

const companyEvent = { connectionId: null, fromStatus: null, toStatus: null, actor: 'anonymous' };

test('createCompany creates a company without connections', async () => {
  const gateway = await startTestGateway();

  const { company } = await change(
    gateway,
    'createCompany',
    acme,
    `company { ${details} created lastSync linkUrl connectionStatuses connections { id } }`,
  );

  expect(company).toEqual({
    ...acme,
    id: expect.stringMatching(/^[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/),
    created: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    lastSync: null,
    linkUrl: linkUrlLike(`${gateway.url}/link/companies/${company.id}`),
    connectionStatuses: ['NO_CONNECTIONS'],
    connections: [],
  });
  expect(await companyOf(gateway, company.id)).toEqual({ ...acme, id: company.id });
  expect(storedEvents(gateway)).toEqual([
    { type: 'company.created', companyId: company.id, ...companyEvent },
  ]);
});

test.for([
  ['absent', {}],
  ['null', { description: null, tags: null }],
  ['empty', { description: '', tags: [] }],
  ['blank', { description: ' \n ', tags: [] }],
] as const)('createCompany takes a description and tags that are %s as none', async ([, given]) => {
  const gateway = await startTestGateway();

  const { company } = await change(
    gateway,
    'createCompany',
    { name: 'Acme', ...given },
    `company { ${details} }`,
  );

  expect(company).toMatchObject({ description: null, tags: [] });
});

test('createCompany trims its texts and sorts its tags by key', async () => {
  const gateway = await startTestGateway();

  const { company } = await change(
    gateway,
    'createCompany',
    {
      name: '\t Acme \u00a0\u3000',
      description: '\n Two\r\n\tlines \n',
      tags: [
        { key: ' b ', value: ' 2 ' },
        { key: 'a', value: '' },
      ],
    },
    'company { name description tags { key value } }',
  );

  expect(company).toEqual({
    name: 'Acme',
    description: 'Two\r\n\tlines',
    tags: [
      { key: 'a', value: '' },
      { key: 'b', value: '2' },
    ],
  });
});

test('two companies may have the same name', async () => {
  const gateway = await startTestGateway();
  await change(gateway, 'createCompany', { name: 'Acme' });

  expect(await change(gateway, 'createCompany', { name: 'Acme' })).toEqual({
    __typename: 'CreateCompanyPayload',
  });
});

test.for([
  ['the name', { name: 'Acme Trading' }],
  ['the description', { description: 'Makes rockets' }],
  ['the tags', { tags: [{ key: 'tier', value: 'silver' }] }],
] as const)('updateCompany changes %s and keeps what is absent', async ([, changes]) => {
  const gateway = await startTestGateway();
  const companyId = await withAcme(gateway);

  const payload = `company { ${details} }`;
  const { company } = await change(gateway, 'updateCompany', { companyId, ...changes }, payload);

  const expected = { id: companyId, ...acme, ...changes };
  expect(company).toEqual(expected);
  expect(await companyOf(gateway, companyId)).toEqual(expected);
  expect(storedEvents(gateway).slice(1)).toEqual([
    { type: 'company.updated', companyId, ...companyEvent },
  ]);
});

test.for([
  ['null clears the description', { description: null }, { description: null }],
  ['an empty text clears the description', { description: '' }, { description: null }],
  ['null clears the tags', { tags: null }, { tags: [] }],
  ['an empty list clears the tags', { tags: [] }, { tags: [] }],
] as const)('updateCompany: %s', async ([, changes, cleared]) => {
  const gateway = await startTestGateway();
  const companyId = await withAcme(gateway);

  await change(gateway, 'updateCompany', { companyId, ...changes });

  expect(await companyOf(gateway, companyId)).toEqual({ id: companyId, ...acme, ...cleared });
});

test('updateCompany refuses to take the name away', async () => {
  const gateway = await startTestGateway();
  const companyId = await withAcme(gateway);

  expect(await change(gateway, 'updateCompany', { companyId, name: null })).toMatchObject({
    __typename: 'InvalidInputError',
    field: 'name',
  });
  expect(await companyOf(gateway, companyId)).toEqual({ id: companyId, ...acme });
});

test.for([
  ['nothing', {}],
  ['the same name', { name: ' Acme ' }],
  ['the same description', { description: 'Makes anvils' }],
  ['the same tags in another order', { tags: acme.tags.toReversed() }],
  ['all as it is', acme],
] as const)('updateCompany given %s leaves no event', async ([, changes]) => {
  const gateway = await startTestGateway();
  const companyId = await withAcme(gateway);
  const before = storedEvents(gateway);

  const payload = `company { ${details} }`;
  const { company } = await change(gateway, 'updateCompany', { companyId, ...changes }, payload);

  expect(company).toEqual({ id: companyId, ...acme });
  expect(storedEvents(gateway)).toEqual(before);
});

test('a renamed company is found by its new name only', async () => {
  const gateway = await startTestGateway();
  const companyId = await withAcme(gateway);

  await change(gateway, 'updateCompany', { companyId, name: 'Zenith' });

  expect(
    await ask(
      gateway,
      `old: companies(filter: { search: "acme" }) { totalCount }
       new: companies(filter: { search: "zenith" }) { nodes { id } }`,
    ),
  ).toEqual({ old: { totalCount: 0 }, new: { nodes: [{ id: companyId }] } });
});

test('link URLs start with the public URL, where one is set', async () => {
  const gateway = await startTestGateway({ publicUrl: 'https://connexions.example/base' });
  const { companyId, connectionId } = await gateway.withCompany({ connections: [{}] });

  const { company } = await ask(gateway, 'company(id: $id) { linkUrl connections { linkUrl } }', {
    id: companyId,
  });

  const base = `https://connexions.example/base/link/companies/${companyId}`;
  expect(company).toEqual({
    linkUrl: linkUrlLike(base),
    connections: [{ linkUrl: linkUrlLike(`${base}/connections/${connectionId}/start`) }],
  });
});
