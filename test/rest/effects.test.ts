import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { storedEvents } from '../support/change.ts';
import { inDatabase } from '../support/rows.ts';
import {
  linkedConnection,
  newCompany,
  newConnection,
  refusalOf,
  startRestGateway,
  unlinked,
  type RestGateway,
} from '../support/rest.ts';

// The SDK retries after 5xx, 408 or 429 for up to an hour, without an idempotency key.

/** Removes tables that responses are read from, as in a damaged database. */
function lose({ file }: RestGateway, ...tables: ('company_tags' | 'integrations')[]): void {
  inDatabase(file, (db) => {
    db.pragma('foreign_keys = OFF');
    for (const table of tables) db.exec(`ALTER TABLE ${table} RENAME TO lost_${table}`);
  });
}

test('a change whose answer cannot be made has not happened', async () => {
  const gateway = await startRestGateway();
  const { sdk } = gateway;
  const linked = await linkedConnection(gateway);
  const waiting = await newConnection(gateway);
  const before = storedEvents(gateway);
  lose(gateway, 'company_tags', 'integrations');

  // Except createConnection, whose response contains only data that was read before the change.
  const failed = [
    sdk.companies.create({ name: 'New' }),
    sdk.companies.update({ ...linked, companyUpdateRequest: { name: 'New' } }),
    sdk.companies.replace({ ...linked, companyRequestBody: { name: 'New' } }),
    sdk.connections.unlink({ ...linked, ...unlinked }),
    sdk.connections.updateAuthorization({ ...waiting, requestBody: { accessToken: 'a' } }),
  ];

  for (const { status } of await Promise.all(failed.map(refusalOf))) expect(status).toBe(500);
  expect(storedEvents(gateway)).toEqual(before);
});

test('what has no answer is deleted even then', async () => {
  const gateway = await startRestGateway();
  const ref = await linkedConnection(gateway);
  lose(gateway, 'integrations');

  await gateway.sdk.connections.delete(ref);
  await gateway.sdk.companies.delete(ref);

  expect(await gateway.store.companies.count({})).toBe(0);
});

test('a change that has begun is answered as made, however long it had to wait', async () => {
  const gateway = await startRestGateway({ env: { OPERATION_TIMEOUT_MS: '100' } });
  const held = new AbortController();
  onTestFinished(() => held.abort());
  void gateway.store.transact(() => once(held.signal, 'abort'));

  const creating = gateway.sdk.companies.create({ name: 'Patient' });
  await wait(400);
  held.abort();

  expect((await creating).name).toBe('Patient');
});

const create = (gateway: RestGateway, key: string, name = 'Acme') =>
  gateway.raw({
    method: 'POST',
    path: '/companies',
    headers: { 'idempotency-key': key },
    body: { name },
  });

test('a request that is repeated with its Idempotency-Key changes nothing', async () => {
  const gateway = await startRestGateway();
  const { redirect, ...first } = (await create(gateway, 'key-1')).json();

  const { redirect: another, ...second } = (await create(gateway, 'key-1')).json();

  expect(second).toEqual(first);
  // A link is secret and never stored: the second response has a new one, which works too.
  expect(another).not.toBe(redirect);
  expect((await fetch(another)).status).toBe(200);
  expect(storedEvents(gateway)).toHaveLength(1);
  expect(
    inDatabase(gateway.file, (db) =>
      db.prepare('SELECT answer FROM idempotent_answers').pluck().all(),
    ),
  ).toEqual([expect.not.stringContaining('code=')]);
});

test('a refusal is an answer, too', async () => {
  const gateway = await startRestGateway();
  const ref = await newConnection(gateway);
  const unlink = () =>
    gateway.raw({
      method: 'PATCH',
      path: `/companies/${ref.companyId}/connections/${ref.connectionId}`,
      headers: { 'idempotency-key': 'key-1' },
      body: { status: 'Unlinked' },
    });
  const first = await unlink();
  await gateway.sdk.connections.updateAuthorization({ ...ref, requestBody: { accessToken: 'a' } });

  const second = await unlink();

  expect([first.status, second.status]).toEqual([409, 409]);
  expect(second.json().error).toBe(first.json().error);
  expect((await gateway.sdk.connections.get(ref)).status).toBe('Linked');
});

test('a deletion is repeated by its key', async () => {
  const gateway = await startRestGateway();
  const { companyId } = await newCompany(gateway);
  const remove = (key: string) =>
    gateway.raw({
      method: 'DELETE',
      path: `/companies/${companyId}`,
      headers: { 'idempotency-key': key },
    });

  expect((await remove('key-1')).status).toBe(204);
  expect((await remove('key-1')).status).toBe(204);
  expect((await remove('key-2')).status).toBe(404);
});

test('a key that came with another request is refused', async () => {
  const gateway = await startRestGateway();
  const { id } = (await create(gateway, 'key-1')).json();

  const others = [
    await create(gateway, 'key-1', 'Other'),
    await gateway.raw({
      method: 'PUT',
      path: `/companies/${id}`,
      headers: { 'idempotency-key': 'key-1' },
      body: { name: 'Acme' },
    }),
  ];

  expect(others.map(({ status }) => status)).toEqual([422, 422]);
  expect(storedEvents(gateway)).toHaveLength(1);
});

test('a malformed key is refused', async () => {
  const gateway = await startRestGateway();

  expect((await create(gateway, 'a b')).status).toBe(400);
  expect(storedEvents(gateway)).toEqual([]);
});
