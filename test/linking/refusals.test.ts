import { expect, test } from 'vitest';
import { change } from '../support/change.ts';
import { answers, holding } from '../support/oauth-server.ts';
import { runCommand } from '../support/process.ts';
import {
  handOver,
  startRenewing,
  type LinkedConnection,
  type Renewing,
} from '../support/renewing.ts';
import { inDatabase } from '../support/rows.ts';
import { rowsOf } from '../support/stored.ts';
import { newVault } from '../support/vault.ts';
import { rotateKeys } from '../../src/vault/rotate.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

const refusal = answers(400, { error: 'invalid_grant', error_description: 'S3CRET' });
const over = 'the platform no longer accepts the authorization';

/** Lets the platform refuse a connection's grant until it is Deauthorized. */
async function refuseTwice({ clock, eventually, server }: Renewing, { state }: LinkedConnection) {
  server.behaviour = refusal;
  await eventually(async () => (await state()).health?.state).toBe('FAILING');
  clock.setAhead(6 * minuteMs);
  await eventually(async () => (await state()).status).toBe('DEAUTHORIZED');
}

/** Starts with a connection that the platform's refusal made Deauthorized. */
async function startRefused(options: Parameters<typeof startRenewing>[0] = {}) {
  const renewing = await startRenewing(options);
  const linked = await renewing.link();
  await refuseTwice(renewing, linked);
  return { ...renewing, linked };
}

/** Tells whether a wait is as long, and a little more at random and by what the clock moves during a request. */
const isAbout = (hours: number) => (wait: number) => wait >= hours && wait < hours * 1.11;

const keptIn = ({ gateway }: Pick<Renewing, 'gateway'>) =>
  rowsOf<{ jwe: string }>(gateway.file, 'SELECT jwe FROM credentials');

const lastEvent = async ({ state }: LinkedConnection) => (await state()).history.nodes.at(-1);

test('the first refusal of a grant leaves the connection LINKED and FAILING, and the second try comes after minutes', async () => {
  const { clock, server, link, eventually } = await startRenewing();
  server.behaviour = refusal;
  const linked = await link();
  await eventually(async () => (await linked.state()).health?.state).toBe('FAILING');

  const { status, health } = await linked.state();
  const [{ at } = { at: 0 }] = server.requests;
  expect([status, health?.failures]).toEqual(['LINKED', 1]);
  expect(health?.reason).toBe('the platform reports that the grant is invalid');
  const wait = Date.parse(health?.nextRenewal ?? '') - at;
  expect(wait).toBeGreaterThanOrEqual(5 * minuteMs);
  expect(wait).toBeLessThanOrEqual(5.5 * minuteMs + 1000);
  expect(await lastEvent(linked)).toMatchObject({
    type: 'CONNECTION_FAILED',
    reason:
      'the credentials could not be renewed (the platform reports that the grant is invalid): the gateway tries again',
  });
  await clock.advance(4.5 * minuteMs);
  expect(server.requests).toHaveLength(1);
});

test('the second refusal makes it DEAUTHORIZED, and its credentials are kept', async () => {
  const { server, linked, gateway } = await startRefused();

  expect(server.refreshed()).toEqual([linked.refreshToken, linked.refreshToken]);
  expect((await linked.state()).health).toBeNull();
  expect(await lastEvent(linked)).toEqual({
    type: 'CONNECTION_DISCONNECTED',
    fromStatus: 'LINKED',
    toStatus: 'DEAUTHORIZED',
    actor: 'provider',
    reason: over,
  });
  expect((await linked.credentials())?.refreshToken).toBe(linked.refreshToken);
  // The platform may have ended the grant itself, so the gateway does not.
  expect(server.revoked()).toEqual([]);
  expect(await runCommand(['check', gateway.file]).finished).toMatchObject({ code: 0 });
});

test('a refusal that passes does no harm, and the next one counts as the first', async () => {
  const { clock, server, link, eventually } = await startRenewing();
  server.next.push(refusal);
  const { state, refreshToken, credentials } = await link();
  await eventually(async () => (await state()).health?.state).toBe('FAILING');
  clock.setAhead(6 * minuteMs);
  await eventually(async () => (await state()).health?.state).toBe('OK');
  expect((await credentials())?.refreshToken).not.toBe(refreshToken);

  server.next.push(refusal);
  clock.setAhead(56 * minuteMs);

  await eventually(async () => (await state()).health?.state).toBe('FAILING');
  expect((await state()).status).toBe('LINKED');
});

test('an outage between two refusals is none, and does not make the second the first', async () => {
  const { clock, server, link, eventually } = await startRenewing();
  server.behaviour = refusal;
  const { state } = await link();
  await eventually(async () => (await state()).health?.failures).toBe(1);
  server.behaviour = answers(503);
  clock.setAhead(6 * minuteMs);
  await eventually(async () => (await state()).health?.reason).toMatch('status 503');
  expect((await state()).status).toBe('LINKED');

  server.behaviour = refusal;

  await eventually(async () => (await state()).status).toBe('DEAUTHORIZED');
});

