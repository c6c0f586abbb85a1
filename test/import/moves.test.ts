import { expect, test } from 'vitest';
import { countRows } from '../support/stored.ts';
import { change } from '../support/change.ts';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { counts, importInto } from '../support/import.ts';
import { companyRecord, connectionRecord, type ConnectionRecordInput } from '../support/records.ts';
import { inDatabase } from '../support/rows.ts';
import { askCompany } from './ask-company.ts';

/** Imports a company with one connection, and then again with changes to the connection. */
async function importTwice(
  gateway: TestGateway,
  first: Partial<ConnectionRecordInput>,
  then: Partial<ConnectionRecordInput>,
) {
  const connection = connectionRecord(first);
  const record = companyRecord({ dataConnections: [connection] });
  await gateway.import([record]);
  const summary = await importInto(gateway, [
    { ...record, dataConnections: [{ ...connection, ...then }] },
  ]);
  const { connections } = await askCompany(gateway, record.id);
  return { ...summary, record, connection: connections[0] };
}

const authorized = { type: 'CONNECTION_CONNECTED', fromStatus: 'PENDING_AUTH', toStatus: 'LINKED' };
const unlinked = { type: 'CONNECTION_DISCONNECTED', fromStatus: 'LINKED', toStatus: 'UNLINKED' };
const deauthorized = {
  type: 'CONNECTION_DISCONNECTED',
  fromStatus: 'LINKED',
  toStatus: 'DEAUTHORIZED',
};
const authorizedAgain = (fromStatus: string) => ({
  type: 'CONNECTION_RECONNECTED',
  fromStatus,
  toStatus: 'LINKED',
});

test.for([
  ['PendingAuth', 'Linked', [authorized]],
  ['PendingAuth', 'Unlinked', [authorized, unlinked]],
  ['PendingAuth', 'Deauthorized', [authorized, deauthorized]],
  ['Linked', 'Unlinked', [unlinked]],
  ['Linked', 'Deauthorized', [deauthorized]],
  ['Unlinked', 'Linked', [authorizedAgain('UNLINKED')]],
  ['Deauthorized', 'Linked', [authorizedAgain('DEAUTHORIZED')]],
] as const)(
  'a connection goes from %s to %s by the permitted moves, each with its event',
  async ([from, to, moves]) => {
    const gateway = await startTestGateway();

    const { connections, connection } = await importTwice(
      gateway,
      { status: from },
      { status: to },
    );

    expect(connections).toEqual(counts({ updated: 1 }));
    expect(connection.status).toBe(to.toUpperCase());
    expect(connection.history.nodes.slice(1)).toEqual(
      moves.map((move) => ({ ...move, actor: 'import' })),
    );
  },
);

test.for([
  ['Unlinked', 'Deauthorized'],
  ['Deauthorized', 'Unlinked'],
] as const)('a connection that is %s stays so when a record says %s', async ([from, to]) => {
  const gateway = await startTestGateway();

  const { connections, connection } = await importTwice(gateway, { status: from }, { status: to });

  expect(connections).toEqual(counts({ unchanged: 1 }));
  expect(connection.status).toBe(from.toUpperCase());
  expect(connection.history.nodes).toHaveLength(1);
});

test.for(['Linked', 'Unlinked', 'Deauthorized'])(
  'a record that brings a connection from %s back to PendingAuth is refused',
  async (from) => {
    const gateway = await startTestGateway();

    const { refused, connection } = await importTwice(
      gateway,
      { status: from },
      { status: 'PendingAuth' },
    );

    expect(refused[0]?.reason).toBe(
      `dataConnections[0].status must not change from ${from} to PendingAuth`,
    );
    expect(connection.status).toBe(from.toUpperCase());
    expect(connection.history.nodes).toHaveLength(1);
  },
);

test.for([
  ['later', '2024-05-06T07:08:09.124Z', '2024-05-06T07:08:09.124Z'],
  ['earlier', '2024-05-06T07:08:09.122Z', '2024-05-06T07:08:09.123Z'],
  ['null', null, '2024-05-06T07:08:09.123Z'],
] as const)('lastSync only goes forward: %s', async ([, lastSync, shown]) => {
  const gateway = await startTestGateway();

  const { connection } = await importTwice(gateway, {}, { lastSync });

  expect(connection.lastSync).toBe(shown);
});

