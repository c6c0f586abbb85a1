import { chmod, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import { openVault } from '../../src/app/gateway/open-vault.ts';
import { namesIn } from '../support/database.ts';
import { temporaryFolder } from '../support/folder.ts';
import { shared } from '../support/lifetime.ts';
import { placeNewDatabase } from '../support/new-database.ts';
import { runCommand, spawnGateway, type Finished } from '../support/process.ts';
import { inStore } from '../support/rows.ts';
import { runHere, serveHere } from '../support/run-here.ts';
import { addSealed } from '../support/sealed.ts';
import { keyOf, newKeyText, newVault } from '../support/vault.ts';

const newFile = async () => join(await temporaryFolder(), 'test.db');

/** Starts a gateway and stops it again. Returns its output. */
async function startOnce(file: string, env: Record<string, string> = {}) {
  const gateway = await serveHere(file, env);
  return gateway.stop();
}

/** The same in a separate process. */
async function startProcessOnce(file: string, env: Record<string, string> = {}) {
  const { child, finished } = await spawnGateway(file, env);
  child.kill('SIGTERM');
  return finished;
}

/** Makes a database and the key that the first start creates beside it. */
async function fileWithKey(): Promise<string> {
  const file = await newFile();
  await placeNewDatabase(file);
  openVault(readConfig({ DATABASE_URL: `file:${file}` }));
  return file;
}

/** Expects a gateway to fail to start. Returns its output. */
async function refusedStart(
  file: string,
  env: Record<string, string> = {},
  run: (...given: Parameters<typeof runHere>) => Promise<Finished> = runHere,
): Promise<string> {
  const given = { DATABASE_URL: `file:${file}`, PORT: '0', ...env };
  const { code, stdout, stderr } = await run([], { env: given });
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).not.toMatch(/\n {4}at /);
  return stderr;
}

const keyLine = /^ {2}Encryption key ([0-9a-f]{16}): (.*)$/m;

const started = shared(async () => {
  const file = await newFile();
  const { stdout } = await startProcessOnce(file);
  return { file, stdout };
});

test('the first start makes a key that only its owner can read, and says where it is', async () => {
  const { file, stdout } = started();

  const [, id, where] = keyLine.exec(stdout) ?? [];
  expect(where).toBe(`${file}.key (new; keep a copy: without it, credentials cannot be decrypted)`);
  expect((await stat(`${file}.key`)).mode & 0o777).toBe(0o600);
  const text = await readFile(`${file}.key`, 'utf8');
  expect(keyOf(text).id).toBe(id);
  expect(stdout).not.toContain(text.trim());
});

test('the next start takes the same key, and says where it is', async () => {
  const { file, ...first } = started();

  const { stdout } = await startOnce(file);

  expect(keyLine.exec(stdout)?.[1]).toBe(keyLine.exec(first.stdout)?.[1]);
  expect(keyLine.exec(stdout)?.[2]).toBe(`${file}.key`);
});

test('with ENCRYPTION_KEYS no key file is made, and the first key is the one that encrypts', async () => {
  const file = await newFile();
  const [one, other] = [newKeyText(), newKeyText()];

  const { stdout } = await startOnce(file, { ENCRYPTION_KEYS: `${one},${other}` });

  expect(keyLine.exec(stdout)?.slice(1)).toEqual([keyOf(one).id, 'the first of ENCRYPTION_KEYS']);
  expect(await readdir(join(file, '..'))).toEqual(['test.db']);
});

test('processes that start at once on a new database agree on one key', async () => {
  const file = await newFile();

  const outputs = await Promise.all(Array.from({ length: 4 }, () => startProcessOnce(file)));

  const lines = outputs.map(({ stdout }) => keyLine.exec(stdout));
  expect(new Set(lines.map((line) => line?.[1])).size).toBe(1);
  expect(lines.filter((line) => line?.[2]?.includes('(new;'))).toHaveLength(1);
  expect((await readdir(join(file, '..'))).toSorted()).toEqual(['test.db', 'test.db.key']);
});

test('in production the start is refused without ENCRYPTION_KEYS, says how to make one, and leaves nothing', async () => {
  const file = await newFile();

  const env = { NODE_ENV: 'production', ENCRYPTION_KEYS: '' };
  const refusal = await refusedStart(file, env, (...given) => runCommand(...given).finished);

  expect(refusal).toMatch(
    /^ENCRYPTION_KEYS must be set in production: .*\n\n {2}openssl rand -base64 32\n/,
  );
  expect(await readdir(join(file, '..'))).toEqual([]);
});

