import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { startTestGateway } from '../support/gateway.ts';
import { counts, importInto } from '../support/import.ts';
import { companyRecord, connectionRecord } from '../support/records.ts';
import { askCompany } from './ask-company.ts';

/** Makes a company with one connection to this integration. */
function connectedTo(integration: { integrationId: string; integrationKey: string | null }) {
  return companyRecord({ dataConnections: [connectionRecord(integration)] });
}

// Records are looked up in groups. A record that refers to earlier records of the file must see their effects.

test('a company that is given again in one file is created, then updated, then left alone', async () => {
  const gateway = await startTestGateway();
  const record = companyRecord({ dataConnections: [connectionRecord({ status: 'PendingAuth' })] });
  const linked = record.dataConnections.map((it) => ({ ...it, status: 'Linked' }));
  const later = { ...record, name: 'Later', dataConnections: linked };

  const { companies, connections } = await importInto(gateway, [record, later, later]);

  expect(companies).toEqual(counts({ created: 1, updated: 1, unchanged: 1 }));
  expect(connections).toEqual(counts({ created: 1, updated: 1, unchanged: 1 }));
  expect(await askCompany(gateway, record.id)).toMatchObject({
    name: 'Later',
    connections: [{ status: 'LINKED' }],
  });
});

test('a record that is refused claims no id', async () => {
  const gateway = await startTestGateway();
  const record = companyRecord({ dataConnections: [connectionRecord()] });
  const refused = { ...record, id: randomUUID(), name: '' };

  const { companies } = await importInto(gateway, [refused, record]);

  expect(companies).toEqual(counts({ created: 1, refused: 1 }));
});

test('a company may have the id of an integration that no record brings in', async () => {
  const gateway = await startTestGateway();
  const integrationId = randomUUID();
  const dataConnections = [connectionRecord({ integrationId, integrationKey: 'gbol' })];

  const { companies } = await importInto(gateway, [
    companyRecord({ dataConnections }),
    companyRecord({ id: integrationId }),
  ]);

  expect(companies).toEqual(counts({ created: 2 }));
});

test('a company cannot have the id of an integration that an earlier record brings in', async () => {
  const gateway = await startTestGateway();
  const integrationId = randomUUID();
  const dataConnections = [connectionRecord({ integrationId, integrationKey: 'zzzz' })];

  const { refused } = await importInto(gateway, [
    companyRecord({ dataConnections }),
    companyRecord({ id: integrationId }),
  ]);

  expect(refused).toMatchObject([
    { place: 'line 2', reason: 'id must not be the id of an integration' },
  ]);
});

test('an integration that one record brings in and another gives a key is found by both', async () => {
  const gateway = await startTestGateway();
  const integrationId = randomUUID();
  const { companies } = await importInto(gateway, [
    connectedTo({ integrationId, integrationKey: null }),
    connectedTo({ integrationId, integrationKey: 'zzzz' }),
    connectedTo({ integrationId: randomUUID(), integrationKey: 'zzzz' }),
  ]);

  expect(companies).toEqual(counts({ created: 3 }));
  const found = await gateway.store.integrations.all({ key: 'zzzz' });
  expect(found.map(({ id }) => id)).toEqual([integrationId]);
  expect(await gateway.store.connections.count({ integrationKey: 'zzzz' })).toBe(3);
});
