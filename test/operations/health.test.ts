import { expect, test } from 'vitest';
import { makeApiKey } from '../support/callers.ts';
import { startTestGateway } from '../support/gateway.ts';
import { inDatabase } from '../support/rows.ts';
import { openWire } from '../support/wire.ts';

async function health(url: string, probe: 'live' | 'ready') {
  const response = await fetch(`${url}/health/${probe}`);
  return { status: response.status, body: await response.json() };
}

test.for(['live', 'ready'] as const)('a gateway that runs is %s', async (probe) => {
  const { url } = await startTestGateway();

  expect(await health(url, probe)).toEqual({ status: 200, body: { status: probe } });
});

test.for(['live', 'ready'] as const)('no key is needed to ask whether it is %s', async (probe) => {
  const gateway = await startTestGateway({ env: { NODE_ENV: 'production' } });
  await makeApiKey(gateway);

  expect((await health(gateway.url, probe)).status).toBe(200);
});

test.for(['live', 'ready'] as const)('nobody keeps the answer whether it is %s', async (probe) => {
  const { url } = await startTestGateway();

  const { headers } = await fetch(`${url}/health/${probe}`);

  expect(headers.get('cache-control')).toBe('no-store');
});

test('while the store does not answer it is not ready, but live', async () => {
  const { url, file } = await startTestGateway();
  inDatabase(file, (db) => db.exec('ALTER TABLE api_keys RENAME TO gone'));

  expect(await health(url, 'ready')).toEqual({
    status: 503,
    body: { status: 'store unavailable' },
  });
  expect((await health(url, 'live')).status).toBe(200);
});

test('it is ready again once the store answers again', async () => {
  const { url, file } = await startTestGateway();
  inDatabase(file, (db) => db.exec('ALTER TABLE api_keys RENAME TO gone'));
  expect((await health(url, 'ready')).status).toBe(503);
  inDatabase(file, (db) => db.exec('ALTER TABLE gone RENAME TO api_keys'));

  expect((await health(url, 'ready')).status).toBe(200);
});

test('while it stops it is not ready', async () => {
  const gateway = await startTestGateway();
  const wire = await openWire(gateway);
  const body = JSON.stringify({ query: '{ __typename }' });
  const head = `POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\nexpect: 100-continue\r\n\r\n`;
  wire.socket.write(head);
  await expect.poll(() => wire.received()).toContain('100 Continue');
  wire.socket.write('{');
  expect(await isAccepted(gateway.url)).toBe(true);
  const stopped = gateway.stop();
  await expect.poll(() => isAccepted(gateway.url)).toBe(false);

  // The rest of a request that was accepted earlier, and a probe behind it.
  wire.socket.write(`${body.slice(1)}GET /health/ready HTTP/1.1\r\nhost: localhost\r\n\r\n`);
  const answers = await wire.closed;

  expect(answers).toContain('{"data":{"__typename":"Query"}}');
  expect(answers).toContain('HTTP/1.1 503 Service Unavailable');
  expect(answers).toContain('{"status":"stopping"}');
  await stopped;
});

/** Reports whether the gateway accepts new connections. */
const isAccepted = (url: string) =>
  fetch(`${url}/health/live`, { headers: { connection: 'close' } }).then(
    () => true,
    () => false,
  );
