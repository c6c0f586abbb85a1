import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../support/folder.ts';
import { send, sendJson } from '../support/http.ts';
import { shared } from '../support/lifetime.ts';
import { documentFile } from '../support/persisted.ts';
import { spawnGateway, type SpawnedGateway } from '../support/process.ts';
import { amount } from '../support/soak.ts';
import { until } from '../support/until.ts';
import { openWire } from '../support/wire.ts';
import { isAlive, loggedBy, pidsOf, spawnWorkers } from '../support/workers.ts';

/** Each test starts at least three processes, which share the cores with other tests. */
const timeout = 120_000;

const newFile = async () => join(await temporaryFolder(), 'test.db');

const body = JSON.stringify({
  query: 'mutation { createCompany(input: { name: "A" }) { __typename } }',
});
const head = `POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n`;

/** Opens a connection to each of the two workers, with a request that they have read only in part. */
async function withRequestsUnderWay(gateway: SpawnedGateway) {
  const wires = [await openWire(gateway), await openWire(gateway)];
  for (const wire of wires) {
    wire.socket.write(`${head}${body}`);
    await until('it is answered', () => wire.received().includes('CreateCompanyPayload'));
    wire.socket.write(`${head}{`);
  }
  // Responses on other connections, one to each worker, arrive only after those heads were read.
  for (const _ of wires) await sendJson(gateway.url, { query: '{ __typename }' });
  return {
    finish: async () => {
      for (const { socket } of wires) socket.write(body.slice(1));
      return Promise.all(wires.map(({ closed }) => closed));
    },
  };
}

async function refusesConnections(gateway: SpawnedGateway): Promise<void> {
  const connecting = async () => {
    const { socket } = await openWire(gateway);
    socket.destroy();
    return false;
  };
  await until('it takes no more connections', () => connecting().catch(() => true));
}

function kill(pid: number | undefined, signal: NodeJS.Signals): void {
  process.kill(pid ?? Number.NaN, signal);
}

const isRefused = (answer: string) => answer === 'ECONNREFUSED';

/** Stops a gateway while requests are in progress. Returns how it ends. */
async function stopAmid(
  { gateway, file }: { gateway: SpawnedGateway; file: string },
  signal: NodeJS.Signals,
  { toAll }: { toAll: boolean },
) {
  const workers = [...pidsOf(gateway).values()];
  const underWay = await withRequestsUnderWay(gateway);

  if (toAll) for (const pid of workers) kill(pid, signal);
  gateway.child.kill(signal);
  await refusesConnections(gateway);
  const texts = await underWay.finish();

  const ended = await gateway.finished;
  return {
    answers: texts.map((text) => text.match(/CreateCompanyPayload/g)?.length),
    code: ended.code,
    signal: ended.signal,
    stillAlive: workers.filter(isAlive),
    hasLog: existsSync(`${file}-wal`),
  };
}

/** The orderly end: each worker completes its requests, and all processes end. */
const inOrder = { answers: [2, 2], code: 0, signal: null, stillAlive: [], hasLog: false };

test(
  'on SIGINT, sent to all as a terminal does, each worker answers what it has begun, and all end in order',
  { timeout },
  async () => {
    const file = await newFile();
    const gateway = await spawnWorkers(file);

    expect(await stopAmid({ gateway, file }, 'SIGINT', { toAll: true })).toEqual(inOrder);
  },
);

test('a second signal ends all workers at once', { timeout }, async () => {
  const gateway = await spawnWorkers(await newFile());
  const workers = [...pidsOf(gateway).values()];
  await withRequestsUnderWay(gateway);
  gateway.child.kill('SIGTERM');
  await refusesConnections(gateway);

  gateway.child.kill('SIGTERM');

  expect(await gateway.finished).toMatchObject({ code: 143, signal: null });
  await until('they are gone', () => !workers.some(isAlive));
});

test(
  'workers whose first process is killed end, too, and leave the port to the next start',
  { timeout },
  async () => {
    const file = await newFile();
    const gateway = await spawnWorkers(file);
    const workers = [...pidsOf(gateway).values()];
    await withRequestsUnderWay(gateway);

    gateway.child.kill('SIGKILL');

    await until('they are gone', () => !workers.some(isAlive));
    const next = await spawnGateway(file, { PORT: new URL(gateway.url).port });
    expect(next.url).toBe(gateway.url);
  },
);

/** Returns the sum of a metric over its labels. */
async function metric({ url }: SpawnedGateway, name: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const lines = text.split('\n').filter((line) => line.startsWith(`${name}{`));
  return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}

/** Returns the code of a system error. */
function codeOf(error: NodeJS.ErrnoException): string {
  return error.code ?? error.message;
}

