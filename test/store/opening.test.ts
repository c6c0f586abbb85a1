import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { catalogue } from '../../src/catalogue/catalogue.ts';
import type { Connection } from '../../src/domain/connection.ts';
import {
  newId,
  type CompanyId,
  type ConnectionId,
  type IntegrationId,
} from '../../src/domain/id.ts';
import { temporaryFolder } from '../support/folder.ts';
import { postQuery, startTestGateway } from '../support/gateway.ts';
import { runCommand, spawnGateway } from '../support/process.ts';
import { amount } from '../support/soak.ts';
import { openDatabase, openNewStore, openTestStore } from '../support/store-file.ts';
import { until } from '../support/until.ts';

async function newFile(): Promise<string> {
  return join(await temporaryFolder(), 'test.db');
}

test('a store has both of its connections wait for the disk at every commit', async () => {
  const statements: string[] = [];

  await openTestStore(await newFile(), (sql) => statements.push(sql));

  // Only a connection itself shows the setting, so the test looks at the statements that set it and read it back.
  expect(statements.filter((sql) => sql.startsWith('PRAGMA synchronous'))).toEqual([
    'PRAGMA synchronous = FULL',
    'PRAGMA synchronous',
    'PRAGMA synchronous = FULL',
    'PRAGMA synchronous',
  ]);
});

test('a store keeps its file in WAL mode', async () => {
  const file = await newFile();

  await openNewStore(file);

  expect(openDatabase(file).pragma('journal_mode', { simple: true })).toBe('wal');
});

test('a store that has just migrated its file enforces foreign keys', async () => {
  const store = await openNewStore(await newFile());
  const [integration] = await store.integrations.all({});
  const orphan: Connection = {
    id: newId<ConnectionId>(),
    companyId: newId<CompanyId>(),
    integrationId: integration?.id ?? newId<IntegrationId>(),
    sourceId: integration?.sourceId ?? newId(),
    sourceType: 'Accounting',
    status: 'PendingAuth',
    lastSync: null,
    created: 0,
  };

  const creation = store.transact((tx) =>
    tx.connections.create(orphan, { actor: 'a test', at: 0 }),
  );

  await expect(creation).rejects.toThrow('FOREIGN KEY constraint failed');
});

test('two gateways that start together on one new file share it', async () => {
  const file = await newFile();

  const [one, other] = await Promise.all([spawnGateway(file), spawnGateway(file)]);

  const create = 'mutation { createCompany(input: { name: "Shared" }) { __typename } }';
  await postQuery(one.url, create);
  const { data } = await postQuery(
    other.url,
    '{ companies { nodes { name } } integrations { key } }',
  );
  expect(data).toEqual({
    companies: { nodes: [{ name: 'Shared' }] },
    integrations: expect.toSatisfy((all: unknown[]) => all.length === catalogue().length),
  });
});

/** Starts a process that opens the files that it is sent. It ends with the test. */
async function startOpener(): Promise<ChildProcess> {
  const opener = fork(new URL('../support/opener.ts', import.meta.url), {
    execArgv: ['--import', 'tsx'],
  });
  onTestFinished(() => {
    opener.kill('SIGKILL');
  });
  await once(opener, 'message');
  return opener;
}

test('processes that open one new file at the same moment all succeed', async () => {
  const folder = await temporaryFolder();
  const openers = await Promise.all([startOpener(), startOpener()]);
  const failures: unknown[] = [];

  // Many rounds: the processes conflict only at some moments.
  const rounds = amount({ usual: 12, soak: 50 });
  for (let round = 0; round < rounds; round += 1) {
    const answers = openers.map((opener) => once(opener, 'message'));
    const file = join(folder, `${round}.db`);
    const at = Date.now() + 5;
    for (const opener of openers) opener.send({ file, at });
    for (const [outcome] of await Promise.all(answers)) {
      if (outcome !== 'opened') failures.push(outcome);
    }
  }

  expect(failures).toEqual([]);
});

test.for(['', '-wal'])(
  'a gateway that was killed once its new file%s was there starts again',
  async (suffix) => {
    const file = await newFile();
    const { child, finished } = runCommand([], {
      env: { DATABASE_URL: `file:${file}`, PORT: '0' },
    });
    await until('it creates the file', () => existsSync(`${file}${suffix}`));
    child.kill('SIGKILL');
    await finished;

    const { url } = await startTestGateway({ file });

    const { data } = await postQuery<{ integrations: unknown[] }>(url, '{ integrations { key } }');
    expect(data.integrations).toHaveLength(catalogue().length);
    expect(openDatabase(file).pragma('integrity_check', { simple: true })).toBe('ok');
  },
);
