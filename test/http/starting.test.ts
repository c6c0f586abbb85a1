import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { createHttpServer } from '../../src/web/http-server.ts';
import { startTestGateway } from '../support/gateway.ts';
import { whenOver } from '../support/lifetime.ts';

// A server listens before it can respond: a gateway starts its sandbox in between. Every request must get a response.

test('a server that has nobody to answer says 503, and then answers', async () => {
  const http = createHttpServer();
  whenOver(() => http.close());
  const url = await http.listen({ host: '127.0.0.1', port: 0 });

  const early = await fetch(url);
  http.handle((_, response) => response.end('here'));
  const later = await fetch(url);

  expect([early.status, early.headers.get('retry-after')]).toEqual([503, '1']);
  expect([later.status, await later.text()]).toEqual([200, 'here']);
});

test('every request that comes while a gateway starts is answered', async () => {
  const reserved = createServer().listen(0, '127.0.0.1');
  await once(reserved, 'listening');
  const { port } = reserved.address() as AddressInfo;
  reserved.close();
  await once(reserved, 'close');
  const statuses: number[] = [];
  /** Sends requests until the gateway is ready. Fails if a request gets no response. */
  const ask = async () => {
    while (statuses.at(-1) !== 200) {
      const asked = fetch(`http://127.0.0.1:${port}/health/live`, {
        signal: AbortSignal.timeout(10_000),
      });
      const status = await asked.then(
        (it) => it.status,
        (error: Error) => {
          // The gateway does not listen yet.
          if ((error.cause as NodeJS.ErrnoException | undefined)?.code !== 'ECONNREFUSED')
            throw error;
          return 0;
        },
      );
      if (status !== 0) statuses.push(status);
      else await new Promise((resolve) => setImmediate(resolve));
    }
  };

  const asking = [ask(), ask()];
  await startTestGateway({ env: { PORT: String(port), SANDBOX: 'on' } });
  await Promise.all(asking);

  expect(new Set([503, ...statuses])).toEqual(new Set([503, 200]));
});
