import { join } from 'node:path';
import type Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { newId } from '../../src/domain/id.ts';
import { StoreUnavailableError } from '../../src/store/unavailable.ts';
import { aCompany, addCompany, cause } from '../support/domain-records.ts';
import { temporaryFolder } from '../support/folder.ts';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { openDatabase, openTestStore } from '../support/store-file.ts';

// A separate connection plays the part of another process that writes. Waiting for it takes the whole timeout of the
// store, since nothing else in this process can run meanwhile.

/** Takes the write lock of a database, which only one connection can hold. */
function lock(file: string): Database.Database {
  const other = openDatabase(file);
  other.exec('BEGIN IMMEDIATE');
  return other;
}

async function newFile(): Promise<string> {
  return join(await temporaryFolder(), 'test.db');
}

test('a transaction gives up while another process goes on writing', async () => {
  const file = await newFile();
  const store = await openTestStore(file);
  lock(file);
  let began = false;

  const transaction = store.transact(async () => {
    began = true;
  });

  await expect(transaction).rejects.toMatchObject({ why: 'busy' });
  await expect(transaction).rejects.toBeInstanceOf(StoreUnavailableError);
  expect(began).toBe(false);
});

test('a transaction works again once the other process is done', async () => {
  const file = await newFile();
  const store = await openTestStore(file);
  const other = lock(file);
  await expect(addCompany(store)).rejects.toBeInstanceOf(StoreUnavailableError);
  other.exec('ROLLBACK');

  const company = await addCompany(store);

  expect(await store.companies.byIds([company.id])).toEqual([company]);
});

test('reads go on while another process writes, and see what it has committed', async () => {
  const file = await newFile();
  const store = await openTestStore(file);
  const company = await addCompany(store);
  const other = lock(file);
  other.prepare('UPDATE companies SET name = ?').run('Zenith');

  const during = await store.companies.byIds([company.id]);
  other.exec('COMMIT');
  const after = await store.companies.byIds([company.id]);

  expect(during).toEqual([company]);
  expect(after).toEqual([{ ...company, name: 'Zenith' }]);
});

test('a store cannot be opened on a new file while another process goes on writing to it', async () => {
  const file = await newFile();
  lock(file);

  await expect(openTestStore(file)).rejects.toBeInstanceOf(StoreUnavailableError);
});

test('a store opens on its own file while another process goes on writing to it', async () => {
  const file = await newFile();
  const { id } = await addCompany(await openTestStore(file));
  lock(file);

  const second = await openTestStore(file);

  expect(await second.companies.byIds([id])).toHaveLength(1);
});

test('two stores on one file see the changes of each other', async () => {
  const file = await newFile();
  const [one, other] = [await openTestStore(file), await openTestStore(file)];

  const company = await addCompany(one);
  await other.transact((tx) => tx.companies.update(company, { name: 'Zenith' }, cause));

  expect(await one.companies.byIds([company.id])).toEqual([{ ...company, name: 'Zenith' }]);
});

test('a change that breaks a rule of the database undoes the whole transaction', async () => {
  const store = await openTestStore(await newFile());
  const company = aCompany();

  const transaction = store.transact(async (tx) => {
    await tx.companies.create(company, [], cause);
    await tx.companies.create(aCompany({ id: newId(), name: 'a'.repeat(201) }), [], cause);
  });

  await expect(transaction).rejects.toThrow('CHECK constraint failed: companies_name');
  expect(await store.companies.byIds([company.id])).toEqual([]);
});

const create = 'mutation { createCompany(input: { name: "Acme" }) { __typename } }';

function nameOfAll(gateway: TestGateway) {
  return gateway.query('{ companies { nodes { name } } }');
}

test('a mutation answers 503 while another process goes on writing, and changes nothing', async () => {
  const gateway = await startTestGateway();
  lock(gateway.file);

  const { status, headers, data, errors } = await gateway.query(create);

  expect(status).toBe(503);
  expect(headers.get('retry-after')).toBe('1');
  expect(data).toBeNull();
  expect(errors).toMatchObject([
    {
      message: 'The gateway is busy; nothing was changed. Try again later',
      path: ['createCompany'],
      extensions: { code: 'SERVICE_UNAVAILABLE' },
    },
  ]);
  const { data: after } = await nameOfAll(gateway);
  expect(after.companies.nodes).toEqual([]);
});

test('a mutation works again once the other process is done', async () => {
  const gateway = await startTestGateway();
  const other = lock(gateway.file);
  await gateway.query(create);
  other.exec('COMMIT');

  const { status } = await gateway.query(create);

  expect(status).toBe(200);
  const { data } = await nameOfAll(gateway);
  expect(data.companies.nodes).toEqual([{ name: 'Acme' }]);
});

test('a query is answered while another process goes on writing', async () => {
  const gateway = await startTestGateway();
  await gateway.withCompany({ name: 'Acme' });
  lock(gateway.file);

  const { status, data } = await nameOfAll(gateway);

  expect(status).toBe(200);
  expect(data.companies.nodes).toEqual([{ name: 'Acme' }]);
});

test('a mutation that waits for another process does not hold up queries', async () => {
  const gateway = await startTestGateway();
  await gateway.withCompany({ name: 'Acme' });
  const other = lock(gateway.file);
  let isAnswered = false;
  const mutation = gateway.query(create).finally(() => (isAnswered = true));

  const { data } = await nameOfAll(gateway);

  expect(isAnswered).toBe(false);
  expect(data.companies.nodes).toEqual([{ name: 'Acme' }]);
  other.exec('COMMIT');
  expect((await mutation).status).toBe(200);
});
