import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ask, bearer, makeApiKey } from '../support/callers.ts';
import { temporaryFolder } from '../support/folder.ts';
import { startTestGateway } from '../support/gateway.ts';
import { runCommand, spawnGateway } from '../support/process.ts';
import { inStore } from '../support/rows.ts';
import { sayOnWire } from '../support/wire.ts';

const newFile = async () => join(await temporaryFolder(), 'test.db');

async function fileWithKey() {
  const file = await newFile();
  const { secret } = await inStore(file, (store) => makeApiKey({ store }));
  return { file, secret };
}

/** A request by hand, since clients do not let programs choose the host. */
const metricsOf = (host: string) =>
  `GET /metrics HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\n\r\n`;

const exposed = [
  ['on all addresses', { HOST: '0.0.0.0' }],
  ['by a name that is not localhost', { HOST: 'example.test' }],
  ['in production', { NODE_ENV: 'production' }],
] as const;

test.for(exposed)('%s it does not start without a key, and says what to do', async ([, env]) => {
  const running = runCommand([], {
    env: { DATABASE_URL: `file:${await newFile()}`, PORT: '0', ...env },
  });

  const { code, stdout, stderr } = await running.finished;

  expect(code).toBe(1);
  expect(stdout).toBe('');
  const [first, ...more] = stderr.trim().split('\n');
  expect(first).toMatch(/^There is no API key yet/);
  expect(more.join('\n')).toContain('npm run keys -- create --name "first" --scope admin');
  expect(more.join('\n')).toContain('ALLOW_ANONYMOUS=read');
  expect(stderr).not.toMatch(/\n {4}at /);
});

test.for([
  ['on all addresses', { HOST: '0.0.0.0' }],
  ['in production', { NODE_ENV: 'production' }],
] as const)('%s it starts with a key, and answers nobody without one', async ([, env]) => {
  const { file, secret } = await fileWithKey();

  const gateway = await spawnGateway(file, env);

  const query = '{ companies { totalCount } }';
  expect((await ask(gateway, { query })).status).toBe(401);
  expect((await ask(gateway, { query, headers: bearer(secret) })).status).toBe(200);
});

test.for(['rebound.example', 'rebound.example:4000', '127.0.0.1.rebound.example', '[::2]:4000'])(
  "without a key, a web page whose name %s was given this machine's address may do nothing",
  async (host) => {
    const gateway = await startTestGateway();

    const answer = await sayOnWire(gateway, metricsOf(host));

    expect(answer).toMatch(/^HTTP\/1.1 401 /);
  },
);

test.for(['localhost', 'LOCALHOST:4000', '127.0.0.1:4000', '127.1.2.3', '[::1]:4000'])(
  'without a key, programs on this machine reach it as %s',
  async (host) => {
    const gateway = await startTestGateway();

    const answer = await sayOnWire(gateway, metricsOf(host));

    expect(answer).toMatch(/^HTTP\/1.1 200 /);
  },
);

test('on all addresses it starts without a key if everybody may read', async () => {
  const gateway = await spawnGateway(await newFile(), {
    HOST: '0.0.0.0',
    ALLOW_ANONYMOUS: 'read',
  });

  const { errors } = await ask(gateway, { query: '{ companies { totalCount } }' });

  expect(errors).toEqual([]);
});

const warning = /WARNING: there is no API key/;

/** What a gateway says when it starts. */
async function welcomeOf(file: string, env: Record<string, string> = {}): Promise<string> {
  const { child, finished } = await spawnGateway(file, env);
  child.kill('SIGTERM');
  return (await finished).stdout;
}

test.for(['localhost', '127.1.2.3'])(
  'on the loopback address %s it starts without a key, and warns',
  async (host) => {
    expect(await welcomeOf(await newFile(), { HOST: host })).toMatch(warning);
  },
);

test('with a key it does not warn, and shows how to send it', async () => {
  const { file } = await fileWithKey();

  const welcome = await welcomeOf(file);

  expect(welcome).not.toMatch(warning);
  expect(welcome).toContain("-H 'authorization: Bearer YOUR_KEY'");
});

test('in production neither the schema nor GraphiQL is shown', async () => {
  const { file, secret } = await fileWithKey();
  const gateway = await spawnGateway(file, { NODE_ENV: 'production' });
  const headers = bearer(secret);

  const schema = await ask(gateway, { query: '{ __schema { types { name } } }', headers });
  const page = await fetch(`${gateway.url}/graphql`, {
    headers: { ...headers, accept: 'text/html' },
  });

  expect(schema.data).toBeUndefined();
  expect(schema.text).toMatch(/introspection has been disabled/i);
  expect(await page.text()).not.toMatch(/<html/i);
});

test('in production INTROSPECTION=on shows the schema', async () => {
  const { file, secret } = await fileWithKey();
  const gateway = await spawnGateway(file, { NODE_ENV: 'production', INTROSPECTION: 'on' });

  const { data } = await ask(gateway, {
    query: '{ __schema { queryType { name } } }',
    headers: bearer(secret),
  });

  expect(data).toEqual({ __schema: { queryType: { name: 'Query' } } });
});
