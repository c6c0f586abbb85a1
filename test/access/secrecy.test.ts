import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ask, bearer, makeApiKey } from '../support/callers.ts';
import { captureLog } from '../support/captured-log.ts';
import { temporaryFolder } from '../support/folder.ts';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { spawnGateway } from '../support/process.ts';
import { inDatabase } from '../support/rows.ts';

const createdBy = async (gateway: { url: string }) => {
  const { data } = await ask(gateway, {
    query:
      'mutation { createApiKey(input: { name: "first", scope: ADMIN }) { ... on CreateApiKeyPayload { secret } } }',
  });
  return data.createApiKey.secret as string;
};

/** Returns the bytes of a database on the disk: its file and its write-ahead log. */
function bytesOf(file: string): Buffer {
  const files = [file, `${file}-wal`].filter((it) => existsSync(it));
  return Buffer.concat(files.map((it) => readFileSync(it)));
}

test('the secret of a key is kept only as its SHA-256', async () => {
  const gateway = await startTestGateway();

  const secret = await createdBy(gateway);

  const stored = bytesOf(gateway.file);
  expect(stored.includes(createHash('sha256').update(secret).digest())).toBe(true);
  expect(stored.includes(secret)).toBe(false);
  expect(stored.includes(secret.slice(-43))).toBe(false);
  expect(stored.includes(Buffer.from(secret.slice(-43), 'base64url'))).toBe(false);
});

test('the secret of a key is in no line of the log and in no output, however much is logged', async () => {
  const file = join(await temporaryFolder(), 'test.db');
  const gateway = await spawnGateway(file, { LOG_LEVEL: 'trace' });
  const secret = await createdBy(gateway);
  await ask(gateway, { query: '{ companies { totalCount } }', headers: bearer(secret) });
  await ask(gateway, { query: '{ nonsense', headers: bearer(secret) });
  await ask(gateway, { query: '{ apiKeys { id } }', headers: bearer(`${secret}A`) });
  await fetch(`${gateway.url}/nowhere`, { headers: bearer(secret) });

  gateway.child.kill('SIGTERM');
  const { stdout, stderr } = await gateway.finished;

  expect(stderr.match(/"msg":"request"/g)).toHaveLength(5);
  expect(`${stdout}${stderr}`).not.toContain(secret.slice(-43));
});

const lastUsed = async ({ store }: TestGateway) => (await store.apiKeys.all())[0]?.lastUsed ?? null;

test('the last use of a key is recorded', async () => {
  const gateway = await startTestGateway();
  const { secret } = await makeApiKey(gateway);
  expect(await lastUsed(gateway)).toBeNull();
  const before = Date.now();

  await ask(gateway, { query: '{ __typename }', headers: bearer(secret) });

  await expect.poll(() => lastUsed(gateway)).toBeGreaterThanOrEqual(before);
});

test('an attempt with a forged key is no use of it', async () => {
  const gateway = await startTestGateway();
  const { prefix } = await makeApiKey(gateway);
  const forged = `cnx_${prefix}_${'A'.repeat(43)}`;

  await ask(gateway, { query: '{ __typename }', headers: bearer(forged) });

  await gateway.store.transact(async () => {});
  expect(await lastUsed(gateway)).toBeNull();
});

/** Counts the updates of `last_used` once everything queued is written. */
async function usesRecorded(gateway: TestGateway): Promise<number> {
  await gateway.store.transact(async () => {});
  const update = 'update "api_keys" set "last_used"';
  return gateway.takeStatements().filter((sql) => sql.startsWith(update)).length;
}

test('the last use of a key is recorded at most once a minute', async () => {
  const gateway = await startTestGateway();
  const { secret } = await makeApiKey(gateway);
  const use = () => ask(gateway, { query: '{ __typename }', headers: bearer(secret) });

  await Promise.all(Array.from({ length: 10 }, use));
  await use();

  expect(await usesRecorded(gateway)).toBe(1);
});

test.for([
  [61, 1],
  [50, 0],
] as const)(
  'the use of a key that another process recorded %i seconds ago is recorded %i times',
  async ([seconds, times]) => {
    const gateway = await startTestGateway();
    const { id, secret } = await makeApiKey(gateway);
    inDatabase(gateway.file, (db) =>
      db
        .prepare('UPDATE api_keys SET last_used = ? WHERE id = ?')
        .run(Date.now() - seconds * 1000, id),
    );

    await ask(gateway, { query: '{ __typename }', headers: bearer(secret) });

    expect(await usesRecorded(gateway)).toBe(times);
  },
);

test('the log names the caller by the id of its key', async () => {
  const log = captureLog();
  const gateway = await startTestGateway({ logger: log.logger });
  const { id, secret } = await makeApiKey(gateway);

  await ask(gateway, { query: '{ __typename }', headers: bearer(secret) });

  await expect.poll(() => log.requests()).toHaveLength(1);
  expect(log.requests()[0]).toHaveProperty('caller', id);
});
