import { randomBytes, randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { createRawDatabase, type RawDatabase } from '../support/raw-database.ts';
import { insert, type Row } from '../support/raw-rows.ts';

// Rules on the records of linking that the database itself enforces, whatever code writes to it.

const credentialsRow = (connection_id: string, given: Row = {}): Row => ({
  connection_id,
  version: 1,
  key_id: 'a key',
  jwe: 'sealed',
  expires: null,
  renew_at: null,
  failures: 0,
  ...given,
});

function run({ db }: RawDatabase, sql: string, ...values: unknown[]) {
  return () => db.prepare(sql).run(...values);
}

async function linked() {
  const raw = await createRawDatabase();
  const { id, company_id } = raw.addConnection({ status: 'Linked' });
  insert(raw.db, 'credentials', credentialsRow(id));
  return { ...raw, id, company_id };
}

test.for(['PendingAuth', 'Unlinked', 'Deauthorized'])(
  'a connection that is %s has no credentials',
  async (status) => {
    const { db, addConnection } = await createRawDatabase();
    const { id } = addConnection({ status });

    expect(() => insert(db, 'credentials', credentialsRow(id))).toThrow(
      'only a Linked connection has credentials',
    );
  },
);

test('a connection that is deleted has no credentials', async () => {
  const { db, addConnection } = await createRawDatabase();
  const { id } = addConnection({ status: 'Linked', deleted_at: 1 });

  expect(() => insert(db, 'credentials', credentialsRow(id))).toThrow('only a Linked connection');
});

test.for([
  `UPDATE connections SET status = 'Unlinked'`,
  `UPDATE connections SET status = 'Deauthorized'`,
  `UPDATE connections SET deleted_at = 1`,
])('credentials are erased before: %s', async (sql) => {
  const raw = await linked();

  expect(run(raw, sql)).toThrow('credentials are erased before');
  raw.db.exec('DELETE FROM credentials');
  expect(run(raw, sql)).not.toThrow();
});

const keep = 'UPDATE credentials SET kept_until = 9';

test('credentials that are kept may be of a Deauthorized connection', async () => {
  const raw = await linked();
  raw.db.exec(keep);

  expect(run(raw, `UPDATE connections SET status = 'Deauthorized'`)).not.toThrow();
});

test.for([
  [keep, `UPDATE connections SET status = 'Unlinked'`],
  [keep, 'UPDATE connections SET deleted_at = 1'],
  [
    `${keep}; UPDATE connections SET status = 'Deauthorized'`,
    `UPDATE connections SET status = 'Linked'`,
  ],
  [
    `${keep}; UPDATE connections SET status = 'Deauthorized'`,
    'UPDATE connections SET deleted_at = 1',
  ],
] as const)('credentials that are kept are erased before: %s; %s', async ([before, sql]) => {
  const raw = await linked();
  raw.db.exec(before);

  expect(run(raw, sql)).toThrow('credentials are erased before');
  raw.db.exec('DELETE FROM credentials');
  expect(run(raw, sql)).not.toThrow();
});

test('credentials that are kept are not used again', async () => {
  const raw = await linked();
  raw.db.exec(keep);

  expect(run(raw, 'UPDATE credentials SET kept_until = NULL')).toThrow('erased, not used again');
});

test('credentials stay with their connection', async () => {
  const raw = await linked();
  const other = raw.addConnection({ status: 'Linked' });

  expect(run(raw, 'UPDATE credentials SET connection_id = ?', other.id)).toThrow('stay with');
});

test.for<[string, string]>([
  ['failures = -1', 'credentials_failures'],
  [`lease_owner = 'somebody'`, 'credentials_lease'],
  ['lease_until = 1', 'credentials_lease'],
])('credentials with %s are refused', async ([change, rule]) => {
  expect(run(await linked(), `UPDATE credentials SET ${change}`)).toThrow(rule);
});

test('a revocation has a lower-case id, a connection, and an owner with its lease', async () => {
  const raw = await linked();
  const row = { connection_id: raw.id, key_id: 'k', jwe: 's', queued: 1, next: 1, failures: 0 };
  const add = (given: Row) => () =>
    insert(raw.db, 'revocations', { id: randomUUID(), ...row, ...given });

  expect(add({ id: 'ABC' })).toThrow('revocations_id');
  expect(add({ connection_id: randomUUID() })).toThrow('FOREIGN KEY');
  expect(add({ failures: -1 })).toThrow('revocations_failures');
  expect(add({ lease_until: 5 })).toThrow('revocations_lease');
  expect(add({})).not.toThrow();
});

test('a link stays with the browser that took it up', async () => {
  const raw = await linked();
  const hash = randomBytes(32);
  run(
    raw,
    'INSERT INTO links VALUES (?, ?, ?, 0, 9, NULL, NULL, NULL)',
    hash,
    raw.company_id,
    raw.id,
  )();
  const take = (browser: Buffer | null) => run(raw, 'UPDATE links SET browser = ?', browser);
  const [one, other] = [randomBytes(32), randomBytes(32)];

  expect(take(Buffer.from('short'))).toThrow('links_browser');
  expect(take(one)).not.toThrow();
  expect(take(one)).not.toThrow();
  expect(take(other)).toThrow('a link stays with the browser');
  expect(take(null)).toThrow('a link stays with the browser');
});

test('an authorization is answered once and ends once, after it was answered', async () => {
  const raw = await linked();
  run(
    raw,
    `INSERT INTO authorizations (id, state_hash, company_id, connection_id, browser,
       allow_different_account, key_id, secrets, expires) VALUES (?, ?, ?, ?, ?, 0, 'k', 's', 9)`,
    randomUUID(),
    randomBytes(32),
    raw.company_id,
    raw.id,
    randomBytes(32),
  )();
  const end = run(raw, 'UPDATE authorizations SET status_code = 200');
  const answer = run(raw, 'UPDATE authorizations SET answered = 5');

  expect(end).toThrow('authorizations_ended');
  expect(answer).not.toThrow();
  expect(answer).toThrow('an authorization is answered once');
  expect(end).not.toThrow();
  expect(end).toThrow('an authorization ends once');
});

test('an account at a platform has a name of 1 to 255 characters', async () => {
  const raw = await linked();
  const add = (account: string) =>
    run(raw, 'INSERT INTO provider_accounts VALUES (?, ?)', raw.id, account);

  expect(add('')).toThrow('provider_accounts_account');
  expect(add('a'.repeat(256))).toThrow('provider_accounts_account');
  expect(add('a'.repeat(255))).not.toThrow();
});

test('granted scopes are a JSON list of at most 100, and go with their connection', async () => {
  const raw = await linked();
  const add = (scopes: string) =>
    run(raw, 'INSERT INTO granted_scopes VALUES (?, ?)', raw.id, scopes);
  const count = raw.db.prepare('SELECT count(*) FROM granted_scopes').pluck();

  expect(add(JSON.stringify(Array(101).fill('a')))).toThrow('granted_scopes_scopes');
  expect(add(JSON.stringify(['a'.repeat(5000)]))).toThrow('granted_scopes_scopes');
  expect(add('read write')).toThrow('malformed JSON');
  expect(add('["read","write"]')).not.toThrow();
  raw.db.exec(`DELETE FROM credentials; UPDATE connections SET status = 'Unlinked'`);
  expect(count.get()).toBe(1);
  raw.db.exec('UPDATE connections SET deleted_at = 1');
  expect(count.get()).toBe(0);
});
