import { expect, test } from 'vitest';
import type { ConnectionId } from '../../src/domain/id.ts';
import { answers, hangs, holding, type Behaviour } from '../support/oauth-server.ts';
import { handOver, startRenewing, type Renewing } from '../support/renewing.ts';
import { inDatabase } from '../support/rows.ts';

function setLease({ gateway, clock }: Renewing, id: ConnectionId, until: number) {
  inDatabase(gateway.file, (db) =>
    db
      .prepare(
        `UPDATE credentials SET renew_at = ?, lease_owner = 'a process that was killed', lease_until = ?
         WHERE connection_id = ?`,
      )
      .run(clock.now(), until, id),
  );
}

const unlink = `mutation ($input: UnlinkConnectionInput!) {
  unlinkConnection(input: $input) { ... on UnlinkConnectionPayload { connection { status } } }
}`;

test('what a process that was killed had leased is taken over when the lease has run out', async () => {
  const renewing = await startRenewing();
  const { clock, server, link } = renewing;
  const later = await link({ expires: clock.now() + 3_600_000 });
  const held = await link({ expires: clock.now() + 3_600_000 });
  const runsOut = clock.now() + 2000;
  setLease(renewing, held.connectionId, clock.now() + 100_000);
  setLease(renewing, later.connectionId, runsOut);

  // Once the renewal is stored, nothing else runs that would lock the database.
  await renewing
    .eventually(async () => (await later.credentials())?.refreshToken)
    .not.toBe(later.refreshToken);
  expect(server.refreshed()).toEqual([later.refreshToken]);
  expect(server.requests[0]?.at).toBeGreaterThanOrEqual(runsOut);
  expect((await held.credentials())?.refreshToken).toBe(held.refreshToken);

  setLease(renewing, held.connectionId, clock.now());
  await renewing
    .eventually(async () => (await held.credentials())?.refreshToken)
    .not.toBe(held.refreshToken);
});

test('many processes renew many connections once each', async () => {
  const { server, link, startWorker, eventually } = await startRenewing();
  startWorker();
  startWorker();
  server.behaviour = async (_, usual) => {
    await new Promise((resolve) => setImmediate(resolve));
    usual();
  };
  const linked = await Promise.all(Array.from({ length: 60 }, () => link()));

  for (const { credentials, refreshToken } of linked) {
    await eventually(async () => (await credentials())?.refreshToken).not.toBe(refreshToken);
  }

  expect(server.refreshed().toSorted()).toEqual(
    linked.map(({ refreshToken }) => refreshToken).toSorted(),
  );
});

test('a process that cannot ask a platform leaves its connections to one that can', async () => {
  const { worker, startWorker, server, link, eventually } = await startRenewing();
  await worker.stop();
  startWorker(new Map());
  const { refreshToken, state } = await link();

  startWorker();

  await eventually(() => server.refreshed()).toEqual([refreshToken]);
  await eventually(async () => (await state()).health?.expires).not.toBeNull();
  expect((await state()).health).toMatchObject({ state: 'OK', failures: 0 });
});

test('where no process has client credentials the connection is FAILING, but LINKED', async () => {
  const { clock, worker, server, link, eventually } = await startRenewing();
  await worker.stop();
  const { makeDue, state } = await link();
  const unrenewable = await link({ refreshToken: null });
  // Overdue for so long that no other process can be expected to do it first.
  const longAgo = clock.now() - 60_000;
  makeDue(longAgo);
  unrenewable.makeDue(longAgo);

  await eventually(async () => (await state()).health?.state).toBe('FAILING');
  await eventually(async () => (await unrenewable.state()).status).toBe('DEAUTHORIZED');

  expect(await state()).toMatchObject({
    status: 'LINKED',
    health: { reason: 'the gateway has no client credentials for the platform' },
  });
  expect(server.requests).toEqual([]);
});

