import { expect, test } from 'vitest';
import { ask } from '../support/ask.ts';
import { change, storedEvents } from '../support/change.ts';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { companyRecord, connectionRecord } from '../support/records.ts';
import { shared } from '../support/lifetime.ts';

const sharedGateway = shared(() => startTestGateway());

// An import reports statuses that connections reached elsewhere.

type Given = Parameters<typeof connectionRecord>[0];

/** Imports a company with the given connections. Returns a function that reports them again with other statuses. */
async function withReported(gateway: TestGateway, ...given: Given[]) {
  const dataConnections = given.map((it) => connectionRecord(it));
  const company = companyRecord({ dataConnections });
  await gateway.import([company]);
  const report = (...statuses: string[]) =>
    gateway.import([
      {
        ...company,
        dataConnections: dataConnections.map((it, at) => ({
          ...it,
          status: statuses[at] ?? it.status,
        })),
      },
    ]);
  return { companyId: company.id, connectionIds: dataConnections.map(({ id }) => id), report };
}

async function statusesOf(gateway: TestGateway, id: string): Promise<string[]> {
  const { company } = await ask(gateway, 'company(id: $id) { connections { status } }', { id });
  return company.connections.map(({ status }: { status: string }) => status);
}

async function historyOf(gateway: TestGateway, id = ''): Promise<string[]> {
  const events = 'history { nodes { type fromStatus toStatus actor } }';
  const { connection } = await ask(gateway, `connection(id: $id) { ${events} }`, { id });
  return connection.history.nodes.map((event: Record<string, string | null>) =>
    [event['type'], event['fromStatus'], event['toStatus'], event['actor']].join(' '),
  );
}

const connected = 'CONNECTION_CONNECTED PENDING_AUTH LINKED import';
const unlinked = 'CONNECTION_DISCONNECTED LINKED UNLINKED import';
const deauthorized = 'CONNECTION_DISCONNECTED LINKED DEAUTHORIZED import';
const relinked = 'CONNECTION_RECONNECTED UNLINKED LINKED import';
const reauthorized = 'CONNECTION_RECONNECTED DEAUTHORIZED LINKED import';

test.for<[string, string, string, string[]]>([
  ['PendingAuth', 'Linked', 'LINKED', [connected]],
  ['PendingAuth', 'Unlinked', 'UNLINKED', [connected, unlinked]],
  ['PendingAuth', 'Deauthorized', 'DEAUTHORIZED', [connected, deauthorized]],
  ['Linked', 'Unlinked', 'UNLINKED', [unlinked]],
  ['Linked', 'Deauthorized', 'DEAUTHORIZED', [deauthorized]],
  ['Unlinked', 'Linked', 'LINKED', [relinked]],
  ['Deauthorized', 'Linked', 'LINKED', [reauthorized]],
])(
  'a connection that was %s and is reported as %s takes each step on the way',
  async ([from, to, shown, steps]) => {
    const gateway = sharedGateway();
    const { companyId, connectionIds, report } = await withReported(gateway, { status: from });

    const { connections } = await report(to);

    expect(connections).toEqual({ created: 0, updated: 1, unchanged: 0, refused: 0 });
    expect(await statusesOf(gateway, companyId)).toEqual([shown]);
    const [, ...history] = await historyOf(gateway, connectionIds[0]);
    expect(history).toEqual(steps);
  },
);

test.for([
  ['PendingAuth', 'PENDING_AUTH'],
  ['Linked', 'LINKED'],
  ['Unlinked', 'UNLINKED'],
  ['Deauthorized', 'DEAUTHORIZED'],
] as const)('a connection that is reported as %s again stays as it is', async ([status, shown]) => {
  const gateway = sharedGateway();
  const { companyId, report } = await withReported(gateway, { status });
  const before = storedEvents(gateway);

  const { connections } = await report(status);

  expect(connections).toEqual({ created: 0, updated: 0, unchanged: 1, refused: 0 });
  expect(await statusesOf(gateway, companyId)).toEqual([shown]);
  expect(storedEvents(gateway)).toEqual(before);
});

test.for([
  ['Linked', 'LINKED'],
  ['Unlinked', 'UNLINKED'],
  ['Deauthorized', 'DEAUTHORIZED'],
] as const)(
  'a connection that was %s never waits for authorization again',
  async ([from, shown]) => {
    const gateway = sharedGateway();
    const { companyId, report } = await withReported(gateway, { status: from });
    const before = storedEvents(gateway);

    const { connections } = await report('PendingAuth');

    expect(connections).toEqual({ created: 0, updated: 0, unchanged: 0, refused: 1 });
    expect(await statusesOf(gateway, companyId)).toEqual([shown]);
    expect(storedEvents(gateway)).toEqual(before);
  },
);

test.for(['PendingAuth', 'Linked', 'Unlinked', 'Deauthorized'] as const)(
  'a deleted connection that is reported as %s stays deleted',
  async (status) => {
    const gateway = sharedGateway();
    const { companyId, connectionIds, report } = await withReported(gateway, { status: 'Linked' });
    await change(gateway, 'deleteConnection', { companyId, connectionId: connectionIds[0] });
    const before = storedEvents(gateway);

    const { connections } = await report(status);

    expect(connections).toEqual({ created: 0, updated: 0, unchanged: 1, refused: 0 });
    expect(await statusesOf(gateway, companyId)).toEqual([]);
    expect(storedEvents(gateway)).toEqual(before);
  },
);

for (const sourceType of ['Accounting', 'BankFeed']) {
  test.for([
    ['PendingAuth', 'PENDING_AUTH'],
    ['Unlinked', 'UNLINKED'],
    ['Deauthorized', 'DEAUTHORIZED'],
  ] as const)(
    `a second active ${sourceType} connection is refused, %s as it was`,
    async ([status, shown]) => {
      const gateway = sharedGateway();
      const { companyId, report } = await withReported(
        gateway,
        { sourceType, status: 'Linked', created: '2024-01-01' },
        { sourceType, status, created: '2024-01-02' },
      );
      const before = storedEvents(gateway);

      const { connections } = await report('Linked', 'Linked');

      expect(connections).toEqual({ created: 0, updated: 0, unchanged: 0, refused: 2 });
      expect(await statusesOf(gateway, companyId)).toEqual(['LINKED', shown]);
      expect(storedEvents(gateway)).toEqual(before);
    },
  );

  test(`a company exchanges its active ${sourceType} connection for another in one report`, async () => {
    const gateway = sharedGateway();
    const { companyId, report } = await withReported(
      gateway,
      { sourceType, status: 'Unlinked', created: '2024-01-01' },
      { sourceType, status: 'Linked', created: '2024-01-02' },
    );

    await report('Linked', 'Unlinked');

    expect(await statusesOf(gateway, companyId)).toEqual(['LINKED', 'UNLINKED']);
  });
}

test('a second active Commerce connection is welcome', async () => {
  const gateway = sharedGateway();
  const { companyId, report } = await withReported(
    gateway,
    { sourceType: 'Commerce', status: 'Linked' },
    { sourceType: 'Commerce', status: 'PendingAuth' },
  );

  await report('Linked', 'Linked');

  expect(await statusesOf(gateway, companyId)).toEqual(['LINKED', 'LINKED']);
});
