import { expect, test } from 'vitest';
import { ask, bearer, makeApiKey, send } from '../support/callers.ts';
import { captureLog } from '../support/captured-log.ts';
import { startTestGateway } from '../support/gateway.ts';
import { inDatabase } from '../support/rows.ts';
import { openWire } from '../support/wire.ts';

async function startLogged(env: Record<string, string> = {}) {
  const log = captureLog();
  const gateway = await startTestGateway({ logger: log.logger, env });
  /** Waits for the log line of the only request for a path. */
  const line = async (path?: string) => {
    await expect.poll(() => log.requests(path)).toHaveLength(1);
    return log.requests(path)[0];
  };
  return { gateway, log, line };
}

/** Returns the lines of a metric. */
async function metric({ url }: { readonly url: string }, name: string): Promise<string[]> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return text.split('\n').filter((it) => it.startsWith(`${name}{`));
}

const facts = {
  level: 30,
  time: expect.any(Number),
  requestId: expect.stringMatching(/^[\da-f-]{36}$/),
  method: 'POST',
  path: '/graphql',
  status: 200,
  durationMs: expect.any(Number),
  msg: 'request',
};

test('a query is logged in one line, with its name and caller', async () => {
  const { gateway, line } = await startLogged();
  const { id, secret } = await makeApiKey(gateway, 'read');

  const { headers } = await ask(gateway, {
    query: 'query CompanyCount { companies { totalCount } }',
    headers: bearer(secret),
  });

  expect(await line()).toEqual({
    ...facts,
    requestId: headers.get('x-request-id'),
    caller: id,
    operationType: 'query',
    operationName: 'CompanyCount',
  });
});

test('a mutation without a name or key is logged as that', async () => {
  const { gateway, line } = await startLogged();

  await ask(gateway, { query: 'mutation { createCompany(input: { name: "A" }) { __typename } }' });

  expect(await line()).toEqual({ ...facts, caller: 'anonymous', operationType: 'mutation' });
});

test('the codes of the errors that were answered are logged, each once', async () => {
  const { gateway, line } = await startLogged();

  await ask(gateway, { query: '{ a: company(id: "x") { id } b: company(id: "y") { id } }' });

  expect(await line()).toMatchObject({ errorCodes: ['BAD_USER_INPUT'] });
});

test('a request without a valid key is logged', async () => {
  const { gateway, line } = await startLogged();
  await makeApiKey(gateway);

  await ask(gateway, { query: '{ __typename }' });

  const logged = await line();
  expect(logged).toMatchObject({ status: 401, errorCodes: ['UNAUTHENTICATED'] });
  expect(logged).not.toHaveProperty('caller');
});

test('a request beyond the rate limit is logged', async () => {
  const { gateway, log } = await startLogged({ RATE_LIMIT: '1' });

  await ask(gateway, { query: '{ __typename }' });
  await ask(gateway, { query: '{ __typename }' });

  await expect.poll(() => log.requests()).toHaveLength(2);
  expect(log.requests()[1]).toMatchObject({ status: 429, errorCodes: ['RATE_LIMITED'] });
});

test('a request for a path that leads nowhere is logged without its query', async () => {
  const { gateway, line } = await startLogged();

  await fetch(`${gateway.url}/nowhere?token=hidden`);

  expect(await line('/nowhere')).toMatchObject({ method: 'GET', status: 404 });
});

test('probes are logged for those who debug only', async () => {
  const { gateway, line } = await startLogged();

  await fetch(`${gateway.url}/health/ready`);

  expect(await line('/health/ready')).toMatchObject({ level: 20 });
});

test('a request that failed on the side of the gateway is logged as a warning, and its cause as an error', async () => {
  const { gateway, log, line } = await startLogged();
  inDatabase(gateway.file, (db) => db.exec('ALTER TABLE api_keys RENAME TO gone'));

  const { status, headers } = await ask(gateway, { query: '{ __typename }' });

  const requestId = headers.get('x-request-id');
  expect(status).toBe(500);
  expect(await line()).toMatchObject({ level: 40, requestId, status: 500 });
  expect(log.lines()).toContainEqual(
    expect.objectContaining({
      level: 50,
      requestId,
      err: expect.objectContaining({ message: expect.stringContaining('no such table') }),
    }),
  );
});

test('a client that goes away before its answer is logged as gone, without a status', async () => {
  const { gateway, line } = await startLogged();
  const wire = await openWire(gateway);

  wire.socket.write(
    'POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{',
  );
  wire.socket.end();

  const logged = await line();
  expect(logged).toMatchObject({ clientGone: true });
  expect(logged).not.toHaveProperty('status');
});

test.for([
  ['/api/companies', 'application/json'],
  ['/link/companies/8a210b68-6988-11ed-a1eb-0242ac120002', 'application/x-www-form-urlencoded'],
] as const)(
  'a client of %s that goes away in the middle of its body is no internal fault',
  async ([path, type]) => {
    const { gateway, log, line } = await startLogged();
    const wire = await openWire(gateway);

    wire.socket.write(
      `POST ${path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: ${type}\r\ncontent-length: 9\r\n\r\n{`,
    );
    wire.socket.end();

    expect(await line(path)).toMatchObject({ level: 30, clientGone: true });
    expect(log.lines()).not.toContainEqual(expect.objectContaining({ level: 50 }));
    expect(await metric(gateway, 'connexions_errors_total')).toEqual([]);
  },
);

test.for(['a', '0', 'my-request.7_X', 'x'.repeat(128)])(
  'the request id %s of a client is taken, answered and logged',
  async (id) => {
    const { gateway, line } = await startLogged();

    const { headers } = await ask(gateway, {
      query: '{ __typename }',
      headers: { 'x-request-id': id },
    });

    expect(headers.get('x-request-id')).toBe(id);
    expect(await line()).toHaveProperty('requestId', id);
  },
);

test.for(['', ' ', 'a b', 'a\tb', 'é', '<script>', '{"a":1}', 'x'.repeat(129), 'a;b'])(
  'the request id %j of a client is replaced',
  async (id) => {
    const { gateway, line } = await startLogged();

    const { headers } = await ask(gateway, {
      query: '{ __typename }',
      headers: { 'x-request-id': id },
    });

    expect(headers.get('x-request-id')).toMatch(/^[\da-f-]{36}$/);
    expect(await line()).toHaveProperty('requestId', headers.get('x-request-id'));
  },
);

test('a name of an operation that is very long is cut', async () => {
  const { gateway, line } = await startLogged();

  await ask(gateway, { query: `query ${'N'.repeat(1000)} { __typename }` });

  expect(await line()).toHaveProperty('operationName', 'N'.repeat(100));
});

test('a body that is not JSON is no fault of the gateway', async () => {
  const { gateway, log, line } = await startLogged();

  await send(gateway, { body: 'nonsense' });

  expect(await line()).toMatchObject({ status: 400, errorCodes: ['BAD_REQUEST'] });
  expect(log.text()).not.toContain('internal error');
});