test('two refusals within minutes of each other count as one', async () => {
  const { server, link, eventually } = await startRenewing();
  server.behaviour = refusal;
  const { state, makeDue } = await link();
  await eventually(async () => (await state()).health?.failures).toBe(1);

  makeDue();

  await eventually(async () => (await state()).health?.failures).toBe(2);
  expect((await state()).status).toBe('LINKED');
});

test('kept credentials are tried after one hour, six hours and then each day, and erased after a week', async () => {
  const { clock, server, gateway, linked, eventually } = await startRefused();
  const next = () =>
    rowsOf<{ renewAt: number }>(gateway.file, 'SELECT renew_at AS renewAt FROM credentials')[0]
      ?.renewAt;
  const began = server.requests.at(-1)?.at ?? 0;
  const waits: number[] = [];
  for (let due = next(); due !== undefined; due = next()) {
    waits.push(due - (server.requests.at(-1)?.at ?? 0));
    clock.setAhead(due - clock.now());
    await eventually(next).not.toBe(due);
  }

  const [first = 0, second = 0, ...daily] = waits.map((wait) => wait / hourMs);
  const last = daily.pop() ?? Infinity;
  expect(first).toSatisfy(isAbout(1));
  expect(second).toSatisfy(isAbout(6));
  expect(daily.length).toBeGreaterThanOrEqual(5);
  for (const wait of daily) expect(wait).toSatisfy(isAbout(24));
  expect(last).toBeLessThan(27);
  expect(clock.now() - began).toBeGreaterThanOrEqual(7 * dayMs);
  expect(clock.now() - began).toBeLessThan(7 * dayMs + hourMs);
  // The second refusal's tries, and those of the week: the end erases without a try.
  expect(server.refreshed()).toHaveLength(2 + waits.length - 1);
  expect(server.revoked()).toEqual([]);
  // Each failed try would say the same.
  expect(await lastEvent(linked)).toMatchObject({ reason: over });
});

test('one good renewal makes the connection LINKED again, with the reason', async () => {
  const { clock, server, linked, eventually } = await startRefused();
  server.behaviour = undefined;

  clock.setAhead(1.2 * hourMs);

  await eventually(async () => (await linked.state()).status).toBe('LINKED');
  const { health } = await linked.state();
  expect(health).toMatchObject({ state: 'OK', failures: 0, reason: null, failingSince: null });
  expect(await lastEvent(linked)).toEqual({
    type: 'CONNECTION_RECONNECTED',
    fromStatus: 'DEAUTHORIZED',
    toStatus: 'LINKED',
    actor: 'provider',
    reason: 'the platform accepts the authorization again',
  });
  const { refreshToken } = (await linked.credentials()) ?? {};
  expect(refreshToken).not.toBe(linked.refreshToken);
  expect(server.isLive(refreshToken ?? '')).toBe(true);
  // It is renewed as any other from then on.
  const count = server.refreshed().length;
  clock.setAhead(hourMs);
  await eventually(() => server.refreshed().length).toBe(count + 1);
});

test('an outage while credentials are kept, with its own time to wait, changes nothing', async () => {
  const refused = await startRefused();
  const { clock, server, linked, eventually } = refused;
  server.behaviour = answers(503, '', { 'retry-after': String(8 * 3600) });
  clock.setAhead(1.2 * hourMs);
  await eventually(() => server.requests.length).toBe(3);
  server.behaviour = undefined;

  clock.setAhead(7.5 * hourMs);
  await clock.advance(5000);
  expect((await linked.state()).status).toBe('DEAUTHORIZED');
  clock.setAhead(1.5 * hourMs);

  await eventually(async () => (await linked.state()).status).toBe('LINKED');
});

const ids = ({ companyId, connectionId }: LinkedConnection) => ({ companyId, connectionId });

test.for<
  [string, (renewing: Renewing, linked: LinkedConnection) => Promise<unknown>, revoked: boolean]
>([
  [
    'linking it again',
    async ({ gateway, server }, linked) =>
      gateway.query(handOver, { input: { ...ids(linked), credentials: server.grant() } }),
    false,
  ],
  [
    'deleting the connection',
    ({ gateway }, linked) => change(gateway, 'deleteConnection', ids(linked)),
    true,
  ],
  [
    'deleting the company',
    ({ gateway }, { companyId }) => change(gateway, 'deleteCompany', { companyId }),
    true,
  ],
])('%s erases kept credentials', async ([, end, isRevoked]) => {
  const refused = await startRefused();
  const { clock, server, linked, eventually } = refused;
  const [{ jwe } = { jwe: '' }] = keptIn(refused);
  const asked = server.refreshed().length;

  await end(refused, linked);

  expect(keptIn(refused).map((it) => it.jwe)).not.toContain(jwe);
  // The platform says that the grant is over, so it counts as revoked.
  await eventually(() => server.revoked()).toEqual(isRevoked ? [linked.refreshToken] : []);
  await eventually(() => rowsOf(refused.gateway.file, 'SELECT * FROM revocations')).toEqual([]);
  clock.setAhead(2 * dayMs);
  await clock.advance(5000);
  expect(server.refreshed()).toHaveLength(asked);
});

