import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { temporaryFolder } from '../support/folder.ts';
import { postQuery } from '../support/gateway.ts';
import { spawnGateway } from '../support/process.ts';
import { countRows } from '../support/stored.ts';
import { until } from '../support/until.ts';

const create = 'mutation { createCompany(input: { name: "A" }) { __typename } }';

test.for(['SIGTERM', 'SIGINT'] as const)(
  '%s stops a gateway with exit code 0 and all data in one file',
  async (signal) => {
    const folder = await temporaryFolder();
    const { url, child, finished } = await spawnGateway(join(folder, 'test.db'), {
      LOG_LEVEL: 'warn',
    });
    await postQuery(url, create);
    expect(await readdir(folder)).toContain('test.db-wal');

    child.kill(signal);

    expect(await finished).toMatchObject({ code: 0, signal: null, stderr: '' });
    expect(await readdir(folder)).toEqual(['test.db', 'test.db.key']);
    expect(countRows(join(folder, 'test.db'), 'companies')).toBe(1);
  },
);

test('a gateway that is told to stop answers the requests that it has begun to read', async () => {
  const folder = await temporaryFolder();
  const { url, child, finished } = await spawnGateway(join(folder, 'test.db'));
  const body = JSON.stringify({ query: create });
  const socket = await openSocket(url);
  const answer = readAll(socket);
  socket.write(
    `POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body.slice(0, 10)}`,
  );
  // A request on another connection is answered later than this one's head was read.
  await postQuery(url, '{ __typename }');

  child.kill('SIGTERM');
  await until('it takes no more connections', () => refusesConnections(url));
  socket.write(body.slice(10));

  expect(await answer).toMatch(/^HTTP\/1\.1 200 [^]*"CreateCompanyPayload"/);
  expect((await finished).code).toBe(0);
  expect(countRows(join(folder, 'test.db'), 'companies')).toBe(1);
});

test('a gateway stops though a client keeps its connection open', async () => {
  const { url, child, finished } = await spawnGateway(join(await temporaryFolder(), 'test.db'));
  const socket = await openSocket(url);
  socket.write('GET /graphql?query=%7B__typename%7D HTTP/1.1\r\nHost: localhost\r\n\r\n');
  await once(socket, 'data');

  child.kill('SIGTERM');

  expect((await finished).code).toBe(0);
});

test('a gateway stops though a client never finishes its request', async () => {
  const { url, child, finished } = await spawnGateway(join(await temporaryFolder(), 'test.db'));
  const socket = await openSocket(url);
  socket.write('POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n{');
  await postQuery(url, '{ __typename }');

  child.kill('SIGTERM');

  expect((await finished).code).toBe(0);
});

async function openSocket(url: string): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  onTestFinished(() => {
    socket.destroy();
  });
  // The gateway may end the connection at any time.
  socket.on('error', () => {});
  await once(socket, 'connect');
  return socket;
}

async function readAll(socket: Socket): Promise<string> {
  let text = '';
  for await (const chunk of socket) text += String(chunk);
  return text;
}

async function refusesConnections(url: string): Promise<boolean> {
  try {
    await fetch(url);
    return false;
  } catch {
    return true;
  }
}
