import { expect, test } from 'vitest';
import type { ConnectionId } from '../../src/domain/id.ts';
import type { SourceType } from '../../src/domain/source-type.ts';
import {
  actionsBetween,
  allowedActions,
  decide,
  isActive,
  type ConnectionStatus,
  type Situation,
} from '../../src/domain/status.ts';

const rival = 'b0a1c2d3-0000-4000-8000-000000000001' as ConnectionId;

function situation(
  status: ConnectionStatus,
  { sourceType = 'Accounting', activeRival }: Partial<Situation> = {},
): Situation {
  return { status, sourceType, activeRival };
}

test.for([
  ['PendingAuth', 'authorize', 'Linked', 'connection.connected'],
  ['PendingAuth', 'delete', null, 'connection.deleted'],
  ['Linked', 'authorize', 'Linked', 'connection.reconnected'],
  ['Linked', 'unlink', 'Unlinked', 'connection.disconnected'],
  ['Linked', 'deauthorize', 'Deauthorized', 'connection.disconnected'],
  ['Linked', 'delete', null, 'connection.deleted'],
  ['Deauthorized', 'authorize', 'Linked', 'connection.reconnected'],
  ['Deauthorized', 'delete', null, 'connection.deleted'],
  ['Unlinked', 'authorize', 'Linked', 'connection.reconnected'],
  ['Unlinked', 'delete', null, 'connection.deleted'],
] as const)('decide: from %s, %s leads to %s by a %s', ([from, action, to, event]) => {
  expect(decide(action, situation(from))).toEqual({ ok: true, value: { from, to, event } });
});

test.for([
  ['PendingAuth', 'unlink'],
  ['PendingAuth', 'deauthorize'],
  ['Deauthorized', 'unlink'],
  ['Deauthorized', 'deauthorize'],
  ['Unlinked', 'unlink'],
  ['Unlinked', 'deauthorize'],
] as const)('decide: from %s, %s is refused', ([from, action]) => {
  expect(decide(action, situation(from))).toEqual({ ok: false, error: { kind: 'InvalidStatus' } });
});

test.for([
  ['Accounting', 'PendingAuth'],
  ['Accounting', 'Deauthorized'],
  ['Accounting', 'Unlinked'],
  ['BankFeed', 'PendingAuth'],
  ['BankFeed', 'Deauthorized'],
  ['BankFeed', 'Unlinked'],
] as const)(
  'decide: authorizing a second %s connection, %s, is refused with the active one',
  ([sourceType, status]) => {
    const second = situation(status, { sourceType, activeRival: rival });

    expect(decide('authorize', second)).toEqual({
      ok: false,
      error: { kind: 'ActiveConnectionExists', rival },
    });
  },
);

test.for<[SourceType]>([['Banking'], ['Commerce'], ['Expense'], ['Other'], ['Unknown']])(
  'decide: a company may have any number of active %s connections',
  ([sourceType]) => {
    const second = situation('Unlinked', { sourceType, activeRival: rival });

    expect(decide('authorize', second)).toMatchObject({ ok: true, value: { to: 'Linked' } });
  },
);

test('decide: what ends or stays inactive is permitted beside an active connection', () => {
  const second = situation('PendingAuth', { activeRival: rival });

  expect(decide('delete', second)).toMatchObject({ ok: true, value: { to: null } });
});

test.for<[ConnectionStatus, string[], string[]]>([
  ['PendingAuth', ['authorize', 'delete'], ['delete']],
  ['Linked', ['authorize', 'unlink', 'delete'], ['unlink', 'delete']],
  ['Deauthorized', ['authorize', 'delete'], ['delete']],
  ['Unlinked', ['authorize', 'delete'], ['delete']],
])('allowedActions: %s permits %j, and %j beside a rival', ([status, alone, besideRival]) => {
  expect(allowedActions(situation(status))).toEqual(alone);
  expect(allowedActions(situation(status, { activeRival: rival }))).toEqual(besideRival);
});

test.for<[ConnectionStatus, boolean]>([
  ['PendingAuth', false],
  ['Linked', true],
  ['Deauthorized', false],
  ['Unlinked', false],
])('isActive: of %s is %s', ([status, active]) => {
  expect(isActive(status)).toBe(active);
});

test.for<[ConnectionStatus, ConnectionStatus, string[] | undefined]>([
  ['PendingAuth', 'PendingAuth', []],
  ['PendingAuth', 'Linked', ['authorize']],
  ['PendingAuth', 'Deauthorized', ['authorize', 'deauthorize']],
  ['PendingAuth', 'Unlinked', ['authorize', 'unlink']],
  ['Linked', 'PendingAuth', undefined],
  ['Linked', 'Linked', []],
  ['Linked', 'Deauthorized', ['deauthorize']],
  ['Linked', 'Unlinked', ['unlink']],
  ['Deauthorized', 'PendingAuth', undefined],
  ['Deauthorized', 'Linked', ['authorize']],
  ['Deauthorized', 'Deauthorized', []],
  ['Deauthorized', 'Unlinked', ['authorize', 'unlink']],
  ['Unlinked', 'PendingAuth', undefined],
  ['Unlinked', 'Linked', ['authorize']],
  ['Unlinked', 'Deauthorized', ['authorize', 'deauthorize']],
  ['Unlinked', 'Unlinked', []],
])('actionsBetween: from %s to %s lead %j', ([from, to, actions]) => {
  expect(actionsBetween(from, to)).toEqual(actions);
});