describe('a gateway whose workers are killed by and by', () => {
  const started = shared(async () => {
    const file = await newFile();
    return { file, gateway: await spawnWorkers(file) };
  });

  test(
    'a worker that is killed is replaced while the other goes on, and what was counted stays counted',
    { timeout },
    async () => {
      const { gateway } = started();
      const create =
        'mutation { createCompany(input: { name: "A" }) { ... on CreateCompanyPayload { company { id } } } }';
      const { data } = (await sendJson(gateway.url, { query: create })).json();
      const connect = `mutation { createConnection(input: { companyId: "${data.createCompany.company.id}", integrationKey: "gbol" }) { __typename } }`;
      for (let n = 0; n < 3; n += 1) await sendJson(gateway.url, { query: connect });
      const mutations = 'connexions_request_duration_seconds_count';
      const counted = async () => {
        const all = await metric(gateway, mutations);
        return { isAll: all >= 4, connections: await metric(gateway, 'connexions_connections') };
      };
      // Every worker reports the same, and the one that counts rows of the database counts them once.
      for (let n = 0; n < 4; n += 1)
        expect(await counted()).toEqual({ isAll: true, connections: 3 });
      const before = await metric(gateway, mutations);
      const killed = pidsOf(gateway).get(1);

      kill(killed, 'SIGKILL');
      await until('it is missed', () =>
        loggedBy(gateway).some(({ msg }) => msg.startsWith('worker exited')),
      );
      const statuses = [];
      for (let n = 0; n < 5; n += 1) {
        statuses.push((await sendJson(gateway.url, { query: '{ __typename }' })).status);
      }
      await until('it is replaced', () => pidsOf(gateway).get(1) !== killed);

      expect(statuses).toEqual([200, 200, 200, 200, 200]);
      expect(await metric(gateway, mutations)).toBeGreaterThanOrEqual(before + 5);
      const answering = () =>
        new Set(
          loggedBy(gateway)
            .slice(-4)
            .map(({ worker }) => worker),
        );
      for (let n = 0; n < 4; n += 1) await sendJson(gateway.url, { query: '{ __typename }' });
      await until('both are logged', () => answering().size === 2);
    },
  );

  test(
    'no client waits in vain for a worker that was killed while it was handed its connection',
    { timeout },
    async () => {
      const { gateway } = started();
      const kills = amount({ usual: 1, soak: 2 });

      for (const [number, pid] of [...pidsOf(gateway)].toReversed().slice(0, kills)) {
        const over = new AbortController();
        let [answered, cut] = [0, 0];
        const comeAndGo = async () => {
          while (!over.signal.aborted) {
            await send(gateway.url, { path: '/health/live' }).then(
              () => (answered += 1),
              () => (cut += 1),
            );
          }
        };
        const clients = Array.from({ length: 6 }, comeAndGo);
        await until('all come and go', () => answered >= 50);
        const missed = () => loggedBy(gateway).filter(({ msg }) => msg.startsWith('worker exited'));
        const missedBefore = missed().length;

        kill(pid, 'SIGKILL');
        await until('it is missed', () => missed().length > missedBefore);
        over.abort();

        await Promise.all(clients);
        expect(cut).toBeLessThanOrEqual(clients.length);
        await until('it is replaced', () => pidsOf(gateway).get(number) !== pid);
      }
    },
  );

  test(
    'when all workers are killed, again and again, one is replaced at once and the port stays open',
    { timeout },
    async () => {
      const { gateway } = started();
      const rounds = amount({ usual: 2, soak: 4 });

      for (let round = 0; round < rounds; round += 1) {
        const before = pidsOf(gateway);
        const logged = loggedBy(gateway).length;
        for (const pid of before.values()) kill(pid, 'SIGKILL');
        const seen: string[] = [];
        await until('one serves', async () => {
          const answer = await send(gateway.url, { path: '/health/live' }).then(
            ({ status, headers }) => `${status}, retry-after ${headers['retry-after']}`,
            codeOf,
          );
          seen.push(answer);
          return answer.startsWith('200');
        });

        // A connection that a worker had not taken yet when it was killed is cut. Connections are refused only between the
        // moment in which Node closes the port and the one in which the first process takes it.
        expect(['200, retry-after undefined', '503, retry-after 1', 'ECONNRESET']).toEqual(
          expect.arrayContaining(seen.filter((answer) => !isRefused(answer))),
        );
        expect(seen.filter(isRefused).length).toBeLessThan(20);
        const delays = loggedBy(gateway)
          .slice(logged)
          .filter(({ msg }) => msg.startsWith('worker exited'))
          .map(({ delayMs }) => delayMs);
        expect(delays).toContain(0);
        await until('both serve', () =>
          [...before].every(([number, pid]) => pidsOf(gateway).get(number) !== pid),
        );
      }
    },
  );

  test(
    'on SIGTERM, sent to the first process, each worker answers what it has begun, and all end in order',
    { timeout },
    async () => {
      expect(await stopAmid(started(), 'SIGTERM', { toAll: false })).toEqual(inOrder);
    },
  );
});

test(
  'a gateway whose workers end and cannot be started any more ends, and says why',
  { timeout },
  async () => {
    const documents = await documentFile({});
    const gateway = await spawnWorkers(await newFile(), { PERSISTED_DOCUMENTS: documents });
    const workers = [...pidsOf(gateway).values()];

    writeFileSync(documents, 'no longer JSON');
    for (const pid of workers) kill(pid, 'SIGKILL');

    const { code, stderr } = await gateway.finished;
    expect(code).toBe(1);
    expect(stderr).toMatch(/^No worker can be started: PERSISTED_DOCUMENTS .*must be JSON$/m);
  },
);
