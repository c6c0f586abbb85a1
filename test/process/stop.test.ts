import { once } from 'node:events';
import type { Socket } from 'node:net';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../support/folder.ts';
import { postQuery, startTestGateway } from '../support/gateway.ts';
import { shared } from '../support/lifetime.ts';
import { spawnGateway } from '../support/process.ts';
import { countRows } from '../support/stored.ts';
import { until } from '../support/until.ts';
import { openWire } from '../support/wire.ts';

const create = 'mutation { createCompany(input: { name: "A" }) { __typename } }';

test('SIGINT stops a gateway with exit code 0 and all data in one file', async () => {
  const folder = await temporaryFolder();
  const { url, child, finished } = await spawnGateway(join(folder, 'test.db'), {
    LOG_LEVEL: 'warn',
  });
  await postQuery(url, create);
  expect(await readdir(folder)).toContain('test.db-wal');

  child.kill('SIGINT');

  expect(await finished).toMatchObject({ code: 0, signal: null, stderr: '' });
  expect(await readdir(folder)).toEqual(['test.db', 'test.db.key']);
  expect(countRows(join(folder, 'test.db'), 'companies')).toBe(1);
});

describe('on SIGTERM', () => {
  /** A gateway that was stopped while it was reading a request, with another connection kept alive. */
  const stopped = shared(async () => {
    const folder = await temporaryFolder();
    const { url, child, finished } = await spawnGateway(join(folder, 'test.db'), {
      LOG_LEVEL: 'warn',
    });
    await postQuery(url, create);
    const filesBefore = await readdir(folder);
    const kept = await openWire({ url });
    kept.socket.write('GET /graphql?query=%7B__typename%7D HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await once(kept.socket, 'data');
    const begun = await openWire({ url });
    const finish = beginRequest(begun.socket);
    // A response on another connection arrives only after the head of this request was read.
    await postQuery(url, '{ __typename }');

    child.kill('SIGTERM');
    await until('it takes no more connections', () => refusesConnections(url));
    finish();
    const answer = await begun.closed;
    return { folder, filesBefore, answer, kept: await kept.closed, ended: await finished };
  });

  test('SIGTERM stops a gateway with exit code 0 and all data in one file', async () => {
    const { folder, filesBefore, ended } = stopped();

    expect(filesBefore).toContain('test.db-wal');
    expect(ended).toMatchObject({ code: 0, signal: null, stderr: '' });
    expect(await readdir(folder)).toEqual(['test.db', 'test.db.key']);
  });

  test('a gateway that is told to stop answers the requests that it has begun to read', () => {
    const { folder, answer, ended } = stopped();

    expect(answer).toMatch(/^HTTP\/1\.1 200 [^]*"CreateCompanyPayload"/);
    expect(ended.code).toBe(0);
    expect(countRows(join(folder, 'test.db'), 'companies')).toBe(2);
  });

  test('a gateway stops though a client keeps its connection open', () => {
    const { kept, ended } = stopped();

    expect(kept).toMatch(/^HTTP\/1\.1 200 /);
    expect(ended.code).toBe(0);
  });
});

test('a gateway stops though a client never finishes its request', async () => {
  const gateway = await startTestGateway({ times: { drain: 100 } });
  const { socket, closed } = await openWire(gateway);
  beginRequest(socket);
  await gateway.query('{ __typename }');

  await gateway.stop();

  expect(await closed).toBe('');
});

/** Sends the first half of a request. Returns a function that sends the rest. */
function beginRequest(socket: Socket): () => void {
  const body = JSON.stringify({ query: create });
  socket.write(
    `POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body.slice(0, 10)}`,
  );
  return () => socket.write(body.slice(10));
}

async function refusesConnections(url: string): Promise<boolean> {
  try {
    await fetch(url);
    return false;
  } catch {
    return true;
  }
}
