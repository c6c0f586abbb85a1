import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ask, bearer, makeApiKey } from '../support/callers.ts';
import { temporaryFolder } from '../support/folder.ts';
import { startTestGateway } from '../support/gateway.ts';
import { shared } from '../support/lifetime.ts';
import { placeNewDatabase } from '../support/new-database.ts';
import { spawnGateway } from '../support/process.ts';
import { inStore } from '../support/rows.ts';
import { runHere, serveHere } from '../support/run-here.ts';
import { newKeyText } from '../support/vault.ts';
import { sayOnWire } from '../support/wire.ts';

async function newFile() {
  const file = join(await temporaryFolder(), 'test.db');
  await placeNewDatabase(file);
  return file;
}

async function fileWithKey() {
  const file = await newFile();
  const { secret } = await inStore(file, (store) => makeApiKey({ store }));
  return { file, secret };
}

/** Makes a raw request, since HTTP clients do not let programs choose the Host header. */
const metricsOf = (host: string) =>
  `GET /metrics HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\n\r\n`;

const exposed = [
  ['on all addresses', { HOST: '0.0.0.0' }],
  ['by a name that is not localhost', { HOST: 'example.test' }],
  ['in production', { NODE_ENV: 'production' }],
] as const;

test.for(exposed)('%s it does not start without a key, and says what to do', async ([, env]) => {
  const database = { DATABASE_URL: `file:${await newFile()}`, ENCRYPTION_KEYS: newKeyText() };

  const { code, stdout, stderr } = await runHere([], { env: { ...database, PORT: '0', ...env } });

  expect(code).toBe(1);
  expect(stdout).toBe('');
  const [first, ...more] = stderr.trim().split('\n');
  expect(first).toMatch(/^No API key exists/);
  expect(more.join('\n')).toContain('npm run keys -- create --name "first" --scope admin');
  expect(more.join('\n')).toContain('ALLOW_ANONYMOUS=read');
  expect(stderr).not.toMatch(/\n {4}at /);
});

const inProduction = shared(async () => {
  const { file, secret } = await fileWithKey();
  return { gateway: await spawnGateway(file, { NODE_ENV: 'production' }), secret };
});

const query = '{ companies { totalCount } }';

test('on all addresses it starts with a key, and answers nobody without one', async () => {
  const { file, secret } = await fileWithKey();

  const gateway = await serveHere(file, { HOST: '0.0.0.0' });

  expect((await ask(gateway, { query })).status).toBe(401);
  expect((await ask(gateway, { query, headers: bearer(secret) })).status).toBe(200);
});

test('in production it starts with a key, and answers nobody without one', async () => {
  const { gateway, secret } = inProduction();

  expect((await ask(gateway, { query })).status).toBe(401);
  expect((await ask(gateway, { query, headers: bearer(secret) })).status).toBe(200);
});

/** A gateway without API keys. */
const open = shared(() => startTestGateway());

test.for(['rebound.example', 'rebound.example:4000', '127.0.0.1.rebound.example', '[::2]:4000'])(
  "without a key, a web page whose name %s was given this machine's address may do nothing",
  async (host) => {
    const answer = await sayOnWire(open(), metricsOf(host));

    expect(answer).toMatch(/^HTTP\/1.1 401 /);
  },
);

test.for(['localhost', 'LOCALHOST:4000', '127.0.0.1:4000', '127.1.2.3', '[::1]:4000'])(
  'without a key, programs on this machine reach it as %s',
  async (host) => {
    const answer = await sayOnWire(open(), metricsOf(host));

    expect(answer).toMatch(/^HTTP\/1.1 200 /);
  },
);

/** A gateway in which everybody may read, under its own names. */
const readable = shared(() =>
  startTestGateway({
    env: {
      ALLOW_ANONYMOUS: 'read',
      PUBLIC_URL: 'https://gateway.example:8443/below',
      ALLOWED_HOSTS: 'connexions, Connexions.Internal',
    },
  }),
);

test.for([
  'rebound.example',
  'rebound.example:4000',
  'gateway.example.rebound.example',
  'internal',
  '10.0.0.1.rebound.example',
])(
  "where everybody may read, a web page whose name %s was given the gateway's address may not",
  async (host) => {
    expect(await sayOnWire(readable(), metricsOf(host))).toMatch(/^HTTP\/1.1 401 /);
  },
);

test.for([
  'localhost:4000',
  '10.0.0.1',
  '10.0.0.1:4000',
  '[2001:db8::1]:4000',
  'gateway.example',
  'GATEWAY.example:4000',
  'gateway.example.',
  'connexions:4000',
  'connexions.internal',
])('where everybody may read, they do under %s', async (host) => {
  expect(await sayOnWire(readable(), metricsOf(host))).toMatch(/^HTTP\/1.1 200 /);
});

test('a caller with a key reaches the gateway under any name', async () => {
  const { secret } = await makeApiKey(readable());
  const request = metricsOf('any.example').replace(
    '\r\n\r\n',
    `\r\nauthorization: Bearer ${secret}\r\n\r\n`,
  );

  expect(await sayOnWire(readable(), request)).toMatch(/^HTTP\/1.1 200 /);
});

test('on all addresses it starts without a key if everybody may read', async () => {
  const gateway = await serveHere(await newFile(), {
    HOST: '0.0.0.0',
    ALLOW_ANONYMOUS: 'read',
  });

  const { errors } = await ask(gateway, { query });

  expect(errors).toEqual([]);
});

const warning = /WARNING: no API key exists/;

/** Returns what a gateway prints when it starts. */
async function welcomeOf(file: string, env: Record<string, string> = {}): Promise<string> {
  const gateway = await serveHere(file, env);
  return (await gateway.stop()).stdout;
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
  const { gateway, secret } = inProduction();
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
  const env = { NODE_ENV: 'production', ENCRYPTION_KEYS: newKeyText(), INTROSPECTION: 'on' };
  const gateway = await serveHere(file, env);

  const { data } = await ask(gateway, {
    query: '{ __schema { queryType { name } } }',
    headers: bearer(secret),
  });

  expect(data).toEqual({ __schema: { queryType: { name: 'Query' } } });
});
