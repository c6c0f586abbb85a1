import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { connectionStatuses, type ConnectionStatus } from '../../src/domain/status.ts';
import { createRawDatabase, type RawDatabase } from '../support/raw-database.ts';
import { eventRow, insert, type Row } from '../support/raw-rows.ts';

// Rules of src/domain that the database itself enforces, whatever code writes to it.

const now = Date.UTC(2024, 5, 1);

function update(
  { db }: RawDatabase,
  table: 'companies' | 'connections',
  id: string,
  change: Row,
): void {
  const sets = Object.keys(change).map((column) => `${column} = @${column}`);
  db.prepare(`UPDATE ${table} SET ${sets.join(', ')} WHERE id = @where`).run({
    ...change,
    where: id,
  });
}

test.for(['Accounting', 'BankFeed'])(
  'a company has at most one active %s connection',
  async (source_type) => {
    const raw = await createRawDatabase();
    const rival = raw.addConnection({ source_type, status: 'Linked' });
    const given = { source_type, company_id: rival.company_id };
    const pending = raw.addConnection({ ...given, status: 'PendingAuth' });

    expect(() => raw.addConnection({ ...given, status: 'Linked' })).toThrow('UNIQUE');
    expect(() => update(raw, 'connections', pending.id, { status: 'Linked' })).toThrow('UNIQUE');
  },
);

test.for(['Banking', 'Commerce', 'Expense', 'Other', 'Unknown'])(
  'a company has any number of active %s connections',
  async (source_type) => {
    const { addConnection } = await createRawDatabase();
    const first = addConnection({ source_type, status: 'Linked' });

    expect(() =>
      addConnection({ source_type, status: 'Linked', company_id: first.company_id }),
    ).not.toThrow();
  },
);

test('two companies have an active Accounting connection each', async () => {
  const { addConnection } = await createRawDatabase();
  addConnection({ status: 'Linked' });

  expect(() => addConnection({ status: 'Linked' })).not.toThrow();
});

test('a company has an active Accounting and an active BankFeed connection', async () => {
  const { addConnection } = await createRawDatabase();
  const { company_id } = addConnection({ source_type: 'Accounting', status: 'Linked' });

  expect(() =>
    addConnection({ source_type: 'BankFeed', status: 'Linked', company_id }),
  ).not.toThrow();
});

test('a deleted connection makes room for another active one', async () => {
  const raw = await createRawDatabase();
  const first = raw.addConnection({ status: 'Linked' });
  update(raw, 'connections', first.id, { deleted_at: now });

  expect(() => raw.addConnection({ status: 'Linked', company_id: first.company_id })).not.toThrow();
});

type Pair = [from: ConnectionStatus, to: ConnectionStatus];

const moves: Pair[] = [
  ['PendingAuth', 'Linked'],
  ['Linked', 'Unlinked'],
  ['Linked', 'Deauthorized'],
  ['Unlinked', 'Linked'],
  ['Deauthorized', 'Linked'],
];
const noMoves = connectionStatuses
  .flatMap((from) => connectionStatuses.map((to): Pair => [from, to]))
  .filter(([from, to]) => from !== to && !moves.some((move) => move[0] === from && move[1] === to));

test.for(moves)('a connection moves from %s to %s', async ([from, to]) => {
  const raw = await createRawDatabase();
  const { id } = raw.addConnection({ status: from });

  expect(() => update(raw, 'connections', id, { status: to })).not.toThrow();
});

test.for(noMoves)('a connection never moves from %s to %s', async ([from, to]) => {
  const raw = await createRawDatabase();
  const { id } = raw.addConnection({ status: from });

  expect(() => update(raw, 'connections', id, { status: to })).toThrow(
    'a connection cannot move between these statuses',
  );
});

test.for([
  ['id', randomUUID()],
  ['company_id', randomUUID()],
  ['integration_id', randomUUID()],
  ['source_type', 'Banking'],
  ['created', 0],
] as const)('the %s of a connection never changes', async ([column, value]) => {
  const raw = await createRawDatabase();
  const { id } = raw.addConnection();

  expect(() => update(raw, 'connections', id, { [column]: value })).toThrow(
    'what a connection is of never changes',
  );
});

test.for([
  ['serial', 99],
  ['id', randomUUID()],
  ['created', 0],
] as const)('the %s of a company never changes', async ([column, value]) => {
  const raw = await createRawDatabase();
  const { id } = raw.addCompany();

  expect(() => update(raw, 'companies', id, { [column]: value })).toThrow(
    'what a company is never changes',
  );
});

test.for<Row>([
  { status: 'Unlinked' },
  { last_sync: now },
  { deleted_at: null },
  { deleted_at: 1 },
])('a deleted connection never changes: %o', async (change) => {
  const raw = await createRawDatabase();
  const { id } = raw.addConnection({ status: 'Linked' });
  update(raw, 'connections', id, { deleted_at: now });

  expect(() => update(raw, 'connections', id, change)).toThrow(
    'a deleted connection never changes',
  );
});

test.for<Row>([{ name: 'Zenith' }, { deleted_at: null }, { deleted_at: 1 }])(
  'a deleted company never changes: %o',
  async (change) => {
    const raw = await createRawDatabase();
    const { id } = raw.addCompany();
    update(raw, 'companies', id, { deleted_at: now });

    expect(() => update(raw, 'companies', id, change)).toThrow('a deleted company never changes');
  },
);

test('a deleted company gets no connection', async () => {
  const raw = await createRawDatabase();
  const { id } = raw.addCompany();
  update(raw, 'companies', id, { deleted_at: now });

  expect(() => raw.addConnection({ company_id: id })).toThrow(
    'a deleted company gets no connection',
  );
});

test.for(connectionStatuses)(
  'a company with a live connection that is %s is not deleted',
  async (status) => {
    const raw = await createRawDatabase();
    const { company_id } = raw.addConnection({ status });

    expect(() => update(raw, 'companies', company_id, { deleted_at: now })).toThrow(
      'a company is deleted after its connections',
    );
  },
);

test('a company whose connections are deleted is deleted', async () => {
  const raw = await createRawDatabase();
  const { id, company_id } = raw.addConnection();
  update(raw, 'connections', id, { deleted_at: now });

  expect(() => update(raw, 'companies', company_id, { deleted_at: now })).not.toThrow();
});

test('an event never changes', async () => {
  const { db, addCompany } = await createRawDatabase();
  const { id } = insert(db, 'events', eventRow(addCompany().id));

  expect(() => db.prepare('UPDATE events SET reason = ? WHERE id = ?').run('other', id)).toThrow(
    'an event never changes',
  );
});

test('an event is never removed', async () => {
  const { db, addCompany } = await createRawDatabase();
  insert(db, 'events', eventRow(addCompany().id));

  expect(() => db.exec('DELETE FROM events')).toThrow('an event is never removed');
});

test('a company has at most ten tags', async () => {
  const { db, addCompany } = await createRawDatabase();
  const { id } = addCompany();
  const addTag = (number: number) =>
    insert(db, 'company_tags', { company_id: id, key: `key ${number}`, value: '' });
  for (let number = 1; number <= 10; number += 1) addTag(number);

  expect(() => addTag(11)).toThrow('a company has at most 10 tags');
});

test('a company has each tag once', async () => {
  const { db, addCompany } = await createRawDatabase();
  const { id } = addCompany();
  insert(db, 'company_tags', { company_id: id, key: 'region', value: 'north' });

  expect(() =>
    insert(db, 'company_tags', { company_id: id, key: 'region', value: 'south' }),
  ).toThrow('UNIQUE');
});
