import { expect, test } from 'vitest';
import { captureLog } from '../support/captured-log.ts';
import { startTestGateway } from '../support/gateway.ts';
import { send } from '../support/http.ts';
import { openWire } from '../support/wire.ts';

const start = 'POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n';

test('clients that are slow with their headers or their body, or idle, are cut off', async () => {
  const gateway = await startTestGateway({
    times: { headers: 300, request: 500, keepAlive: 200, check: 100 },
  });
  const [slowHeaders, slowBody, silent, idle] = await Promise.all([
    openWire(gateway),
    openWire(gateway),
    openWire(gateway),
    openWire(gateway),
  ]);
  const drip = setInterval(() => {
    if (slowHeaders.socket.writable) slowHeaders.socket.write('x-drip: drop\r\n');
    if (slowBody.socket.writable) slowBody.socket.write(' ');
  }, 50);

  slowHeaders.socket.write(start);
  slowBody.socket.write(`${start}content-length: 1000\r\n\r\n`);
  idle.socket.write('GET /health/live HTTP/1.1\r\nhost: localhost\r\n\r\n');
  const answers = await Promise.all([
    slowHeaders.closed,
    slowBody.closed,
    silent.closed,
    idle.closed,
  ]);
  clearInterval(drip);

  expect(answers).toEqual([
    expect.stringMatching(/^HTTP\/1.1 408 /),
    expect.stringMatching(/^HTTP\/1.1 408 /),
    expect.stringMatching(/^(HTTP\/1.1 408 |$)/),
    expect.stringMatching(/^HTTP\/1.1 200 OK/),
  ]);
});

test('a client that does not read its answer is cut off', async () => {
  const log = captureLog();
  const gateway = await startTestGateway({
    graphiql: true,
    logger: log.logger,
    env: { OPERATION_TIMEOUT_MS: '10' },
    times: { read: 500 },
  });
  // GraphiQL's files are made at its first request, which takes longer than this gateway's clients may.
  const usual = await startTestGateway({ graphiql: true });
  const page = await send(usual.url, { headers: { accept: 'text/html' } });
  const [script = ''] = /graphiql\/graphiql\.[\w-]+\.js/.exec(page.text) ?? [];
  const { socket } = await openWire(gateway);
  socket.pause();

  // More bytes than the system buffers for a client.
  socket.write(`GET /${script} HTTP/1.1\r\nhost: localhost\r\n\r\n`.repeat(12));

  // Node detects this only at its second check: it does not record when data was last accepted.
  await expect
    .poll(() => log.requests(`/${script}`), { timeout: 10_000 })
    .toContainEqual(expect.objectContaining({ clientGone: true }));
});
