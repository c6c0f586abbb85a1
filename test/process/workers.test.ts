import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { bearer, makeApiKey } from '../support/callers.ts';
import { temporaryFolder } from '../support/folder.ts';
import { sendJson } from '../support/http.ts';
import type { SpawnedGateway } from '../support/process.ts';
import { inStore } from '../support/rows.ts';
import { until } from '../support/until.ts';
import { openWire } from '../support/wire.ts';
import { allServe, loggedBy, pidsOf, spawnWorkers } from '../support/workers.ts';
import { startIn } from './start-in.ts';

// Each starts three processes or more, which share the cores with the tests beside them.
vi.setConfig({ testTimeout: 120_000 });

const newFile = async () => join(await temporaryFolder(), 'test.db');

const question = { query: '{ __typename }' };
const body = JSON.stringify(question);
const wireRequest = (authorization: string) =>
  `POST /graphql HTTP/1.1\r\nhost: localhost\r\n${authorization}content-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`;

/** Opens a connection that is kept alive; its requests are answered one after the other. */
async function keptAlive(gateway: SpawnedGateway, authorization = '') {
  const wire = await openWire(gateway);
  const answers = () => wire.received().match(/HTTP\/1\.1 \d+/g) ?? [];
  return {
    /** Asks once more; answers the status line. */
    async ask(): Promise<string | undefined> {
      const before = answers().length;
      wire.socket.write(wireRequest(authorization));
      await until('it is answered', () => answers().length > before);
      return answers().at(-1);
    },
  };
}

/** How many requests for a path each worker has answered. */
function answeredBy(gateway: SpawnedGateway, path = '/graphql'): Record<number, number> {
  const counts: Record<number, number> = {};
  for (const line of loggedBy(gateway)) {
    if (line.path !== path || line.worker === undefined) continue;
    counts[line.worker] = (counts[line.worker] ?? 0) + 1;
  }
  return counts;
}

test('all workers serve when the gateway says, once, that it is ready and how many they are', async () => {
  const { welcome, ...gateway } = await startIn(await temporaryFolder(), { WORKERS: '3' });

  expect(welcome.match(/Connexions is ready/g)).toHaveLength(1);
  expect(welcome).toMatch(/^ {2}Workers: 3 processes$/m);
  expect(welcome).toContain('new, with 7 sample companies');
  await allServe(gateway, 3);
  expect(new Set(pidsOf(gateway).keys())).toEqual(new Set([1, 2, 3]));
  const { data } = (await sendJson(gateway.url, { query: '{ companies { totalCount } }' })).json();
  expect(data.companies.totalCount).toBe(7);
});

test('WORKERS=auto is as many as there are cores', async () => {
  const { welcome } = await startIn(await temporaryFolder(), { WORKERS: 'auto' });

  const cores = availableParallelism();
  const workers = /^ {2}Workers: (\d+) processes$/m.exec(welcome)?.[1] ?? '1';
  expect(Number(workers)).toBe(Math.min(cores, 64));
});

test('a gateway of one process has no workers', async () => {
  const { welcome, errorOutput } = await startIn(await temporaryFolder(), { WORKERS: '1' });

  expect(welcome).not.toContain('Workers');
  expect(errorOutput()).toBe('');
});

test('connections that are kept alive are handed to the workers in turn', async () => {
  const gateway = await spawnWorkers(await newFile());

  const connections = [];
  for (let n = 0; n < 6; n += 1) {
    const connection = await keptAlive(gateway);
    await connection.ask();
    connections.push(connection);
  }
  for (const connection of connections) await connection.ask();

  expect(answeredBy(gateway)).toEqual({ 1: 6, 2: 6 });
});

test('a key may send RATE_LIMIT requests a minute to all workers together, and each answer says how many are left', async () => {
  const file = await newFile();
  const { secret } = await inStore(file, (store) => makeApiKey({ store }));
  const gateway = await spawnWorkers(file, { RATE_LIMIT: '10' });

  const answers = await Promise.all(
    Array.from({ length: 24 }, () => sendJson(gateway.url, question, bearer(secret))),
  );

  const remaining = answers
    .filter(({ status }) => status === 200)
    .map(({ headers }) => Number(headers['ratelimit-remaining']));
  expect(remaining.toSorted((a, b) => b - a)).toEqual([9, 8, 7, 6, 5, 4, 3, 2, 1, 0]);
  expect(answers.filter(({ status }) => status === 429)).toHaveLength(14);
  expect(Object.keys(answeredBy(gateway))).toEqual(['1', '2']);
});

test('a key that is revoked by one worker stops working at once in every one', async () => {
  const file = await newFile();
  const [admin, other] = await inStore(file, (store) =>
    Promise.all([makeApiKey({ store }), makeApiKey({ store })]),
  );
  const gateway = await spawnWorkers(file);
  const authorization = `authorization: Bearer ${other?.secret}\r\n`;
  const connections = [
    await keptAlive(gateway, authorization),
    await keptAlive(gateway, authorization),
  ];
  const askAll = () => Promise.all(connections.map((connection) => connection.ask()));
  expect(await askAll()).toEqual(['HTTP/1.1 200', 'HTTP/1.1 200']);

  const revoke = `mutation { revokeApiKey(input: { apiKeyId: "${other?.id}" }) { __typename } }`;
  await sendJson(gateway.url, { query: revoke }, bearer(admin?.secret ?? ''));

  expect(await askAll()).toEqual(['HTTP/1.1 401', 'HTTP/1.1 401']);
  expect(Object.keys(answeredBy(gateway))).toEqual(['1', '2']);
});
