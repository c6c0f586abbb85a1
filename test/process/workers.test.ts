import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import { bearer, makeApiKey, type TestKey } from '../support/callers.ts';
import { temporaryFolder } from '../support/folder.ts';
import { send, sendJson } from '../support/http.ts';
import { shared } from '../support/lifetime.ts';
import { inStore } from '../support/rows.ts';
import { until } from '../support/until.ts';
import { openWire } from '../support/wire.ts';
import { allServe, loggedBy, pidsOf, type Line } from '../support/workers.ts';
import { startIn } from './start-in.ts';

const workers = 3;
const perMinute = 12;

/**
 * A gateway started as a new user does, so that it has the samples. Each test has its own API key with its own count.
 */
const gateway = shared(async () => {
  const folder = await temporaryFolder();
  const env = { WORKERS: `${workers}`, RATE_LIMIT: `${perMinute}` };
  const started = await startIn(folder, env);
  await allServe(started, workers);
  const file = join(folder, 'data', 'connexions.db');
  return {
    ...started,
    newKey: (): Promise<TestKey> => inStore(file, (store) => makeApiKey({ store })),
  };
});

const question = { query: '{ __typename }' };
const body = JSON.stringify(question);

/** Opens a kept-alive connection that sends one request after another. */
async function keptAlive({ secret }: TestKey) {
  const wire = await openWire(gateway());
  const request = [
    'POST /graphql HTTP/1.1',
    'host: localhost',
    `authorization: Bearer ${secret}`,
    'content-type: application/json',
    `content-length: ${body.length}`,
  ];
  const answers = () => wire.received().match(/HTTP\/1\.1 \d+/g) ?? [];
  return {
    /** Sends a request. Returns the status line. */
    async ask(): Promise<string | undefined> {
      const before = answers().length;
      wire.socket.write(`${request.join('\r\n')}\r\n\r\n${body}`);
      await until('it is answered', () => answers().length > before);
      return answers().at(-1);
    },
  };
}

/** Waits until all requests of a test are logged. Returns the number of requests per worker. */
async function answeredBy(
  isOfTest: (line: Line) => boolean,
  total: number,
): Promise<Record<number, number>> {
  const workersOf = () =>
    loggedBy(gateway())
      .filter((line) => isOfTest(line))
      .map(({ worker = 0 }) => worker);
  await until('all is logged', () => workersOf().length >= total);
  const counts: Record<number, number> = {};
  for (const worker of workersOf()) counts[worker] = (counts[worker] ?? 0) + 1;
  return counts;
}

test('all workers serve when the gateway says, once, that it is ready and how many they are', async () => {
  const { welcome, url, newKey } = gateway();

  expect(welcome.match(/Connexions is ready/g)).toHaveLength(1);
  expect(welcome).toMatch(/^ {2}Workers: 3 processes$/m);
  expect(welcome).toContain('new, with 7 sample companies');
  expect(new Set(pidsOf(gateway()).keys())).toEqual(new Set([1, 2, 3]));
  const { secret } = await newKey();
  const query = '{ companies { totalCount } }';
  const { data } = (await sendJson(url, { query }, bearer(secret))).json();
  expect(data.companies.totalCount).toBe(7);
});

test('WORKERS=auto is as many as there are cores', () => {
  expect(readConfig({ WORKERS: 'auto' }).workers).toBe(Math.min(availableParallelism(), 64));
});

test('connections that are kept alive are handed to the workers in turn', async () => {
  const key = await gateway().newKey();

  const connections = [];
  for (let n = 0; n < 6; n += 1) {
    const connection = await keptAlive(key);
    await connection.ask();
    connections.push(connection);
  }
  for (const connection of connections) await connection.ask();

  const answered = await answeredBy(({ caller }) => caller === key.id, 12);
  expect(answered).toEqual({ 1: 4, 2: 4, 3: 4 });
});

test('a key may send RATE_LIMIT requests a minute to all workers together, and each answer says how many are left', async () => {
  const { url, newKey } = gateway();
  const key = await newKey();

  const answers = await Promise.all(
    Array.from({ length: 2 * perMinute }, () => sendJson(url, question, bearer(key.secret))),
  );

  const remaining = answers
    .filter(({ status }) => status === 200)
    .map(({ headers }) => Number(headers['ratelimit-remaining']));
  const expected = Array.from({ length: perMinute }, (_, left) => left).toReversed();
  expect(remaining.toSorted((a, b) => b - a)).toEqual(expected);
  expect(answers.filter(({ status }) => status === 429)).toHaveLength(perMinute);
  // The log line of a request with status 429 does not name its caller.
  const isOfTest = ({ caller, status }: Line) => caller === key.id || status === 429;
  const answered = await answeredBy(isOfTest, 2 * perMinute);
  expect(Object.keys(answered)).toEqual(['1', '2', '3']);
});

test('a key that is revoked by one worker stops working at once in every one', async () => {
  const [admin, other] = [await gateway().newKey(), await gateway().newKey()];
  const connections = [await keptAlive(other), await keptAlive(other), await keptAlive(other)];
  const askAll = () => Promise.all(connections.map((connection) => connection.ask()));
  expect(await askAll()).toEqual(Array(workers).fill('HTTP/1.1 200'));

  const revoke = `mutation { revokeApiKey(input: { apiKeyId: "${other.id}" }) { __typename } }`;
  await sendJson(gateway().url, { query: revoke }, bearer(admin.secret));

  expect(await askAll()).toEqual(Array(workers).fill('HTTP/1.1 401'));
  const answered = await answeredBy(({ caller }) => caller === other.id, workers);
  expect(answered).toEqual({ 1: 1, 2: 1, 3: 1 });
});

test('all workers together count rejected callers by their address, and apart from link pages', async () => {
  const { url } = gateway();
  const headers = bearer('nonsense');
  const statuses: number[] = [];

  for (let i = 0; i <= perMinute; i += 1) {
    statuses.push((await sendJson(url, question, headers)).status);
  }

  // Counted by each worker alone, none would have been one too many. Other tests are rejected from here, too.
  expect(statuses[0]).toBe(401);
  expect(statuses.at(-1)).toBe(429);
  expect((await send(url, { path: '/link/nothing' })).status).toBe(404);
});
