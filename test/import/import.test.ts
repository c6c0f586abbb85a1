import { expect, test } from 'vitest';
import { countRows, rowsOf } from '../support/stored.ts';
import { startTestGateway } from '../support/gateway.ts';
import { counts, importInto } from '../support/import.ts';
import { companyRecord, connectionRecord } from '../support/records.ts';
import { askCompany } from './ask-company.ts';

test('an import creates companies with their connections', async () => {
  const gateway = await startTestGateway();
  const connection = connectionRecord();
  const record = companyRecord({
    description: 'Sells anvils',
    tags: { region: 'EMEA', number: '17' },
    dataConnections: [connection],
  });

  const summary = await gateway.import([record]);

  expect(summary).toEqual({
    companies: counts({ created: 1 }),
    connections: counts({ created: 1 }),
    ending: 'complete',
  });
  expect(await askCompany(gateway, record.id)).toEqual({
    name: 'Acme Trading Ltd',
    description: 'Sells anvils',
    tags: [
      { key: 'number', value: '17' },
      { key: 'region', value: 'EMEA' },
    ],
    created: '2024-01-01T00:00:00.000Z',
    lastSync: '2024-05-06T07:08:09.123Z',
    connections: [
      {
        id: connection.id,
        status: 'LINKED',
        sourceType: 'ACCOUNTING',
        sourceId: connection.sourceId,
        platformName: 'Xero',
        lastSync: '2024-05-06T07:08:09.123Z',
        created: '2024-01-02T03:04:05.000Z',
        history: {
          nodes: [
            { type: 'CONNECTION_CREATED', fromStatus: null, toStatus: 'LINKED', actor: 'import' },
          ],
        },
      },
    ],
  });
});

test('the same records again change nothing and add no event', async () => {
  const gateway = await startTestGateway();
  const records = [
    companyRecord({ tags: { b: '2', a: '1' }, description: 'Two\nlines' }),
    companyRecord({
      dataConnections: [
        connectionRecord({ status: 'PendingAuth', lastSync: null }),
        connectionRecord({ status: 'Unlinked' }),
        connectionRecord({ sourceType: 'Expense', status: 'Deauthorized' }),
        connectionRecord({ status: 'Linked' }),
      ],
    }),
  ];
  await gateway.import(records);
  const before = rowsOf(gateway.file, 'SELECT * FROM events');

  const summary = await gateway.import(records);

  expect(summary).toEqual({
    companies: counts({ unchanged: 2 }),
    connections: counts({ unchanged: 4 }),
    ending: 'complete',
  });
  expect(before).toHaveLength(6);
  expect(rowsOf(gateway.file, 'SELECT * FROM events')).toEqual(before);
});

test('a newer record changes the name, the description and the tags with one event', async () => {
  const gateway = await startTestGateway();
  const record = companyRecord({
    description: 'Old',
    tags: { kept: '1', changed: '2', gone: '3' },
  });
  await gateway.import([record]);

  const { companies } = await gateway.import([
    { ...record, name: 'Zenith', description: 'New', tags: { kept: '1', changed: '20', new: '4' } },
  ]);

  expect(companies).toEqual(counts({ updated: 1 }));
  expect(await askCompany(gateway, record.id)).toMatchObject({
    name: 'Zenith',
    description: 'New',
    tags: [
      { key: 'changed', value: '20' },
      { key: 'kept', value: '1' },
      { key: 'new', value: '4' },
    ],
  });
  const events = rowsOf(gateway.file, 'SELECT type, actor FROM events ORDER BY sequence');
  expect(events).toEqual([
    { type: 'company.created', actor: 'import' },
    { type: 'company.updated', actor: 'import' },
  ]);
});

test('what a newer record does not mention stays as it is', async () => {
  const gateway = await startTestGateway();
  const record = companyRecord({
    description: 'Kept',
    tags: { kept: '1' },
    dataConnections: [connectionRecord()],
  });
  await gateway.import([record]);
  const before = await askCompany(gateway, record.id);

  const { companies } = await gateway.import([{ id: record.id, name: record.name }]);

  expect(companies).toEqual(counts({ unchanged: 1 }));
  expect(await askCompany(gateway, record.id)).toEqual(before);
});

