import { expect, test } from 'vitest';
import { startTestGateway } from '../support/gateway.ts';
import { openWire } from '../support/wire.ts';

const start = 'POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n';

// One test for all of them: each of these clients takes as long as it is let.
test('clients that are slow with their headers or their body, or idle, are cut off', async () => {
  const gateway = await startTestGateway();
  const [slowHeaders, slowBody, silent, idle] = await Promise.all([
    openWire(gateway),
    openWire(gateway),
    openWire(gateway),
    openWire(gateway),
  ]);
  const drip = setInterval(() => {
    if (slowHeaders.socket.writable) slowHeaders.socket.write('x-drip: drop\r\n');
    if (slowBody.socket.writable) slowBody.socket.write(' ');
  }, 500);

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
