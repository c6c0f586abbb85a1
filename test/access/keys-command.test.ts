import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ask, bearer } from '../support/callers.ts';
import { temporaryFolder } from '../support/folder.ts';
import { startTestGateway } from '../support/gateway.ts';
import { placeNewDatabase } from '../support/new-database.ts';
import { runCommand } from '../support/process.ts';
import { inStore } from '../support/rows.ts';
import { runHere } from '../support/run-here.ts';

async function newFile() {
  const file = join(await temporaryFolder(), 'test.db');
  await placeNewDatabase(file);
  return file;
}

function keys(file: string, args: readonly string[], env: Record<string, string> = {}) {
  return runHere(['keys', ...args], { env: { DATABASE_URL: `file:${file}`, ...env } });
}

/** Starts the command in its own process. */
function startKeys(file: string, args: readonly string[]) {
  return runCommand(['keys', ...args], { env: { DATABASE_URL: `file:${file}` } });
}

const creation = ['create', '--name', 'web', '--scope', 'read'];
const create = (file: string, ...more: string[]) => keys(file, [...creation, ...more]);

const storedKeys = (file: string) => inStore(file, (store) => store.apiKeys.all());

test('keys create shows exactly the key on standard output, and the key works', async () => {
  const file = join(await temporaryFolder(), 'new.db');

  const { code, stdout } = await startKeys(file, creation).finished;

  expect(code).toBe(0);
  expect(stdout).toMatch(/^cnx_[0-9a-z]{8}_[\w-]{43}\n$/);
  const gateway = await startTestGateway({ file });
  const query = '{ __typename }';
  expect((await ask(gateway, { query, headers: bearer(stdout.trim()) })).status).toBe(200);
  expect((await ask(gateway, { query })).status).toBe(401);
});

test.for([
  [['--expires', '90d'], 90 * 24 * 3_600_000],
  [['--expires', '12h'], 12 * 3_600_000],
  [[], null],
] as const)('keys create with %j keeps what is said of the key', async ([args, lifetime]) => {
  const file = await newFile();

  await create(file, ...args);

  const [key] = await storedKeys(file);
  expect(key).toMatchObject({ name: 'web', scope: 'read', revoked: null });
  expect(key?.expires).toBe(lifetime === null ? null : Number(key?.created) + lifetime);
});

test.for([
  [['--scope', 'everything'], /scope.*read, write, admin/is],
  [['--expires', '0d'], /--expires/],
  [['--expires', '90'], /--expires/],
  [['--expires', '1w'], /--expires/],
  [['--expires', '9999999d'], /--expires/],
  [['--name', ' '], /--name/],
  [['--name', 'x'.repeat(101)], /--name/],
] as const)('keys create refuses %j', async ([args, message]) => {
  const file = await newFile();

  const { code, stdout, stderr } = await create(file, ...args);

  expect(code).toBe(1);
  expect(stdout).toBe('');
  expect(stderr).toMatch(message);
  expect(stderr).not.toMatch(/\n {4}at /);
  expect(await storedKeys(file)).toEqual([]);
});

test.for([
  [['create', '--scope', 'read'], /--name/],
  [['revoke'], /key/],
] as const)('keys %j says what is missing', async ([args, message]) => {
  const { code, stdout, stderr } = await startKeys(await newFile(), args).finished;

  expect(code).toBe(1);
  expect(stdout).toBe('');
  expect(stderr).toMatch(message);
});

test('keys create makes no more than MAX_API_KEYS usable ones, and says so', async () => {
  const file = await newFile();
  await create(file);

  const { code, stdout, stderr } = await keys(
    file,
    ['create', '--name', 'second', '--scope', 'read'],
    { MAX_API_KEYS: '1' },
  );

  expect(code).toBe(1);
  expect(stdout).toBe('');
  expect(stderr).toMatch(/\b1 usable API keys?\b.*MAX_API_KEYS/);
});

test('keys list shows each key but never its secret', async () => {
  const file = await newFile();
  const first = (await create(file)).stdout.trim();
  const second = (await create(file, '--expires', '1d')).stdout.trim();

  const { code, stdout, stderr } = await keys(file, ['list']);

  expect(code).toBe(0);
  const lines = stdout.trim().split('\n');
  expect(lines).toHaveLength(2);
  expect(lines[0]).toContain(first.slice(4, 12));
  expect(lines[0]).toMatch(/read .*usable .*web .*never expires, never used/);
  expect(lines[1]).toContain(second.slice(4, 12));
  for (const secret of [first, second]) expect(stdout + stderr).not.toContain(secret.slice(-43));
});

test('keys list of a new database is empty', async () => {
  const { code, stdout } = await keys(join(await temporaryFolder(), 'new.db'), ['list']);

  expect(code).toBe(0);
  expect(stdout).toBe('');
});

test.for(['id', 'prefix'] as const)('keys revoke takes the %s of a key', async (what) => {
  const file = await newFile();
  await create(file);
  const [key] = await storedKeys(file);

  const { code, stdout } = await keys(file, ['revoke', String(key?.[what])]);

  expect(code).toBe(0);
  expect(stdout).toMatch(/UNUSABLE.*revoked 20/);
  expect((await storedKeys(file))[0]?.revoked).toEqual(expect.any(Number));
});

test.for(['00000000-0000-4000-8000-000000000000', 'abcdefgh'])(
  'keys revoke says that there is no key %j',
  async (key) => {
    const { code, stderr } = await keys(await newFile(), ['revoke', key]);

    expect(code).toBe(1);
    expect(stderr).toMatch(/^No API key has this id or prefix/);
  },
);

test('keys revoke says that a key is revoked already', async () => {
  const file = await newFile();
  await create(file);
  const [key] = await storedKeys(file);
  await keys(file, ['revoke', String(key?.id)]);

  const { code, stderr } = await keys(file, ['revoke', String(key?.id)]);

  expect(code).toBe(1);
  expect(stderr).toMatch(/already revoked/);
});

test('a key that the command revokes stops working at once in a gateway that runs', async () => {
  const file = await newFile();
  const secret = (await create(file)).stdout.trim();
  const gateway = await startTestGateway({ file });
  const use = () => ask(gateway, { query: '{ __typename }', headers: bearer(secret) });
  expect((await use()).status).toBe(200);

  await startKeys(file, ['revoke', secret.slice(4, 12)]).finished;

  expect((await use()).status).toBe(401);
});

test('keys list ends quietly where nobody reads what it prints', async () => {
  const file = await newFile();
  await create(file);
  const { child, finished } = startKeys(file, ['list']);

  child.stdout?.destroy();

  expect(await finished).toMatchObject({ code: 0, stderr: '' });
});