test('a platform that is slow, with many connections, holds up no other', async () => {
  const slow = await startRenewing();
  const quick = await startRenewing({ key: 'exgd' });
  await Promise.all([slow.worker.stop(), quick.worker.stop()]);
  slow.server.behaviour = hangs;
  await Promise.all(Array.from({ length: 60 }, () => slow.link()));
  const platforms = new Map([
    ['gbol', slow.server.platform('gbol')],
    ['exgd', quick.server.platform('exgd')],
  ]);
  slow.startWorker(platforms);
  await slow.eventually(() => slow.server.requests.length).toBeGreaterThanOrEqual(20);
  const grant = quick.server.grant();
  const { companyId, connectionId } = await slow.gateway.withCompany({
    connections: [{ status: 'PendingAuth', sourceType: 'Commerce' }],
  });
  const credentials = { ...grant, expires: new Date(slow.clock.now()).toISOString() };
  const asked = slow.clock.now();
  await slow.gateway.query(handOver, { input: { companyId, connectionId, credentials } });

  await slow.eventually(() => quick.server.refreshed()).toEqual([grant.refreshToken]);

  expect(slow.clock.now() - asked).toBeLessThan(30_000);
  expect(slow.server.requests.length).toBeLessThan(40);
  slow.server.drop();
});

test('a connection that is unlinked while the platform renews has the new tokens revoked, too', async () => {
  const { gateway, server, link, eventually } = await startRenewing();
  const { behaviour, release } = holding();
  server.next.push(behaviour);
  const { companyId, connectionId, refreshToken, credentials, state } = await link();
  await eventually(() => server.refreshed()).toEqual([refreshToken]);

  await gateway.query(unlink, { input: { companyId, connectionId } });
  release();

  await eventually(() => server.revoked().length).toBe(2);
  // In any order: the platform holds the renewal back, not the revocations.
  const others = server.revoked().filter((token) => token !== refreshToken);
  expect(others).toHaveLength(1);
  expect(server.given).toContain(others[0]);
  expect(server.given.filter((token) => server.isLive(token))).toEqual([]);
  expect(await credentials()).toBeUndefined();
  expect((await state()).status).toBe('UNLINKED');
});

test.for<[string, Behaviour | undefined]>([
  ['renewed', undefined],
  ['refused', answers(400, { error: 'invalid_grant' })],
  ['not answered', answers(500)],
])(
  'a connection that is linked anew keeps its credentials when the old ones are then %s',
  async ([, late]) => {
    const { gateway, server, link, eventually } = await startRenewing();
    const { behaviour, release } = holding();
    server.next.push((response, usual) =>
      behaviour(response, () => {
        if (late) void late(response, usual);
        else usual();
      }),
    );
    const { companyId, connectionId, refreshToken, credentials, state } = await link();
    await eventually(() => server.refreshed()).toEqual([refreshToken]);
    await gateway.query(unlink, { input: { companyId, connectionId } });
    const fresh = server.grant();
    await gateway.query(handOver, { input: { companyId, connectionId, credentials: fresh } });
    const other = await link();

    release();
    server.behaviour = undefined;
    await eventually(async () => (await other.credentials())?.refreshToken).not.toBe(
      other.refreshToken,
    );
    await eventually(() => server.revoked()).toContain(refreshToken);

    expect((await credentials())?.refreshToken).toBe(fresh.refreshToken);
    expect(await state()).toMatchObject({ status: 'LINKED', health: { state: 'OK', failures: 0 } });
    expect(server.isLive(fresh.refreshToken)).toBe(true);
  },
);

test('an idle process writes nothing', async () => {
  const { clock, gateway, link, worker, startWorker, eventually } = await startRenewing();
  await worker.stop();
  await link({ expires: clock.now() + 3_600_000 });
  gateway.takeStatements();
  startWorker();

  const started = clock.now();
  await eventually(() => clock.now() - started).toBeGreaterThan(60_000);

  expect(gateway.takeStatements()).toEqual([]);
});

test('work is found soon', async () => {
  const { clock, server, link, eventually } = await startRenewing();
  await link();

  const asked = clock.now();

  await eventually(() => server.requests.length).toBe(1);

  expect(server.requests[0]?.at).toBeLessThanOrEqual(asked + 2000);
});

test('a worker that is stopped finishes what it has begun, and begins no more', async () => {
  const { clock, server, link, worker, eventually } = await startRenewing();
  const { behaviour, release } = holding();
  server.next.push(behaviour);
  const { refreshToken, credentials } = await link();
  await eventually(() => server.refreshed()).toEqual([refreshToken]);

  const stopped = worker.stop();
  const later = await link();
  release();
  await stopped;
  await clock.advance(5000);

  expect(server.isLive((await credentials())?.refreshToken ?? '')).toBe(true);
  expect(server.refreshed()).toEqual([refreshToken]);
  expect((await later.credentials())?.refreshToken).toBe(later.refreshToken);
});
