import { expect, test } from 'vitest';
import { ConfigError, readConfig } from '../../src/config/config.ts';
import { ask } from '../support/ask.ts';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';

async function keys(gateway: TestGateway, filter = ''): Promise<string[]> {
  const { integrations } = await ask(gateway, `integrations${filter} { key enabled }`);
  return integrations
    .filter(({ enabled }: { enabled: boolean }) => filter !== '' || enabled)
    .map(({ key }: { key: string }) => key)
    .toSorted();
}

test('without client credentials and the sandbox, no integration is enabled', async () => {
  const gateway = await startTestGateway();

  expect(await keys(gateway)).toEqual([]);
  expect(await keys(gateway, '(filter: { enabled: true })')).toEqual([]);
  expect((await keys(gateway, '(filter: { enabled: false })')).length).toBeGreaterThan(30);
});

test('the sandbox enables three', async () => {
  const gateway = await startTestGateway({ env: { SANDBOX: 'on' } });

  expect(await keys(gateway)).toEqual(['aiwb', 'bsbx', 'mqjo']);
});

test('client credentials enable the integration that they are for', async () => {
  const gateway = await startTestGateway({
    env: { CLIENT_ID_GBOL: 'id', CLIENT_SECRET_GBOL: 'secret' },
  });

  expect(await keys(gateway)).toEqual(['gbol']);
  expect(await keys(gateway, '(filter: { enabled: true })')).toEqual(['gbol']);
  expect(await keys(gateway, '(filter: { enabled: true, sourceType: BANKING })')).toEqual([]);
  expect(await keys(gateway, '(filter: { enabled: false, key: "gbol" })')).toEqual([]);
});

test('an integration that an import brought is not enabled by its name', async () => {
  const gateway = await startTestGateway({ env: { SANDBOX: 'on' } });
  await gateway.withCompany({
    connections: [{ integrationKey: 'zzzz', platformName: 'Accounting Sandbox' }],
  });

  expect(await keys(gateway, '(filter: { key: "zzzz", enabled: true })')).toEqual([]);
});

test.for([
  [{ CLIENT_ID_GBOL: 'PLANTED' }, 'CLIENT_ID_GBOL requires CLIENT_SECRET_GBOL'],
  [{ CLIENT_SECRET_GBOL: 'PLANTED' }, 'CLIENT_SECRET_GBOL requires CLIENT_ID_GBOL'],
  [
    { CLIENT_SECRET_GBOL: 'PLANTED', CLIENT_ID_GBOL: '' },
    'CLIENT_SECRET_GBOL requires CLIENT_ID_GBOL',
  ],
  [
    { CLIENT_SECRET_ZZZZ: 'PLANTED' },
    'CLIENT_SECRET_ZZZZ does not belong to an integration that can be linked: see docs/integrations.md',
  ],
  [
    { CLIENT_SECRET_MQJO: 'PLANTED' },
    'CLIENT_SECRET_MQJO does not belong to an integration that can be linked: see docs/integrations.md',
  ],
] as const)('the start is refused with %j, which is not shown', (given) => {
  const [variables, message] = given;

  expect(() => readConfig(variables)).toThrow(new ConfigError(message));
});

test('variables of other programs are none of its business', () => {
  const others = { CLIENT_ID: 'x', OAUTH_CLIENT_SECRET_GBOL: 'x', CLIENT_SECRET: 'x' };

  expect(readConfig(others).clients.size).toBe(0);
});