test('in production a key file is not used, but named', async () => {
  const file = await fileWithKey();

  const refusal = await refusedStart(file, { NODE_ENV: 'production', ENCRYPTION_KEYS: '' });

  expect(refusal).toContain(`The key that this database used until now is in ${file}.key.\n`);
});

test('in production with ENCRYPTION_KEYS it starts', async () => {
  const env = { NODE_ENV: 'production', ENCRYPTION_KEYS: newKeyText(), ALLOW_ANONYMOUS: 'read' };

  expect((await startProcessOnce(await newFile(), env)).code).toBe(0);
});

test('a key file that others can read is refused, with the command that mends it', async () => {
  const file = await fileWithKey();
  await chmod(`${file}.key`, 0o644);

  expect(await refusedStart(file)).toContain(`\n  chmod 600 '${file}.key'\n`);

  await chmod(`${file}.key`, 0o600);
  expect((await startOnce(file)).stdout).toContain('Connexions is ready');
});

test.for([
  ['empty', ''],
  ['garbled', 'S3CRET garbage'],
])('a key file that is %s is refused with a clear message', async ([, text = '']) => {
  const file = await newFile();
  await writeFile(`${file}.key`, text, { mode: 0o600 });

  const refusal = await refusedStart(file);

  expect(refusal).toContain(`${file}.key must contain the encryption key`);
  expect(refusal).not.toContain('S3CRET');
});

test('garbled ENCRYPTION_KEYS are refused, and shown nowhere', async () => {
  const file = await newFile();
  const garbled = `S3CRET${newKeyText()}`;

  const refusal = await refusedStart(file, { ENCRYPTION_KEYS: garbled, LOG_LEVEL: 'trace' });

  expect(refusal).toMatch(
    /^ENCRYPTION_KEYS must be comma-separated keys, .* key 1 has 36 bytes instead of 32\n$/,
  );
  expect(refusal).not.toContain('S3CRET');
  expect(await readdir(join(file, '..'))).toEqual([]);
});

test('secrets whose key is lost are told of on the terminal and in the log, and the gateway runs', async () => {
  const file = await fileWithKey();
  const lost = newVault((await readFile(`${file}.key`, 'utf8')).trim());
  await inStore(file, (store) => addSealed(store, lost, 3));
  await rm(`${file}.key`);

  const { stdout, stderr } = await startOnce(file);

  expect(stdout).toContain('Connexions is ready');
  expect(stdout).toContain(
    `  WARNING: 3 secrets in the database are encrypted with keys that are missing (${lost.keyId}).\n`,
  );
  expect(stdout).toContain('docs/encryption.md');
  const warning = stderr.split('\n').find((line) => line.includes('"level":40'));
  expect(JSON.parse(warning ?? '')).toMatchObject({
    msg: 'encryption keys are missing',
    sealed: { [lost.keyId]: 3 },
  });
});

test('secrets that any of the keys opens are not warned of', async () => {
  const file = await newFile();
  const [one, other] = [newKeyText(), newKeyText()];
  await inStore(file, (store) => addSealed(store, newVault(other), 3));

  const { stdout, stderr } = await startOnce(file, {
    ENCRYPTION_KEYS: `${one},${other}`,
    LOG_LEVEL: 'warn',
  });

  expect(stdout).not.toContain('missing');
  expect(stderr).toBe('');
});

test('other commands need no key, also in production', async () => {
  const file = await newFile();
  const env = { DATABASE_URL: `file:${file}`, NODE_ENV: 'production', ENCRYPTION_KEYS: '' };

  for (const args of [['import', '-'], ['keys', 'list'], ['check'], ['backup', `${file}.backup`]]) {
    const { code, stderr } = await runHere(args, { env });
    expect({ args, code, stderr }).toEqual({ args, code: 0, stderr: '' });
  }
  expect(await namesIn(join(file, '..'))).toEqual(['test.db', 'test.db.backup']);
});

test('a backup has no key in it, and says so where there is a key file', async () => {
  const file = await fileWithKey();
  const backUp = async (name: string) => {
    const env = { DATABASE_URL: `file:${file}` };
    return (await runHere(['backup', join(file, '..', name)], { env })).stdout;
  };

  expect(await backUp('one')).toContain(`\n${file}.key is not part of the backup: keep a copy`);
  const key = (await readFile(`${file}.key`, 'utf8')).trim();
  expect(await readFile(join(file, '..', 'one'), 'latin1')).not.toContain(key);
  await rm(`${file}.key`);
  expect(await backUp('other')).not.toContain('.key');
});
