import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { change } from '../support/change.ts';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { counts } from '../support/import.ts';
import { companyRecord, connectionRecord, type ConnectionRecordInput } from '../support/records.ts';

const integrationOf = /* GraphQL */ `
  query IntegrationOf($connectionId: ID!) {
    connection(id: $connectionId) {
      integrationId
      sourceId
      integration {
        id
        key
        name
        sourceType
        sourceId
        enabled
      }
    }
  }
`;

/** Imports a company with one connection and returns the integration that it got. */
async function importConnection(gateway: TestGateway, given: Partial<ConnectionRecordInput>) {
  const connection = connectionRecord(given);
  const record = companyRecord({ dataConnections: [connection] });
  const { connections } = await gateway.import([record]);
  expect(connections).toEqual(counts({ created: 1 }));
  return { record, connection, ...(await askIntegration(gateway, connection.id)) };
}

async function askIntegration(gateway: TestGateway, connectionId: string) {
  const { data } = await gateway.query(integrationOf, { connectionId });
  return data.connection;
}

async function countIntegrations(gateway: TestGateway): Promise<number> {
  const { data } = await gateway.query('{ integrations { id } }');
  return data.integrations.length;
}

const unknownPlatform = {
  integrationKey: 'zzzz',
  platformName: 'Homegrown Books',
  sourceType: 'Accounting',
};

test('a connection whose key is known is of the catalogue’s integration, whatever its UUID', async () => {
  const gateway = await startTestGateway();
  const before = await countIntegrations(gateway);
  const catalogue = await gateway.query('{ integrations(filter: { key: "akxx" }) { id name } }');

  const { integration, sourceId, connection } = await importConnection(gateway, {
    integrationId: 'cc750323-5a47-4f28-8d8e-30fbbf2ce137',
    integrationKey: 'akxx',
    platformName: 'NetSuite, as it is called elsewhere',
  });

  expect(integration).toMatchObject({ ...catalogue.data.integrations[0], key: 'akxx' });
  expect(integration).toMatchObject({ name: 'Oracle NetSuite' });
  expect(sourceId).toBe(connection.sourceId);
  expect(await countIntegrations(gateway)).toBe(before);
});

test('an integration that is not known is added by its own UUID, not enabled', async () => {
  const gateway = await startTestGateway();

  const { integration, connection } = await importConnection(gateway, unknownPlatform);

  expect(integration).toEqual({
    id: connection.integrationId,
    key: 'zzzz',
    name: 'Homegrown Books',
    sourceType: 'ACCOUNTING',
    sourceId: connection.sourceId,
    enabled: false,
  });
});

test('no new connection can be made to an integration that an import added', async () => {
  const gateway = await startTestGateway();
  const { record } = await importConnection(gateway, unknownPlatform);

  const { message } = await change(gateway, 'createConnection', {
    companyId: record.id,
    integrationKey: 'zzzz',
  });

  expect(message).toBe('integrationKey must be the key of an integration in the catalogue');
});

test('an integration without a key is known by its UUID', async () => {
  const gateway = await startTestGateway();
  const given = { ...unknownPlatform, integrationKey: null, integrationId: randomUUID() };

  const first = await importConnection(gateway, given);
  const before = await countIntegrations(gateway);
  const second = await importConnection(gateway, { ...given, platformName: 'Renamed' });

  expect(first.integration).toMatchObject({ id: given.integrationId, key: null });
  expect(second.integration).toEqual(first.integration);
  expect(await countIntegrations(gateway)).toBe(before);
});

test('two UUIDs with one key that is not in the catalogue are one integration', async () => {
  const gateway = await startTestGateway();

  const first = await importConnection(gateway, unknownPlatform);
  const second = await importConnection(gateway, unknownPlatform);

  expect(second.integration).toEqual(first.integration);
});

test('a later record fills in the key that an integration lacks', async () => {
  const gateway = await startTestGateway();
  const integrationId = randomUUID();
  const first = await importConnection(gateway, {
    ...unknownPlatform,
    integrationId,
    integrationKey: null,
  });

  const second = await importConnection(gateway, { ...unknownPlatform, integrationId });

  expect(second.integration).toEqual({ ...first.integration, key: 'zzzz' });
  expect(await askIntegration(gateway, first.connection.id)).toMatchObject({
    integration: { id: integrationId, key: 'zzzz' },
  });
});

test('one record adds an integration and fills in its key', async () => {
  const gateway = await startTestGateway();
  const integrationId = randomUUID();
  const given = { ...unknownPlatform, sourceType: 'Commerce', integrationId };
  const without = connectionRecord({ ...given, integrationKey: null });

  await gateway.import([companyRecord({ dataConnections: [without, connectionRecord(given)] })]);

  expect(await askIntegration(gateway, without.id)).toMatchObject({
    integration: { id: integrationId, key: 'zzzz' },
  });
});

test('a key that is known already is not replaced by another one', async () => {
  const gateway = await startTestGateway();
  const integrationId = randomUUID();
  const first = await importConnection(gateway, { ...unknownPlatform, integrationId });

  const second = await importConnection(gateway, {
    ...unknownPlatform,
    integrationId,
    integrationKey: 'yyyy',
  });

  expect(second.integration).toEqual(first.integration);
});

// The first exports of a system may lack the key. They must not block later exports that have it.
test('a connection that came without the key of a known integration can be imported with it', async () => {
  const gateway = await startTestGateway();
  const { record, connection } = await importConnection(gateway, { integrationKey: null });

  const { connections } = await gateway.import([
    { ...record, dataConnections: [{ ...connection, integrationKey: 'gbol' }] },
  ]);

  expect(connections).toEqual(counts({ unchanged: 1 }));
});

test('a known connection keeps its integration when a file names none that is known', async () => {
  const gateway = await startTestGateway();
  const { record, connection } = await importConnection(gateway, {});
  const before = await countIntegrations(gateway);
  const given = { ...connection, integrationId: randomUUID(), integrationKey: null };

  const { connections } = await gateway.import([{ ...record, dataConnections: [given] }]);

  expect(connections).toEqual(counts({ unchanged: 1 }));
  expect(await countIntegrations(gateway)).toBe(before);
});

test('a known connection does not go over to the integration of a UUID that is known', async () => {
  const gateway = await startTestGateway();
  const other = await importConnection(gateway, unknownPlatform);
  const { record, connection } = await importConnection(gateway, {});
  const { integrationId } = other.connection;
  const given = { ...connection, integrationId, integrationKey: null };

  const { connections } = await gateway.import([{ ...record, dataConnections: [given] }]);

  expect(connections).toEqual(counts({ refused: 1 }));
});
