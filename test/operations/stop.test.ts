import { existsSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createHttpServer } from '../../src/web/http-server.ts';
import { temporaryFolder } from '../support/folder.ts';
import { startTestGateway } from '../support/gateway.ts';
import { shared } from '../support/lifetime.ts';
import { spawnGateway, type SpawnedGateway } from '../support/process.ts';
import { inDatabase } from '../support/rows.ts';
import { amount } from '../support/soak.ts';
import { openWire } from '../support/wire.ts';

const newFile = async () => join(await temporaryFolder(), 'test.db');

const body = JSON.stringify({ query: '{ __typename }' });
const head = `POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n`;

/** Opens a connection with a request of which the gateway has read only a part. */
async function withRequestUnderWay(gateway: { readonly url: string }) {
  const wire = await openWire(gateway);
  // A complete first request makes it a kept-alive connection.
  wire.socket.write(`${head}${body}`);
  await expect.poll(() => wire.received()).toContain('{"data"');
  wire.socket.write(head.replace(/\r\n$/, 'expect: 100-continue\r\n\r\n'));
  await expect.poll(() => wire.received()).toContain('100 Continue');
  wire.socket.write('{');
  return { ...wire, finish: () => wire.socket.write(body.slice(1)) };
}

/** Waits until the gateway rejects new connections. */
async function refusesConnections(gateway: SpawnedGateway): Promise<void> {
  const connecting = async () => {
    const { socket } = await openWire(gateway);
    socket.destroy();
    return 'accepted';
  };
  await expect.poll(() => connecting().catch(() => 'refused')).toBe('refused');
}

test.for(['SIGTERM', 'SIGINT'] as const)(
  '%s ends it with exit code 0 and everything in one file',
  async (signal) => {
    const file = await newFile();
    const gateway = await spawnGateway(file);
    await create(gateway, 'Acme', undefined);

    gateway.child.kill(signal);

    expect(await gateway.finished).toMatchObject({ code: 0, signal: null });
    expect(existsSync(`${file}-wal`)).toBe(false);
    expect(namesIn(file)).toEqual(['Acme']);
  },
);

test('a request under way is answered before it ends, and no other is accepted', async () => {
  const gateway = await spawnGateway(await newFile());
  const underWay = await withRequestUnderWay(gateway);

  gateway.child.kill('SIGTERM');
  await refusesConnections(gateway);
  underWay.finish();

  expect((await underWay.closed).match(/\{"data":\{"__typename":"Query"\}\}/g)).toHaveLength(2);
  expect(await gateway.finished).toMatchObject({ code: 0, signal: null });
});

test('connections that are kept alive do not hold it up', async () => {
  // Longer than the test's timeout.
  const gateway = await startTestGateway({ times: { keepAlive: 120_000, drain: 120_000 } });
  const wire = await openWire(gateway);
  wire.socket.write(`${head}${body}`);
  await expect.poll(() => wire.received()).toContain('{"data"');

  await gateway.stop();

  await wire.closed;
});

test.for([
  ['SIGTERM', 143],
  ['SIGINT', 130],
] as const)('a second %s ends it at once', async ([signal, code]) => {
  const gateway = await spawnGateway(await newFile());
  await withRequestUnderWay(gateway);
  gateway.child.kill(signal);
  await refusesConnections(gateway);

  gateway.child.kill(signal);

  // The gateway ends itself: a signal would not end process 1 of a container.
  expect(await gateway.finished).toMatchObject({ code, signal: null });
});

test('a client that does not come to an end does not hold it up for ever', async () => {
  const gateway = await startTestGateway({
    times: { drain: 200, headers: 120_000, request: 120_000, read: 120_000 },
  });
  const underWay = await withRequestUnderWay(gateway);

  await gateway.stop();

  expect((await underWay.closed).match(/200 OK/g)).toHaveLength(1);
  // The default for all gateways.
  expect(createHttpServer().times.drain).toBe(10_000);
});

const namesIn = (file: string) =>
  inDatabase(file, (db) => db.prepare('SELECT name FROM companies ORDER BY name').pluck().all());

/** Creates a company. Returns the status, or `undefined` if there was no response. */
function create(gateway: SpawnedGateway, name: string, agent: Agent | undefined) {
  return new Promise<number | undefined>((resolve) => {
    const outgoing = request(`${gateway.url}/graphql`, {
      ...(agent && { agent }),
      method: 'POST',
      headers: { 'content-type': 'application/json' },
    });
    outgoing.on('error', () => resolve(undefined));
    outgoing.on('response', (response) => {
      response.on('error', () => resolve(undefined));
      response.resume().on('end', () => resolve(response.statusCode));
    });
    outgoing.end(
      JSON.stringify({
        query: 'mutation ($name: String!) { createCompany(input: { name: $name }) { __typename } }',
        variables: { name },
      }),
    );
  });
}

/** The least number of requests. More are sent until the leaving gateway rejects connections. */
const atLeast = amount({ usual: 120, soak: 400 });

describe('of two gateways over one database', () => {
  const database = shared(newFile);
  const staysWith = shared(() => spawnGateway(database()));

  test.for([
    ['a connection for each request', false],
    ['connections that are kept alive', true],
  ] as const)(
    'a rolling restart under load loses nothing, with %s',
    async ([what, keepAlive], { signal }) => {
      const staying = staysWith();
      const leaving = await spawnGateway(database());
      const agent = new Agent({ keepAlive, maxSockets: 20 });
      const names: string[] = [];
      let answeredByLeaving = 0;
      let isRefused = false;
      const statuses: (number | undefined)[] = [];

      await Promise.all(
        Array.from({ length: 20 }, async () => {
          while (!signal.aborted && (names.length < atLeast || !isRefused)) {
            const name = `${what} ${String(names.length).padStart(5, '0')}`;
            names.push(name);
            let status = await create(leaving, name, agent);
            if (status === 200) {
              answeredByLeaving += 1;
              // Only once: a second signal would end the gateway immediately.
              if (answeredByLeaving === atLeast / 4) leaving.child.kill('SIGTERM');
            }
            isRefused ||= status === undefined;
            // A client whose connection is rejected tries the other gateway.
            status ??= await create(staying, name, agent);
            statuses.push(status);
          }
        }),
      );
      agent.destroy();

      expect(new Set(statuses)).toEqual(new Set([200]));
      expect(answeredByLeaving).toBeLessThan(names.length);
      // A request that was handled but got no response would have created its company twice.
      expect(namesIn(database()).filter((name) => String(name).startsWith(what))).toEqual(names);
      expect(await leaving.finished).toMatchObject({ code: 0, signal: null });
    },
  );
});
