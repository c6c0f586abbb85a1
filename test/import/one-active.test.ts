import { expect, test } from 'vitest';
import { change } from '../support/change.ts';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { counts, importInto } from '../support/import.ts';
import { companyRecord, connectionRecord } from '../support/records.ts';
import { askCompany } from './ask-company.ts';

async function statuses(gateway: TestGateway, companyId: string): Promise<Record<string, string>> {
  const { connections } = await askCompany(gateway, companyId);
  return Object.fromEntries(
    connections.map(({ id, status }: { id: string; status: string }) => [id, status]),
  );
}

test.for(['Accounting', 'BankFeed'])(
  'a record with two active %s connections is refused with that reason',
  async (sourceType) => {
    const gateway = await startTestGateway();
    const record = companyRecord({
      dataConnections: [connectionRecord({ sourceType }), connectionRecord({ sourceType })],
    });

    const { refused } = await importInto(gateway, [record]);

    expect(refused).toEqual([
      {
        place: 'line 1',
        id: record.id,
        reason: `dataConnections[1].status must not be Linked: the company has another active ${sourceType} connection and can have only one`,
      },
    ]);
    expect(await askCompany(gateway, record.id)).toBeNull();
  },
);

test('a second active accounting connection in a later record is refused with that reason', async () => {
  const gateway = await startTestGateway();
  const first = connectionRecord();
  const record = companyRecord({ dataConnections: [first] });
  await gateway.import([record]);

  const { refused } = await importInto(gateway, [
    { ...record, dataConnections: [connectionRecord()] },
  ]);

  expect(refused[0]?.reason).toBe(
    'dataConnections[0].status must not be Linked: the company has another active Accounting connection and can have only one',
  );
  expect(await statuses(gateway, record.id)).toEqual({ [first.id]: 'LINKED' });
});

test('a pending accounting connection that becomes Linked beside an active one is refused', async () => {
  const gateway = await startTestGateway();
  const [active, pending] = [connectionRecord(), connectionRecord({ status: 'PendingAuth' })];
  const record = companyRecord({ dataConnections: [active, pending] });
  await gateway.import([record]);

  const { refused } = await importInto(gateway, [
    { ...record, dataConnections: [{ ...pending, status: 'Linked' }] },
  ]);

  expect(refused).toHaveLength(1);
  expect(await statuses(gateway, record.id)).toEqual({
    [active.id]: 'LINKED',
    [pending.id]: 'PENDING_AUTH',
  });
});

test.for(['Banking', 'Commerce', 'Expense', 'Other', 'Unknown'])(
  'a company may have two active %s connections',
  async (sourceType) => {
    const gateway = await startTestGateway();
    const record = companyRecord({
      dataConnections: [connectionRecord({ sourceType }), connectionRecord({ sourceType })],
    });

    const { connections } = await gateway.import([record]);

    expect(connections).toEqual(counts({ created: 2 }));
  },
);

test.for(['before', 'after'] as const)(
  'one record exchanges the active accounting connection for a new one that stands %s it',
  async (where) => {
    const gateway = await startTestGateway();
    const [old, next] = [connectionRecord(), connectionRecord()];
    const record = companyRecord({ dataConnections: [old] });
    await gateway.import([record]);

    const given = { ...old, status: 'Unlinked' };
    const { connections } = await gateway.import([
      { ...record, dataConnections: where === 'before' ? [next, given] : [given, next] },
    ]);

    expect(connections).toEqual(counts({ created: 1, updated: 1 }));
    expect(await statuses(gateway, record.id)).toEqual({
      [old.id]: 'UNLINKED',
      [next.id]: 'LINKED',
    });
  },
);

test('one record exchanges which of two known accounting connections is active', async () => {
  const gateway = await startTestGateway();
  const [old, next] = [connectionRecord(), connectionRecord({ status: 'Deauthorized' })];
  const record = companyRecord({ dataConnections: [old, next] });
  await gateway.import([record]);

  const { connections } = await gateway.import([
    {
      ...record,
      dataConnections: [
        { ...next, status: 'Linked' },
        { ...old, status: 'Deauthorized' },
      ],
    },
  ]);

  expect(connections).toEqual(counts({ updated: 2 }));
  expect(await statuses(gateway, record.id)).toEqual({
    [old.id]: 'DEAUTHORIZED',
    [next.id]: 'LINKED',
  });
});

test('the accounting connection can become active after the other one was deleted', async () => {
  const gateway = await startTestGateway();
  const { companyId, connectionId } = await gateway.withCompany({ connections: [{}] });
  await change(gateway, 'deleteConnection', { companyId, connectionId });

  const { connections } = await gateway.import([
    companyRecord({ id: companyId, dataConnections: [connectionRecord()] }),
  ]);

  expect(connections).toEqual(counts({ created: 1 }));
});

// The only path to Unlinked goes through Linked, where there would be two active connections for a moment.
test('a pending accounting connection cannot come to Unlinked beside an active one, and the reason says so', async () => {
  const gateway = await startTestGateway();
  const [active, pending] = [connectionRecord(), connectionRecord({ status: 'PendingAuth' })];
  const record = companyRecord({ dataConnections: [active, pending] });
  await gateway.import([record]);

  const { refused } = await importInto(gateway, [
    { ...record, dataConnections: [active, { ...pending, status: 'Unlinked' }] },
  ]);

  expect(refused[0]?.reason).toMatch(
    /^dataConnections\[1\]\.status must not change from PendingAuth to Unlinked: .*another active/,
  );
  expect(await statuses(gateway, record.id)).toEqual({
    [active.id]: 'LINKED',
    [pending.id]: 'PENDING_AUTH',
  });
});
