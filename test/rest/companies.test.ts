import { expect, test } from 'vitest';
import { storedEvents } from '../support/change.ts';
import { newCompany, newConnection, refusalOf, startRestGateway } from '../support/rest.ts';
import { shared } from '../support/lifetime.ts';

const sharedGateway = shared(() => startRestGateway());

test('a company is created', async () => {
  const { sdk, url } = sharedGateway();

  const company = await sdk.companies.create({
    name: 'Bank of Dave',
    description: 'First',
    tags: { region: 'north' },
  });

  expect(company).toEqual({
    id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    name: 'Bank of Dave',
    description: 'First',
    redirect: expect.stringContaining(`${url}/link/companies/${company.id}?code=`),
    created: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    tags: { region: 'north' },
    dataConnections: [],
  });
});

test('a company is read as it was created, with a link of its own each time', async () => {
  const { sdk } = sharedGateway();
  const { redirect, ...created } = await sdk.companies.create({ name: 'Acme' });

  const { redirect: another, ...read } = await sdk.companies.get({ companyId: created.id });

  expect(read).toEqual(created);
  expect(another).not.toBe(redirect);
  expect((await fetch(another)).status).toBe(200);
});

test("a company's lastSync is the newest of its connections'", async () => {
  const gateway = sharedGateway();
  const { companyId } = await gateway.withCompany({
    connections: [
      { sourceType: 'Banking', lastSync: '2024-01-01T00:00:00Z' },
      { sourceType: 'Banking', lastSync: '2024-02-01T00:00:00Z' },
      { sourceType: 'Commerce', lastSync: null },
    ],
  });

  const { lastSync, dataConnections } = await gateway.sdk.companies.get({ companyId });

  expect(lastSync).toBe('2024-02-01T00:00:00.000Z');
  expect(dataConnections).toHaveLength(3);
});

test('PATCH keeps what is absent', async () => {
  const { sdk } = sharedGateway();
  const { id: companyId } = await sdk.companies.create({
    name: 'Acme',
    description: 'Old',
    tags: { region: 'north' },
  });
  const update = (companyUpdateRequest: object) =>
    sdk.companies.update({ companyId, companyUpdateRequest });

  expect(await update({ name: 'New' })).toMatchObject({
    name: 'New',
    description: 'Old',
    tags: { region: 'north' },
  });
  expect(await update({ description: 'Newer' })).toMatchObject({
    name: 'New',
    description: 'Newer',
    tags: { region: 'north' },
  });
  expect(await update({ tags: {} })).toMatchObject({ name: 'New', tags: {} });
  expect(await update({ description: '' })).not.toHaveProperty('description');
});

test('PATCH of nothing, with a body or without, changes nothing', async () => {
  const gateway = await startRestGateway();
  const { companyId } = await newCompany(gateway);

  const answers = [
    await gateway.sdk.companies.update({ companyId }),
    await gateway.sdk.companies.update({ companyId, companyUpdateRequest: {} }),
  ];
  const withNull = await gateway.raw({
    method: 'PATCH',
    path: `/companies/${companyId}`,
    body: { name: null, description: null, tags: null },
  });

  for (const { name } of [...answers, withNull.json()]) expect(name).toBe('Acme');
  expect(storedEvents(gateway).map(({ type }) => type)).toEqual(['company.created']);
});

test('PUT replaces everything but the connections', async () => {
  const gateway = sharedGateway();
  const { sdk } = gateway;
  const { id: companyId } = await sdk.companies.create({
    name: 'Acme',
    description: 'Old',
    tags: { region: 'north' },
  });
  const { connectionId } = await newConnection(gateway, { companyId });

  const replaced = await sdk.companies.replace({ companyId, companyRequestBody: { name: 'New' } });

  expect(replaced).toMatchObject({ id: companyId, name: 'New', tags: {} });
  expect(replaced).not.toHaveProperty('description');
  expect(replaced.dataConnections?.map(({ id }) => id)).toEqual([connectionId]);
});

test('a deleted company is gone, with its connections', async () => {
  const gateway = await startRestGateway();
  const { sdk } = gateway;
  const { companyId, connectionId } = await newConnection(gateway);

  await sdk.companies.delete({ companyId });

  const gone = [
    sdk.companies.get({ companyId }),
    sdk.companies.update({ companyId, companyUpdateRequest: { name: 'New' } }),
    sdk.companies.replace({ companyId, companyRequestBody: { name: 'New' } }),
    sdk.companies.delete({ companyId }),
    sdk.connections.list({ companyId }),
    sdk.connections.create({ companyId, requestBody: { platformKey: 'gbol' } }),
    sdk.connections.get({ companyId, connectionId }),
  ];
  const refusals = await Promise.all(gone.map(refusalOf));

  expect(refusals.map(({ status }) => status)).toEqual(gone.map(() => 404));
  expect((await sdk.companies.list()).results).toEqual([]);
});

