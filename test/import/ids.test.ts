import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { change } from '../support/change.ts';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { counts, importInto } from '../support/import.ts';
import { companyRecord, connectionRecord } from '../support/records.ts';

/** Imports a record between two valid ones, which must be imported. Returns the reason for which it was rejected. */
async function reasonToRefuse(gateway: TestGateway, record: { id: string }) {
  const { companies, refused } = await importInto(gateway, [
    companyRecord(),
    record,
    companyRecord(),
  ]);
  expect(companies).toEqual(counts({ created: 2, refused: 1 }));
  expect(refused).toEqual([{ place: 'line 2', id: record.id, reason: expect.any(String) }]);
  return refused[0]?.reason;
}

async function anIntegrationId(gateway: TestGateway): Promise<string> {
  const { data } = await gateway.query('{ integrations(filter: { key: "gbol" }) { id } }');
  return data.integrations[0].id;
}

test('the id of a connection cannot name a company', async () => {
  const gateway = await startTestGateway();
  const { connectionId } = await gateway.withCompany({ connections: [{}] });

  expect(await reasonToRefuse(gateway, companyRecord({ id: connectionId }))).toBe(
    'id must not be the id of a connection',
  );
});

test('the id of an integration cannot name a company', async () => {
  const gateway = await startTestGateway();
  const id = await anIntegrationId(gateway);

  expect(await reasonToRefuse(gateway, companyRecord({ id }))).toBe(
    'id must not be the id of an integration',
  );
});

test('the id of a company cannot name a connection', async () => {
  const gateway = await startTestGateway();
  const { companyId } = await gateway.withCompany();
  const record = companyRecord({ dataConnections: [connectionRecord({ id: companyId })] });

  expect(await reasonToRefuse(gateway, record)).toBe(
    'dataConnections[0].id must not be the id of a company',
  );
});

test('the id of an integration cannot name a connection', async () => {
  const gateway = await startTestGateway();
  const id = await anIntegrationId(gateway);
  const record = companyRecord({ dataConnections: [connectionRecord({ id })] });

  expect(await reasonToRefuse(gateway, record)).toBe(
    'dataConnections[0].id must not be the id of an integration',
  );
});

test('the id of a company cannot name an integration', async () => {
  const gateway = await startTestGateway();
  const { companyId } = await gateway.withCompany();
  const record = companyRecord({
    dataConnections: [connectionRecord({ integrationId: companyId, integrationKey: null })],
  });

  expect(await reasonToRefuse(gateway, record)).toBe(
    'dataConnections[0].integrationId must not be the id of a company',
  );
});

test('one id cannot name a company and its connection', async () => {
  const gateway = await startTestGateway();
  const id = randomUUID();
  const record = companyRecord({ id, dataConnections: [connectionRecord({ id })] });

  expect(await reasonToRefuse(gateway, record)).toBe(
    'dataConnections[0].id must not be the id of a company',
  );
});

test('one id cannot name a connection and an integration that the record brings', async () => {
  const gateway = await startTestGateway();
  const id = randomUUID();
  const connection = connectionRecord({ id, integrationId: id, integrationKey: 'zzzz' });

  expect(await reasonToRefuse(gateway, companyRecord({ dataConnections: [connection] }))).toBe(
    'dataConnections[0].integrationId must not be the id of a connection',
  );
});

test('a connection cannot be given twice in one record, in upper case neither', async () => {
  const gateway = await startTestGateway();
  const connection = connectionRecord();
  const again = { ...connection, id: connection.id.toUpperCase() };
  const record = companyRecord({ dataConnections: [connection, again] });

  expect(await reasonToRefuse(gateway, record)).toBe(
    'dataConnections[1].id must not appear twice in one record',
  );
});

test("another company's connection cannot be taken over", async () => {
  const gateway = await startTestGateway();
  const { connectionId } = await gateway.withCompany({ connections: [{}] });
  const record = companyRecord({ dataConnections: [connectionRecord({ id: connectionId })] });

  expect(await reasonToRefuse(gateway, record)).toBe(
    "dataConnections[0].id must not be the id of another company's connection",
  );
});

test("another company's connection of the same file cannot be taken over", async () => {
  const gateway = await startTestGateway();
  const dataConnections = [connectionRecord()];
  const [owner, other] = [companyRecord({ dataConnections }), companyRecord({ dataConnections })];

  const { companies, refused } = await importInto(gateway, [owner, other]);

  expect(companies).toEqual(counts({ created: 1, refused: 1 }));
  expect(refused[0]?.id).toBe(other.id);
});

test('a company that was deleted does not come back', async () => {
  const gateway = await startTestGateway();
  const { companyId } = await gateway.withCompany({ connections: [{}] });
  await change(gateway, 'deleteCompany', { companyId });

  expect(await reasonToRefuse(gateway, companyRecord({ id: companyId }))).toBe(
    'id must not be the id of a deleted company',
  );
});

test('a connection that was deleted does not come back, and the rest of its record goes in', async () => {
  const gateway = await startTestGateway();
  const { companyId, connectionId } = await gateway.withCompany({ connections: [{}] });
  await change(gateway, 'deleteConnection', { companyId, connectionId });
  const record = companyRecord({
    id: companyId,
    name: 'Newer',
    dataConnections: [connectionRecord({ id: connectionId }), connectionRecord()],
  });

  const { companies, connections } = await gateway.import([record]);

  expect(companies).toEqual(counts({ updated: 1 }));
  expect(connections).toEqual(counts({ unchanged: 1, created: 1 }));
  const { data } = await gateway.query('query Gone($id: ID!) { connection(id: $id) { id } }', {
    id: connectionId,
  });
  expect(data.connection).toBeNull();
});

test("another company's connection that was deleted cannot be taken over", async () => {
  const gateway = await startTestGateway();
  const { companyId, connectionId } = await gateway.withCompany({ connections: [{}] });
  await change(gateway, 'deleteConnection', { companyId, connectionId });
  const record = companyRecord({ dataConnections: [connectionRecord({ id: connectionId })] });

  expect(await reasonToRefuse(gateway, record)).toBe(
    "dataConnections[0].id must not be the id of another company's connection",
  );
});

test('the id of a deleted connection cannot name a company', async () => {
  const gateway = await startTestGateway();
  const { companyId, connectionId } = await gateway.withCompany({ connections: [{}] });
  await change(gateway, 'deleteConnection', { companyId, connectionId });

  expect(await reasonToRefuse(gateway, companyRecord({ id: connectionId }))).toBe(
    'id must not be the id of a connection',
  );
});
