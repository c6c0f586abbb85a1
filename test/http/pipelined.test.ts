import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { startTestGateway } from '../support/gateway.ts';
import { until } from '../support/until.ts';
import { openWire } from '../support/wire.ts';

/** Makes the raw text of a request. */
function requestFor(query: string): string {
  const body = JSON.stringify({ query });
  return [
    'POST /graphql HTTP/1.1',
    'host: localhost',
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(body)}`,
    '',
    body,
  ].join('\r\n');
}

const askNames = '{ companies { nodes { name } } }';
const names = requestFor(askNames);

test('requests on one connection are answered in their order', async () => {
  const gateway = await startTestGateway();
  const wire = await openWire(gateway);
  const create = (name: string) =>
    requestFor(`mutation { createCompany(input: { name: "${name}" }) { __typename } }`);

  wire.socket.write(create('A') + requestFor('{ __typename }') + create('B') + names);

  await until('all are answered', () => wire.received().split('HTTP/1.1 200').length === 5);
  const bodies = wire.received().match(/^\{.*?\}(?=HTTP|$)/gm);
  expect(bodies?.[1]).toBe('{"data":{"__typename":"Query"}}');
  const { data } = await gateway.query('{ companies { totalCount } }');
  expect(data.companies.totalCount).toBe(2);
});

// Node reads from a connection everything that has arrived by then, not only what had arrived when it began to poll.
test('a request that was sent after another process has changed something sees it', async () => {
  let onRead: (() => void) | undefined;
  const gateway = await startTestGateway({
    onStatement: (sql) => {
      if (!sql.includes('from "companies"')) return;
      onRead?.();
      onRead = undefined;
    },
  });
  await gateway.withCompany({ name: 'Before' });
  // The fast path handles requests from now on, which it does while it reads them.
  for (let i = 0; i < 3; i += 1) await gateway.query(askNames);
  const [one, other] = [await openWire(gateway), await openWire(gateway)];
  const process = new Database(gateway.file);
  onRead = () => {
    process.prepare('UPDATE companies SET name = ?').run('After');
    other.socket.write(names);
  };

  // Both are there when Node polls. What reaches the second connection during the first request is read with it.
  one.socket.write(names);
  other.socket.write(requestFor('{ __typename }'));

  await until('all are answered', () => other.received().split('HTTP/1.1 200').length === 3);
  process.close();
  expect(other.received()).toContain('After');
  expect(other.received()).not.toContain('Before');
});

test('requests that came at the same moment are read for in one snapshot', async () => {
  const statements: string[] = [];
  const gateway = await startTestGateway({ onStatement: (sql) => statements.push(sql) });
  for (let i = 0; i < 3; i += 1) await gateway.query(askNames);
  const wires = await Promise.all(Array.from({ length: 5 }, () => openWire(gateway)));
  const sendAll = async (answers: number) => {
    for (const { socket } of wires) socket.write(names);
    const areAnswered = () =>
      wires.every((wire) => wire.received().split('HTTP/1.1 200').length > answers);
    await until('all are answered', areAnswered);
  };
  await sendAll(1);
  statements.length = 0;

  await sendAll(2);

  const count = (part: string) => statements.filter((sql) => sql.includes(part)).length;
  expect(count('from "companies"')).toBe(5);
  // Node may find them in two turns.
  expect(count('BEGIN')).toBeLessThan(4);
});