test('a description of null and empty tags clear what was there', async () => {
  const gateway = await startTestGateway();
  const record = companyRecord({ description: 'Gone', tags: { gone: '1' } });
  await gateway.import([record]);

  await gateway.import([{ ...record, description: null, tags: {} }]);

  expect(await askCompany(gateway, record.id)).toMatchObject({ description: null, tags: [] });
});

test('a connection that a newer record lacks stays, and one that it adds is created', async () => {
  const gateway = await startTestGateway();
  const [kept, added] = [connectionRecord(), connectionRecord({ sourceType: 'Banking' })];
  const record = companyRecord({ dataConnections: [kept] });
  await gateway.import([record]);

  const summary = await gateway.import([{ ...record, dataConnections: [added] }]);

  expect(summary.companies).toEqual(counts({ unchanged: 1 }));
  expect(summary.connections).toEqual(counts({ created: 1 }));
  const { connections } = await askCompany(gateway, record.id);
  expect(connections.map(({ id }: { id: string }) => id).toSorted()).toEqual(
    [kept.id, added.id].toSorted(),
  );
});

test('fields that are not known are ignored', async () => {
  const gateway = await startTestGateway();
  const connection = { ...connectionRecord(), linkUrl: 'https://elsewhere.example', additional: 1 };
  const record = companyRecord({ dataConnections: [connection] });

  const { companies } = await gateway.import([
    { ...record, redirect: 'https://elsewhere.example', platform: '', products: [{ deep: [] }] },
  ]);

  expect(companies).toEqual(counts({ created: 1 }));
});

test('when a company and a connection were created never changes', async () => {
  const gateway = await startTestGateway();
  const connection = connectionRecord();
  const record = companyRecord({ dataConnections: [connection] });
  await gateway.import([record]);

  const created = '2020-02-02T02:02:02Z';
  const summary = await gateway.import([
    { ...record, created, dataConnections: [{ ...connection, created }] },
  ]);

  expect(summary.companies).toEqual(counts({ unchanged: 1 }));
  expect(summary.connections).toEqual(counts({ unchanged: 1 }));
  expect(await askCompany(gateway, record.id)).toMatchObject({
    created: '2024-01-01T00:00:00.000Z',
    connections: [{ created: '2024-01-02T03:04:05.000Z' }],
  });
});

test('an id names the same thing in upper and in lower case', async () => {
  const gateway = await startTestGateway();
  const connection = connectionRecord();
  const record = companyRecord({ dataConnections: [connection] });
  await gateway.import([record]);

  const summary = await gateway.import([
    {
      ...record,
      id: record.id.toUpperCase(),
      dataConnections: [{ ...connection, id: connection.id.toUpperCase() }],
    },
  ]);

  expect(summary.companies).toEqual(counts({ unchanged: 1 }));
  expect(summary.connections).toEqual(counts({ unchanged: 1 }));
});

test('the second record of a company in one import updates it', async () => {
  const gateway = await startTestGateway();
  const record = companyRecord();

  const { companies } = await gateway.import([
    record,
    { ...record, name: 'Later' },
    { ...record, name: 'Later' },
  ]);

  expect(companies).toEqual(counts({ created: 1, updated: 1, unchanged: 1 }));
  expect(await askCompany(gateway, record.id)).toMatchObject({ name: 'Later' });
  expect(countRows(gateway.file, 'companies')).toBe(1);
});

test('a refused record leaves nothing behind, and those around it go in', async () => {
  const gateway = await startTestGateway();
  const bad = companyRecord({
    dataConnections: [
      connectionRecord({ integrationKey: null }),
      connectionRecord({ status: 'Sleeping' }),
    ],
  });
  const [before, after] = [companyRecord(), companyRecord()];

  const summary = await importInto(gateway, [before, bad, after]);

  expect(summary).toMatchObject({
    companies: counts({ created: 2, refused: 1 }),
    connections: counts({ refused: 2 }),
    refused: [{ place: 'line 2', id: bad.id }],
  });
  expect(await askCompany(gateway, bad.id)).toBeNull();
  expect(countRows(gateway.file, 'companies')).toBe(2);
  expect(countRows(gateway.file, 'connections')).toBe(0);
  expect(countRows(gateway.file, 'events')).toBe(2);
});