test('a lastSync in the future that is stored already gives way to that of a record', async () => {
  const gateway = await startTestGateway();
  const connection = connectionRecord();
  const company = companyRecord({ dataConnections: [connection] });
  await gateway.import([company]);
  inDatabase(gateway.file, (db) => db.exec(`UPDATE connections SET last_sync = ${Date.UTC(2099)}`));

  await gateway.import([company]);

  const { data } = await gateway.query(`{ connection(id: "${connection.id}") { lastSync } }`);
  expect(data.connection.lastSync).toBe('2024-05-06T07:08:09.123Z');
});

test('a first lastSync is an update with an event that leaves the status as it is', async () => {
  const gateway = await startTestGateway();

  const { connections, connection } = await importTwice(
    gateway,
    { lastSync: null },
    { lastSync: '2024-05-06T07:08:09Z' },
  );

  expect(connections).toEqual(counts({ updated: 1 }));
  expect(connection.history.nodes[1]).toEqual({
    type: 'CONNECTION_UPDATED',
    fromStatus: 'LINKED',
    toStatus: 'LINKED',
    actor: 'import',
  });
});

test('a newer record changes the information source', async () => {
  const gateway = await startTestGateway();
  const sourceId = '6f2a1c1e-0000-4000-8000-00000000abcd';

  const { connections, connection } = await importTwice(gateway, {}, { sourceId });

  expect(connections).toEqual(counts({ updated: 1 }));
  expect(connection.sourceId).toBe(sourceId);
});

test('a record that changes what kind of source a connection reads from is refused', async () => {
  const gateway = await startTestGateway();

  const { refused } = await importTwice(gateway, {}, { sourceType: 'Commerce' });

  expect(refused[0]?.reason).toBe(
    'dataConnections[0].sourceType must not change: the source type of the connection is Accounting',
  );
});

test('a record that moves a connection to another integration is refused', async () => {
  const gateway = await startTestGateway();

  const { refused } = await importTwice(gateway, {}, { integrationKey: 'exgd' });

  expect(refused[0]?.reason).toBe(
    'dataConnections[0].integrationId must not change: the connection belongs to another integration',
  );
});

test('a record of which one connection is refused changes nothing of the company either', async () => {
  const gateway = await startTestGateway();
  const connection = connectionRecord({ status: 'Unlinked' });
  const record = companyRecord({ dataConnections: [connection] });
  await gateway.import([record]);
  const before = await askCompany(gateway, record.id);
  const events = countRows(gateway.file, 'events');

  const { refused } = await importInto(gateway, [
    {
      ...record,
      name: 'Must not be taken',
      tags: { taken: 'no' },
      dataConnections: [
        connectionRecord({ integrationKey: null }),
        { ...connection, status: 'PendingAuth' },
      ],
    },
  ]);

  expect(refused).toHaveLength(1);
  expect(await askCompany(gateway, record.id)).toEqual(before);
  expect(countRows(gateway.file, 'events')).toBe(events);
});

test.for(['Linked', 'Deauthorized'])(
  'a record that says %s does not bring back what was unlinked here; the rest of it goes in',
  async (status) => {
    const gateway = await startTestGateway();
    const connection = connectionRecord();
    const record = companyRecord({ dataConnections: [connection] });
    await gateway.import([record]);
    const ids = { companyId: record.id, connectionId: connection.id };
    await change(gateway, 'unlinkConnection', ids);
    const given = { ...record, dataConnections: [{ ...connection, status }] };

    const { connections } = await gateway.import([given]);

    expect(connections).toEqual(counts({ unchanged: 1 }));
    for (let second = 10; second < 70; second += 1) {
      const lastSync = new Date(Date.UTC(2024, 5, 1, 0, 0, second)).toISOString();
      await gateway.import([{ ...record, dataConnections: [{ ...connection, lastSync }] }]);
    }
    const after = await askCompany(gateway, record.id);
    expect(after.connections[0].status).toBe('UNLINKED');
    expect(after.connections[0].lastSync).toBe('2024-06-01T00:01:09.000Z');
  },
);