test.for(['no-uuid', '8a210b68-6988-11ed-a1eb-0242ac120002', '..%2f', "' OR 1=1 --", '%00'])(
  'there is no company %j',
  async (companyId) => {
    const { sdk } = sharedGateway();

    const refusal = await refusalOf(sdk.companies.get({ companyId }));

    expect(refusal).toMatchObject({
      status: 404,
      statusCode: 404,
      service: 'connexions',
      error: 'There is no such company',
      canBeRetried: 'False',
    });
  },
);

test.for([
  ['Bänk & Söhne, GmbH!', 'Bänk & Söhne, GmbH!'],
  ['株式会社 สยาม МИР', '株式会社 สยาม МИР'],
  ["O'Neil-Smith @ 24/7 (UK) <b>", "O'Neil-Smith @ 247 UK b"],
  ['Tab\tand\nline', 'Tabandline'],
  ['Smile 😀', 'Smile'],
] as const)('the name %j is taken as %j', async ([given, taken]) => {
  const { sdk } = sharedGateway();

  const created = await sdk.companies.create({ name: given });
  const replaced = await sdk.companies.replace({
    companyId: created.id,
    companyRequestBody: { name: given },
  });

  expect([created.name, replaced.name]).toEqual([taken, taken]);
});

test.for([
  ['an empty name', { name: '' }, 'name', 'must be 1 to 200 characters after trimming'],
  [
    'a name of which nothing is left',
    { name: '€£$' },
    'name',
    'must be 1 to 200 characters after trimming',
  ],
  ['a long name', { name: 'x'.repeat(201) }, 'name', 'must be 1 to 200 characters after trimming'],
  [
    'a long description',
    { name: 'A', description: 'x'.repeat(4001) },
    'description',
    'must be at most 4000 characters',
  ],
  [
    'a long key of a tag',
    { name: 'A', tags: { ok: '1', ['x'.repeat(28)]: '2' } },
    `tags.${'x'.repeat(28)}`,
    'must be 1 to 27 characters after trimming',
  ],
  [
    'a long value of a tag',
    { name: 'A', tags: { region: 'x'.repeat(101) } },
    'tags.region',
    'must be at most 100 characters',
  ],
] as const)('a company with %s is refused', async ([, body, itemId, message]) => {
  const gateway = sharedGateway();
  const { companyId } = await newCompany(gateway);
  const before = storedEvents(gateway);

  const created = await refusalOf(gateway.sdk.companies.create(body));
  const replaced = await refusalOf(
    gateway.sdk.companies.replace({ companyId, companyRequestBody: body }),
  );
  const updated = await refusalOf(
    gateway.sdk.companies.update({ companyId, companyUpdateRequest: body }),
  );

  for (const refusal of [created, replaced, updated]) {
    expect(refusal.status).toBe(400);
    expect(refusal.validation?.errors).toEqual([{ itemId, message }]);
  }
  expect(storedEvents(gateway)).toEqual(before);
});

test('a company with more than ten tags is refused', async () => {
  const { sdk } = sharedGateway();
  const tags = Object.fromEntries(Array.from({ length: 11 }, (_, i) => [`key${i}`, 'value']));

  expect((await refusalOf(sdk.companies.create({ name: 'Acme', tags }))).error).toBe(
    'tags must have at most 10 tags',
  );
});

test.for([
  [{}, 'name'],
  [{ name: 5 }, 'name'],
  [{ name: ['Acme'] }, 'name'],
  [{ name: 'Acme', tags: ['a'] }, 'tags'],
  [{ name: 'Acme', tags: { a: 1 } }, 'tags.a'],
  [{ name: 'Acme', description: {} }, 'description'],
  [[], ''],
] as const)('a body such as %j is refused', async ([body, itemId]) => {
  const gateway = sharedGateway();

  const answer = await gateway.raw({ method: 'POST', path: '/companies', body });

  expect(answer.status).toBe(400);
  expect(answer.json().validation.errors[0].itemId).toBe(itemId);
});
