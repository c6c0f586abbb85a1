import { expect, test } from 'vitest';
import { refusalOf, startRestGateway } from '../support/rest.ts';

const xeroOnly = { env: { CLIENT_ID_GBOL: 'id', CLIENT_SECRET_GBOL: 'secret' } };

test('an integration is read by its key', async () => {
  const { sdk } = await startRestGateway(xeroOnly);

  const integration = await sdk.integrations.get({ platformKey: 'gbol' });

  expect(integration).toEqual({
    key: 'gbol',
    name: 'Xero',
    enabled: true,
    sourceType: 'Accounting',
    sourceId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    integrationId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    logoUrl: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/logos\/58\.svg$/),
  });
});

test('integrations are the same as those of GraphQL, and enabled where those are', async () => {
  const gateway = await startRestGateway(xeroOnly);
  const { data } = await gateway.query('{ integrations { key name enabled id } }');

  const { results, totalResults } = await gateway.sdk.integrations.list();

  expect(totalResults).toBe(data.integrations.length);
  expect(
    results?.map(({ key, name, enabled, integrationId: id }) => ({ key, name, enabled, id })),
  ).toEqual(data.integrations);
});

test.for([
  [{ query: 'enabled = true' }, ['gbol']],
  [{ query: 'enabled != false' }, ['gbol']],
  [{ query: 'key = gbol && enabled = false' }, []],
  [{ query: 'key=gbol || key=hbql', orderBy: '-name' }, ['gbol', 'hbql']],
  [{ query: 'key=gbol || key=hbql', orderBy: 'name' }, ['hbql', 'gbol']],
  [{ query: 'name ~ xero' }, ['gbol']],
  [{ query: 'key=gbol || key=hbql', orderBy: 'name', pageSize: 1, page: 2 }, ['gbol']],
] as const)('integrations are listed as %j asks for', async ([request, keys]) => {
  const { sdk } = await startRestGateway(xeroOnly);

  const { results } = await sdk.integrations.list(request);

  expect(results?.map(({ key }) => key)).toEqual(keys);
});

test('all others are not enabled', async () => {
  const { sdk } = await startRestGateway(xeroOnly);
  const { totalResults } = await sdk.integrations.list();

  const not = await sdk.integrations.list({ query: 'enabled=false' });

  expect(not.totalResults).toBe(totalResults - 1);
  expect(not.results?.map(({ enabled }) => enabled)).not.toContain(true);
});

test('an integration that came without a key is not listed', async () => {
  const gateway = await startRestGateway();
  const { totalResults } = await gateway.sdk.integrations.list();
  await gateway.withCompany({ connections: [{ sourceType: 'Other', integrationKey: null }] });

  expect((await gateway.sdk.integrations.list()).totalResults).toBe(totalResults);
});

test('the branding is a picture with its name', async () => {
  const { sdk } = await startRestGateway();

  const { logo, sourceId } = await sdk.integrations.getBranding({ platformKey: 'gbol' });

  expect(sourceId).toBe((await sdk.integrations.get({ platformKey: 'gbol' })).sourceId);
  expect(logo?.square?.image?.alt).toBe('Xero');
  const picture = await (await fetch(logo?.square?.image?.src ?? '')).text();
  expect(picture).toMatch(/^<svg .*>X<\/text><\/svg>$/);
});

test.for(['zzzz', 'GBOL', "' OR 1=1 --"])('there is no integration %j', async (platformKey) => {
  const { sdk } = await startRestGateway();

  for (const call of [
    () => sdk.integrations.get({ platformKey }),
    () => sdk.integrations.getBranding({ platformKey }),
  ]) {
    expect(await refusalOf(call())).toMatchObject({
      status: 404,
      error: 'There is no such integration',
    });
  }
});

test('integrations give no order by enabled, which the store does not know', async () => {
  const { sdk } = await startRestGateway();

  expect((await refusalOf(sdk.integrations.list({ orderBy: 'enabled' }))).status).toBe(400);
});
