import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../support/folder.ts';
import { postQuery } from '../support/gateway.ts';
import { spawnGateway } from '../support/process.ts';
import { inDatabase } from '../support/rows.ts';
import {
  gatewaysClient,
  keptCredentials,
  linkByGrant,
  refreshTokensOf,
} from '../support/sandbox-gateway.ts';
import { amount } from '../support/soak.ts';
import { rowsOf } from '../support/stored.ts';
import { keyOf, newKeyText } from '../support/vault.ts';
import { createVault } from '../../src/vault/vault.ts';

/** The number of connections that are renewed at once. */
const connections = amount({ usual: 3, soak: 10 });

/** Makes a database and a function that starts gateways over it, with a sandbox whose access tokens expire soon. */
async function sharedDatabase(accessTokenSeconds: number) {
  const file = join(await temporaryFolder(), 'test.db');
  const key = newKeyText();
  const vault = createVault([keyOf(key)]);
  const start = async (env: Record<string, string> = {}) => {
    const gateway = await spawnGateway(file, {
      ENCRYPTION_KEYS: key,
      SANDBOX: 'on',
      SANDBOX_PORT: '0',
      SANDBOX_ACCESS_TOKEN_SECONDS: String(accessTokenSeconds),
      RATE_LIMIT: 'off',
      ...env,
    });
    return { ...gateway, file };
  };
  const link = async (gateway: Awaited<ReturnType<typeof start>>) => {
    const client = await gatewaysClient(gateway);
    for (let n = 0; n < connections; n += 1) await linkByGrant(gateway, client);
    const versions = versionsIn(file);
    inDatabase(file, (db) => db.prepare('UPDATE credentials SET renew_at = ?').run(Date.now()));
    return versions;
  };
  return { file, start, link, kept: () => keptCredentials(file, vault) };
}

/** Returns the versions of the stored credentials, by connection. Each renewal increments the version. */
const versionsIn = (file: string) =>
  new Map(
    inDatabase(file, (db) =>
      db
        .prepare<[], [string, number]>('SELECT connection_id, version FROM credentials')
        .raw()
        .all(),
    ),
  );

/** Expects a condition to hold within 25 s, with a poll interval that does not slow down the processes. */
function soon<T>(read: () => T, message: string) {
  return expect.poll(read, { timeout: 25_000, interval: 50, message });
}

const statusesOf = (file: string) =>
  inDatabase(file, (db) =>
    db.prepare<[], { id: string; status: string }>('SELECT id, status FROM connections').all(),
  );

test.for([
  ['two gateways renew', [{}, {}]],
  ['a gateway of two workers renews', [{ WORKERS: '2' }]],
] as const)(
  '%s each connection once when it is due, and stop in order meanwhile',
  async ([, envs]) => {
    const { file, start, link, kept } = await sharedDatabase(amount({ usual: 2, soak: 4 }));
    const gateways = await Promise.all(envs.map((env) => start(env)));
    const [a] = gateways;
    if (a === undefined) throw new Error('there is no gateway');
    const first = await link(a);
    const times = amount({ usual: 2, soak: 3 });
    const renewals = () =>
      [...versionsIn(file)].map(([id, version]) => version - (first.get(id) ?? 0));

    await soon(renewals, 'each was renewed again and again').toSatisfy((counts: number[]) =>
      counts.every((count) => count >= times),
    );
    for (const { child } of gateways) child.kill('SIGTERM');
    const ended = await Promise.all(gateways.map(({ finished }) => finished));

    expect(ended.map(({ code }) => code)).toEqual(gateways.map(() => 0));
    const total = renewals().reduce((sum, count) => sum + count, 0);
    const { used, usable } = refreshTokensOf(file);
    expect(used).toHaveLength(total);
    for (const { refreshToken, leaseUntil } of await kept()) {
      expect(usable.has(refreshToken)).toBe(true);
      expect(leaseUntil).toBeNull();
    }
    expect(statusesOf(file).map(({ status }) => status)).toEqual(Array(connections).fill('Linked'));
  },
);

test('what a process that is killed had not stored is all that is lost', async () => {
  const { file, start, link, kept } = await sharedDatabase(2);
  const killed = await start();
  await link(killed);
  await soon(() => refreshTokensOf(file).used.length, 'renewals run').toBeGreaterThan(
    connections * 1.5,
  );
  killed.child.kill('SIGKILL');
  await killed.finished;

  // The platform consumed the token, but its response was not stored before the process was killed.
  const atEnd = await kept();
  const { usable } = refreshTokensOf(file);
  const lost = atEnd.filter(({ refreshToken }) => !usable.has(refreshToken));
  // Expire the leases now instead of waiting for it.
  inDatabase(file, (db) =>
    db
      .prepare('UPDATE credentials SET lease_until = ? WHERE lease_until IS NOT NULL')
      .run(Date.now()),
  );
  const next = await start();
  const before = new Map(atEnd.map(({ connectionId, version }) => [connectionId, version]));
  const isLost = new Set(lost.map(({ connectionId }) => connectionId));
  await soon(() => [...versionsIn(file)], 'what can be is renewed').toSatisfy(
    (now: [string, number][]) =>
      now.every(([id, version]) => isLost.has(id) || version > (before.get(id) ?? Infinity)),
  );
  const refused = () => rowsOf(file, 'SELECT * FROM credentials WHERE refused_at IS NOT NULL');
  await soon(() => refused().length, 'the rest is refused').toBe(lost.length);
  expect(statusesOf(file).map(({ status }) => status)).toEqual(Array(connections).fill('Linked'));
  // The second try, as if the minutes had passed.
  inDatabase(file, (db) =>
    db
      .prepare(
        'UPDATE credentials SET refused_at = refused_at - 300000, renew_at = ? WHERE refused_at IS NOT NULL',
      )
      .run(Date.now()),
  );
  const deauthorizedIn = () => statusesOf(file).filter(({ status }) => status !== 'Linked');
  await soon(() => deauthorizedIn().length, 'and refused again').toBe(lost.length);

  const deauthorized = deauthorizedIn();
  expect(deauthorized.map(({ id }) => id).toSorted()).toEqual(
    lost.map(({ connectionId }) => connectionId).toSorted(),
  );
  const { data } = await postQuery<{ connections: { totalCount: number } }>(
    next.url,
    '{ connections(filter: { status: LINKED }) { totalCount } }',
  );
  expect(data.connections.totalCount).toBe(connections - lost.length);
});
