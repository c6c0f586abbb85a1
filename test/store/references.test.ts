import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { createRawDatabase, type RawDatabase } from '../support/raw-database.ts';
import { eventRow, insert } from '../support/raw-rows.ts';

const unknown = randomUUID();

test.for([
  ['a connection of an unknown company', (it) => it.addConnection({ company_id: unknown })],
  ['a connection to an unknown integration', (it) => it.addConnection({ integration_id: unknown })],
  [
    'a tag of an unknown company',
    (it) => insert(it.db, 'company_tags', { company_id: unknown, key: 'k', value: 'v' }),
  ],
  ['an event of an unknown company', (it) => insert(it.db, 'events', eventRow(unknown))],
  [
    'an event of an unknown connection',
    (it) =>
      insert(
        it.db,
        'events',
        eventRow(it.addCompany().id, { type: 'connection.created', connection_id: unknown }),
      ),
  ],
] as [string, (raw: RawDatabase) => unknown][])('%s is refused', async ([, write]) => {
  const raw = await createRawDatabase();

  expect(() => write(raw)).toThrow('FOREIGN KEY constraint failed');
});

test.for(['companies', 'integrations', 'connections'])(
  'a row of %s that others refer to is not removed',
  async (table) => {
    const { db, addConnection } = await createRawDatabase();
    const connection = addConnection();
    const type = 'connection.created';
    const event = { type, connection_id: connection.id };
    insert(db, 'events', eventRow(connection.company_id, event));

    expect(() => db.exec(`DELETE FROM ${table}`)).toThrow('FOREIGN KEY constraint failed');
  },
);

/** Returns the number of companies that the search index finds by a part of their folded name. */
function found({ db }: RawDatabase, text: string): unknown {
  return db
    .prepare('SELECT count(*) FROM companies_search WHERE companies_search MATCH ?')
    .pluck()
    .get(`"${text}"`);
}

test('the search index has a company as soon as it is inserted', async () => {
  const raw = await createRawDatabase();

  raw.addCompany({ name_folded: 'acme' });

  expect(found(raw, 'cme')).toBe(1);
});

test('the search index follows a new name', async () => {
  const raw = await createRawDatabase();
  raw.addCompany({ name_folded: 'acme' });

  raw.db.exec(`UPDATE companies SET name_folded = 'zenith'`);

  expect(found(raw, 'cme')).toBe(0);
  expect(found(raw, 'nit')).toBe(1);
});

test('the search index forgets a deleted company', async () => {
  const raw = await createRawDatabase();
  raw.addCompany({ name_folded: 'acme' });

  raw.db.exec(`UPDATE companies SET deleted_at = 1`);

  expect(found(raw, 'cme')).toBe(0);
});

test('the search index still knows every company after VACUUM', async () => {
  const raw = await createRawDatabase();
  raw.addCompany({ name_folded: 'gone' });
  raw.db.exec('DELETE FROM companies');
  const { id } = raw.addCompany({ name_folded: 'acme' });

  raw.db.exec('VACUUM');

  const serial = raw.db.prepare('SELECT serial FROM companies WHERE id = ?').pluck().get(id);
  const search = 'SELECT rowid FROM companies_search WHERE companies_search MATCH ?';
  expect(raw.db.prepare(search).pluck().all('"acme"')).toEqual([serial]);
});
