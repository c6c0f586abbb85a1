import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { connectionStatuses } from '../../src/domain/status.ts';
import { sourceTypes } from '../../src/domain/source-type.ts';
import { createRawDatabase, type RawDatabase } from '../support/raw-database.ts';
import { eventRow, insert, type Row } from '../support/raw-rows.ts';

// Rules of src/domain that the database itself enforces, whatever code writes to it.

const upperCaseId = randomUUID().toUpperCase();

/** Inserts a row. The fields that are not given satisfy all rules. */
function insertInto(raw: RawDatabase, table: string, given: Row): void {
  switch (table) {
    case 'companies':
      raw.addCompany(given);
      break;
    case 'integrations':
      raw.addIntegration(given);
      break;
    case 'connections':
      raw.addConnection(given);
      break;
    case 'company_tags':
      insert(raw.db, table, { company_id: raw.addCompany().id, key: 'k', value: 'v', ...given });
      break;
    default:
      insert(raw.db, table, eventRow(raw.addCompany().id, given));
  }
}

const refused: [what: string, table: string, check: string, given: Row][] = [
  ['a company whose id is no UUID', 'companies', 'companies_id', { id: 'short' }],
  ['a company with an id in upper case', 'companies', 'companies_id', { id: upperCaseId }],
  ['a company without a name', 'companies', 'companies_name', { name: '' }],
  ['a name of 201 characters', 'companies', 'companies_name', { name: 'a'.repeat(201) }],
  ['a folded name that is empty', 'companies', 'companies_name_folded', { name_folded: '' }],
  ['a description that is empty', 'companies', 'companies_description', { description: '' }],
  [
    'a description of 4001 characters',
    'companies',
    'companies_description',
    { description: 'a'.repeat(4001) },
  ],
  ['a tag without a key', 'company_tags', 'company_tags_key', { key: '' }],
  ['a tag key of 28 characters', 'company_tags', 'company_tags_key', { key: 'a'.repeat(28) }],
  [
    'a tag value of 101 characters',
    'company_tags',
    'company_tags_value',
    { value: 'a'.repeat(101) },
  ],
  ['an integration whose id is no UUID', 'integrations', 'integrations_id', { id: upperCaseId }],
  ['an integration key that is empty', 'integrations', 'integrations_key', { key: '' }],
  [
    'an integration key of 51 characters',
    'integrations',
    'integrations_key',
    { key: 'a'.repeat(51) },
  ],
  ['an integration without a name', 'integrations', 'integrations_name', { name: '' }],
  [
    'an integration name of 201 characters',
    'integrations',
    'integrations_name',
    { name: 'a'.repeat(201) },
  ],
  [
    'an integration of an unknown source type',
    'integrations',
    'integrations_source_type',
    { source_type: 'ACCOUNTING' },
  ],
  [
    'an integration whose source id is no UUID',
    'integrations',
    'integrations_source_id',
    { source_id: upperCaseId },
  ],
  ['an integration enabled by half', 'integrations', 'integrations_enabled', { enabled: 2 }],
  ['a connection with an id in upper case', 'connections', 'connections_id', { id: upperCaseId }],
  [
    'a connection whose source id is no UUID',
    'connections',
    'connections_source_id',
    { source_id: 'short' },
  ],
  [
    'a connection of an unknown source type',
    'connections',
    'connections_source_type',
    { source_type: 'Fax' },
  ],
  ['a connection in an unknown status', 'connections', 'connections_status', { status: 'Deleted' }],
  ['an event with an id in upper case', 'events', 'events_id', { id: upperCaseId }],
  ['an event of an unknown type', 'events', 'events_type', { type: 'company.sold' }],
  [
    "a connection's event without a connection",
    'events',
    'events_subject',
    { type: 'connection.created' },
  ],
  [
    "a company's event with a connection",
    'events',
    'events_subject',
    { connection_id: randomUUID() },
  ],
  ['an event from an unknown status', 'events', 'events_from_status', { from_status: 'LINKED' }],
  ['an event to an unknown status', 'events', 'events_to_status', { to_status: 'Deleted' }],
  ['an event without an actor', 'events', 'events_actor', { actor: '' }],
  ['an actor of 101 characters', 'events', 'events_actor', { actor: 'a'.repeat(101) }],
  ['a reason that is empty', 'events', 'events_reason', { reason: '' }],
  ['a reason of 1001 characters', 'events', 'events_reason', { reason: 'a'.repeat(1001) }],
];

test.for(refused)('%s is refused', async ([, table, check, given]) => {
  const raw = await createRawDatabase();

  expect(() => insertInto(raw, table, given)).toThrow(`CHECK constraint failed: ${check}`);
});

const accepted: [what: string, table: string, given: Row][] = [
  ['a name of 200 emoji', 'companies', { name: '😀'.repeat(200) }],
  ['a description of 4000 characters', 'companies', { description: 'a'.repeat(4000) }],
  ['the longest tag there can be', 'company_tags', { key: 'a'.repeat(27), value: 'a'.repeat(100) }],
  ['a tag without a value', 'company_tags', { value: '' }],
  [
    'the longest integration there can be',
    'integrations',
    { key: 'a'.repeat(50), name: 'a'.repeat(200), enabled: 0 },
  ],
  [
    'the longest event there can be',
    'events',
    { actor: 'a'.repeat(100), reason: 'a'.repeat(1000) },
  ],
  ...sourceTypes.map((source_type): [string, string, Row] => [
    `a connection of the source type ${source_type}`,
    'connections',
    { source_type },
  ]),
  ...connectionStatuses.map((status): [string, string, Row] => [
    `a connection that is ${status}`,
    'connections',
    { status },
  ]),
];

test.for(accepted)('%s is accepted', async ([, table, given]) => {
  const raw = await createRawDatabase();

  expect(() => insertInto(raw, table, given)).not.toThrow();
});

test.for([
  ['companies', { created: 'yesterday' }],
  ['connections', { last_sync: '2024-01-01' }],
  ['events', { at: 1.5 }],
] as [string, Row][])('a moment in %s must be a whole number: %o', async ([table, given]) => {
  const raw = await createRawDatabase();

  expect(() => insertInto(raw, table, given)).toThrow(/cannot store (?:TEXT|REAL) value/);
});

test.for([
  ['companies', 'name'],
  ['companies', 'created'],
  ['integrations', 'source_id'],
  ['connections', 'status'],
  ['events', 'actor'],
] as const)('a row of %s without %s is refused', async ([table, column]) => {
  const raw = await createRawDatabase();

  expect(() => insertInto(raw, table, { [column]: null })).toThrow(
    `NOT NULL constraint failed: ${table}.${column}`,
  );
});

test.for([
  ['companies', 'id'],
  ['integrations', 'id'],
  ['connections', 'id'],
  ['events', 'id'],
] as const)('two rows of %s with one %s are refused', async ([table, column]) => {
  const raw = await createRawDatabase();
  const id = randomUUID();
  insertInto(raw, table, { [column]: id });

  expect(() => insertInto(raw, table, { [column]: id })).toThrow(
    `UNIQUE constraint failed: ${table}.${column}`,
  );
});

test('two integrations with one key are refused, but any number have none', async () => {
  const { addIntegration } = await createRawDatabase();
  addIntegration();
  addIntegration();
  addIntegration({ key: 'mine' });

  expect(() => addIntegration({ key: 'mine' })).toThrow(
    'UNIQUE constraint failed: integrations.key',
  );
});