/** Links another connection of the company, so that a refused one cannot be LINKED again. Returns its credentials. */
async function linkRival({ gateway, server }: Renewing, { companyId }: LinkedConnection) {
  const { connection } = await change(
    gateway,
    'createConnection',
    { companyId, integrationKey: 'gbol' },
    'connection { id }',
  );
  const credentials = { ...server.grant(), expires: null };
  const input = { companyId, connectionId: connection.id, credentials };
  await gateway.query(handOver, { input });
  return credentials;
}

test('where another connection is active meanwhile, the new tokens are revoked', async () => {
  const refused = await startRefused();
  const { clock, server, linked, eventually } = refused;
  const credentials = await linkRival(refused, linked);
  server.behaviour = undefined;

  clock.setAhead(1.2 * hourMs);

  await eventually(() => server.revoked().length).toBe(1);
  expect((await linked.state()).status).toBe('DEAUTHORIZED');
  expect(await lastEvent(linked)).toMatchObject({
    type: 'CONNECTION_FAILED',
    reason:
      'the platform accepts the authorization again, but the company has another active Accounting connection: the access is revoked',
  });
  expect(server.given.filter((token) => server.isLive(token))).toEqual([credentials.refreshToken]);
  expect(await linked.credentials()).toBeUndefined();
});

test('they are not revoked where that would end the access of the active connection, too', async () => {
  const refused = await startRefused({ revocationEndsAll: true });
  const { clock, server, gateway, linked, eventually } = refused;
  await linkRival(refused, linked);
  server.behaviour = undefined;

  clock.setAhead(1.2 * hourMs);

  await eventually(async () => (await lastEvent(linked))?.['reason']).toBe(
    'the platform accepts the authorization again, but the company has another active Accounting connection: the credentials are erased',
  );
  expect(await linked.credentials()).toBeUndefined();
  expect(rowsOf(gateway.file, 'SELECT * FROM revocations')).toEqual([]);
  expect(server.revoked()).toEqual([]);
});

test('a connection that is deleted while the platform accepts it again has the new tokens revoked', async () => {
  const { clock, server, gateway, linked, eventually } = await startRefused();
  const { behaviour, release } = holding();
  server.behaviour = undefined;
  server.next.push(behaviour);
  clock.setAhead(1.2 * hourMs);
  await eventually(() => server.refreshed().length).toBe(3);

  await change(gateway, 'deleteConnection', ids(linked));
  release();

  await eventually(() => server.revoked().length).toBe(2);
  await eventually(() => rowsOf(gateway.file, 'SELECT * FROM revocations')).toEqual([]);
  expect(server.given.filter((token) => server.isLive(token))).toEqual([]);
});

test('a connection that is linked while the platform accepts it again keeps what it was linked with', async () => {
  const { clock, server, gateway, linked, eventually } = await startRefused();
  const { behaviour, release } = holding();
  server.behaviour = undefined;
  server.next.push(behaviour);
  clock.setAhead(1.2 * hourMs);
  await eventually(() => server.refreshed().length).toBe(3);

  const fresh = server.grant();
  await gateway.query(handOver, { input: { ...ids(linked), credentials: fresh } });
  release();
  await eventually(() => server.isAsked()).toBe(false);
  await clock.advance(5000);

  expect((await linked.credentials())?.refreshToken).toBe(fresh.refreshToken);
  expect(await linked.state()).toMatchObject({ status: 'LINKED', health: { state: 'OK' } });
  expect(server.isLive(fresh.refreshToken)).toBe(true);
});

test('a change of the key encrypts kept credentials, too', async () => {
  const { gateway, linked } = await startRefused();

  const { resealed, keyMissing } = await rotateKeys(gateway.store, newVault());

  // They are found; this vault lacks the key that opens them.
  expect({ resealed, keyMissing }).toEqual({ resealed: 0, keyMissing: 1 });
  expect(await linked.credentials()).toBeDefined();
});

test('kept credentials whose encryption key is missing are tried later', async () => {
  const { clock, gateway, server, linked, eventually } = await startRefused();
  const setKey = async (from: string) => {
    const sql = `UPDATE credentials SET key_id = ${from}`;
    // The worker may be writing.
    await expect.poll(() => inDatabase(gateway.file, (db) => db.exec(sql))).toBeDefined();
  };
  await setKey(`key_id || '-lost'`);
  server.behaviour = undefined;
  clock.setAhead(1.2 * hourMs);
  const failing = () =>
    rowsOf(gateway.file, `SELECT * FROM credentials WHERE failure LIKE '%lost%'`);
  await eventually(() => failing().length).toBe(1);
  expect((await linked.state()).status).toBe('DEAUTHORIZED');

  await setKey(`replace(key_id, '-lost', '')`);
  clock.setAhead(16 * minuteMs);

  await eventually(async () => (await linked.state()).status).toBe('LINKED');
});
