import { execFile } from 'node:child_process';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { captureLog } from '../support/captured-log.ts';
import { temporaryFolder } from '../support/folder.ts';
import { clientOf, redirectUri, startTestSandbox } from '../support/sandbox.ts';
import { inDatabase } from '../support/rows.ts';
import { rowsOf } from '../support/stored.ts';

async function newFile(): Promise<string> {
  return join(await temporaryFolder(), 'folder', 'sandbox.db');
}

test('a restart keeps grants, tokens, secrets and signing keys', async () => {
  const file = await newFile();
  const first = await startTestSandbox({ file });
  const tokens = await (await clientOf(first)).link();
  const keys = await keysOf(first);
  await first.close();

  const port = Number(new URL(first.url).port);
  const second = await startTestSandbox({ file, port });
  const client = await clientOf(second);

  expect(second.url).toBe(first.url);
  expect(second.clients).toEqual(first.clients);
  expect(await keysOf(second)).toEqual(keys);
  expect(await client.tryAccess(tokens.access_token)).toBe(200);
  const renewed = await client.refresh(tokens.refresh_token);
  await expect(client.refresh(tokens.refresh_token)).rejects.toMatchObject({
    error: 'invalid_grant',
  });
  expect(await client.tryAccess(renewed.access_token)).toBe(401);
});

test('sandboxes that start together on a new file share its secrets and grants', async () => {
  const file = await newFile();
  const [first, ...others] = await Promise.all(
    Array.from({ length: 3 }, () => startTestSandbox({ file })),
  );
  if (!first) throw new Error('none was started');
  const tokens = await (await clientOf(first)).link();
  for (const other of others) {
    expect(other.clients).toEqual(first.clients);
    expect(await keysOf(other)).toEqual(await keysOf(first));
    expect(await (await clientOf(other)).tryAccess(tokens.access_token)).toBe(200);
  }
});

test('each sandbox has secrets of its own', async () => {
  const secrets = await Promise.all(
    Array.from({ length: 2 }, async () => (await startTestSandbox()).clients),
  );
  expect(new Set(secrets.flat().map(({ clientSecret }) => clientSecret)).size).toBe(6);
});

test('only the owner can read the file', async () => {
  const file = await newFile();
  await startTestSandbox({ file });
  const modes = await Promise.all(
    ['', '-wal', '-shm'].map(async (suffix) => (await stat(file + suffix)).mode & 0o777),
  );
  expect(modes).toEqual([0o600, 0o600, 0o600]);
});

test('what has expired is removed from the file, and grants of which nothing else is left', async () => {
  const file = await newFile();
  const client = await clientOf(await startTestSandbox({ file }));
  await client.link();
  const kept = () =>
    rowsOf<{ model: string }>(file, 'SELECT DISTINCT model FROM artifacts ORDER BY model').map(
      ({ model }) => model,
    );
  expect(kept()).toEqual(['AccessToken', 'AuthorizationCode', 'Grant', 'RefreshToken']);
  inDatabase(file, (db) =>
    db.exec(`
      UPDATE artifacts SET expires_at = unixepoch() WHERE model <> 'Grant';
      UPDATE artifacts SET payload = json_set(payload, '$.iat', unixepoch() - 3600)
      WHERE model = 'Grant'`),
  );
  await fetch((await client.request()).url);
  expect(kept()).toEqual(['Interaction']);
});

test('no secret is logged, and steps are at the level of debugging', async () => {
  const log = captureLog();
  const sandbox = await startTestSandbox({ logger: log.logger });
  const client = await clientOf(sandbox);
  const tokens = await client.link();
  const renewed = await client.refresh(tokens.refresh_token);
  await expect(client.refresh(tokens.refresh_token)).rejects.toMatchObject({
    error: 'invalid_grant',
  });
  const events = log.lines().map(({ event }) => event);
  expect(events).toContain('authorization.success');
  expect(events).toContain('grant.error');
  expect(log.lines().every(({ level }) => level === 20)).toBe(true);
  for (const secret of [
    tokens.access_token,
    tokens.refresh_token,
    renewed.refresh_token,
    tokens.id_token,
    ...sandbox.clients.map(({ clientSecret }) => clientSecret),
  ]) {
    expect(log.text()).not.toContain(secret);
  }
});

test('nothing is said on the terminal', async () => {
  const built = (await readdir('dist')).find((file) => /^sandbox-[^-]*\.js$/.test(file));
  const script = `
    import { pino } from 'pino';
    import { startSandbox } from './dist/${built}';
    const options = ${JSON.stringify({
      host: '127.0.0.1',
      port: 0,
      redirectUri,
      file: await newFile(),
      accessTokenSeconds: 60,
      refreshTokenSeconds: 60,
    })};
    const sandbox = await startSandbox({
      ...options, redirectUri: () => options.redirectUri, logger: pino({ level: 'silent' }),
    });
    for (const path of ['/', '/nothing', '/auth', '/token', '/me', '/jwks']) {
      await fetch(sandbox.url + path, { headers: { accept: 'text/html' } });
    }
    await sandbox.close();`;
  const said = await promisify(execFile)(
    process.execPath,
    ['--input-type=module', '--eval', script],
    { cwd: new URL('../..', import.meta.url) },
  );
  expect(said).toEqual({ stdout: '', stderr: '' });
});

test('a port that is taken is refused, and the file is let go', async () => {
  const file = await newFile();
  const { url } = await startTestSandbox();
  const port = Number(new URL(url).port);
  await expect(startTestSandbox({ file, port })).rejects.toThrow('EADDRINUSE');
  await expect(startTestSandbox({ file })).resolves.toHaveProperty('url');
});

async function keysOf({ url }: { readonly url: string }): Promise<unknown> {
  const answer = await fetch(`${url}/jwks`);
  return answer.json();
}
