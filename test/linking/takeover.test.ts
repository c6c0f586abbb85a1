import { EventEmitter, once } from 'node:events';
import { expect, test } from 'vitest';
import type { ConnectionId } from '../../src/domain/id.ts';
import { answers, hangs, type Behaviour } from '../support/oauth-server.ts';
import { handOver, startRenewing, type Renewing } from '../support/renewing.ts';
import { inDatabase } from '../support/rows.ts';

const patience = { timeout: 15_000 };

/** Waits for the requests that it holds until it is told to answer them. */
function holding(): { readonly behaviour: Behaviour; readonly release: () => void } {
  const gate = new EventEmitter();
  const released = once(gate, 'open');
  return {
    behaviour: async (_, usual) => {
      await released;
      usual();
    },
    release: () => gate.emit('open'),
  };
}

function setLease({ gateway }: Renewing, id: ConnectionId, until: number) {
  inDatabase(gateway.file, (db) =>
    db
      .prepare(
        `UPDATE credentials SET renew_at = ?, lease_owner = 'a process that was killed', lease_until = ?
         WHERE connection_id = ?`,
      )
      .run(Date.now(), until, id),
  );
}

const unlink = `mutation ($input: UnlinkConnectionInput!) {
  unlinkConnection(input: $input) { ... on UnlinkConnectionPayload { connection { status } } }
}`;

test('what a process that was killed had leased is taken over when the lease has run out', async () => {
  const renewing = await startRenewing();
  const { server, link } = renewing;
  const later = await link({ expires: Date.now() + 3_600_000 });
  const held = await link({ expires: Date.now() + 3_600_000 });
  setLease(renewing, held.connectionId, Date.now() + 60_000);
  setLease(renewing, later.connectionId, Date.now() + 2000);

  await expect.poll(() => server.refreshed(), patience).toEqual([later.refreshToken]);
  expect(server.requests[0]?.at).toBeGreaterThanOrEqual(Date.now() - 15_000);
  expect((await held.credentials())?.refreshToken).toBe(held.refreshToken);

  setLease(renewing, held.connectionId, Date.now());
  await expect
    .poll(async () => (await held.credentials())?.refreshToken, patience)
    .not.toBe(held.refreshToken);
});

test('many processes renew many connections once each', async () => {
  const { server, link, startWorker } = await startRenewing();
  startWorker();
  startWorker();
  server.behaviour = async (_, usual) => {
    await new Promise((resolve) => setImmediate(resolve));
    usual();
  };
  const linked = await Promise.all(Array.from({ length: 60 }, () => link()));

  for (const { credentials, refreshToken } of linked) {
    await expect
      .poll(async () => (await credentials())?.refreshToken, patience)
      .not.toBe(refreshToken);
  }

  expect(server.refreshed().toSorted()).toEqual(
    linked.map(({ refreshToken }) => refreshToken).toSorted(),
  );
});

test('a process that cannot ask a platform leaves its connections to one that can', async () => {
  const { worker, startWorker, server, link } = await startRenewing();
  await worker.stop();
  startWorker(new Map());
  const { refreshToken, state } = await link();

  startWorker();

  await expect.poll(() => server.refreshed(), patience).toEqual([refreshToken]);
  await expect.poll(async () => (await state()).health?.expires).not.toBeNull();
  expect((await state()).health).toMatchObject({ state: 'OK', failures: 0 });
});

test('where no process has client credentials the connection is FAILING, but LINKED', async () => {
  const { worker, server, link } = await startRenewing();
  await worker.stop();
  const { makeDue, state } = await link();
  const unrenewable = await link({ refreshToken: null });
  // For so long that no other process can be expected to come first.
  const longAgo = Date.now() - 60_000;
  makeDue(longAgo);
  unrenewable.makeDue(longAgo);

  await expect.poll(async () => (await state()).health?.state, patience).toBe('FAILING');
  await expect.poll(async () => (await unrenewable.state()).status, patience).toBe('DEAUTHORIZED');

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
  await expect.poll(() => slow.server.requests.length, patience).toBeGreaterThanOrEqual(20);
  const grant = quick.server.grant();
  const { companyId, connectionId } = await slow.gateway.withCompany({
    connections: [{ status: 'PendingAuth', sourceType: 'Commerce' }],
  });
  const credentials = { ...grant, expires: new Date().toISOString() };
  const asked = Date.now();
  await slow.gateway.query(handOver, { input: { companyId, connectionId, credentials } });

  await expect.poll(() => quick.server.refreshed(), patience).toEqual([grant.refreshToken]);

  expect((quick.server.requests[0]?.at ?? Infinity) - asked).toBeLessThan(3000);
  expect(slow.server.requests.length).toBeLessThan(40);
  slow.server.drop();
});

test('a connection that is unlinked while the platform renews has the new tokens revoked, too', async () => {
  const { gateway, server, link } = await startRenewing();
  const { behaviour, release } = holding();
  server.next.push(behaviour);
  const { companyId, connectionId, refreshToken, credentials, state } = await link();
  await expect.poll(() => server.refreshed(), patience).toEqual([refreshToken]);

  await gateway.query(unlink, { input: { companyId, connectionId } });
  release();

  await expect.poll(() => server.revoked().length, patience).toBe(2);
  expect(server.revoked()[0]).toBe(refreshToken);
  expect(server.given).toContain(server.revoked()[1]);
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
    const { gateway, server, link } = await startRenewing();
    const { behaviour, release } = holding();
    server.next.push((response, usual) =>
      behaviour(response, () => {
        if (late) void late(response, usual);
        else usual();
      }),
    );
    const { companyId, connectionId, refreshToken, credentials, state } = await link();
    await expect.poll(() => server.refreshed(), patience).toEqual([refreshToken]);
    await gateway.query(unlink, { input: { companyId, connectionId } });
    const fresh = server.grant();
    await gateway.query(handOver, { input: { companyId, connectionId, credentials: fresh } });
    const other = await link();

    release();
    server.behaviour = undefined;
    await expect
      .poll(async () => (await other.credentials())?.refreshToken, patience)
      .not.toBe(other.refreshToken);
    await expect.poll(() => server.revoked(), patience).toContain(refreshToken);

    expect((await credentials())?.refreshToken).toBe(fresh.refreshToken);
    expect(await state()).toMatchObject({ status: 'LINKED', health: { state: 'OK', failures: 0 } });
    expect(server.isLive(fresh.refreshToken)).toBe(true);
  },
);

test('an idle process writes nothing', async () => {
  const { gateway, link, worker, startWorker } = await startRenewing();
  await worker.stop();
  await link({ expires: Date.now() + 3_600_000 });
  gateway.takeStatements();
  startWorker();

  const looked = Date.now();
  await expect.poll(() => Date.now() - looked, patience).toBeGreaterThan(2500);

  expect(gateway.takeStatements()).toEqual([]);
});

test('work is found soon', async () => {
  const { server, link } = await startRenewing();
  const linked = Date.now();
  await link();

  await expect.poll(() => server.requests.length, patience).toBe(1);

  expect((server.requests[0]?.at ?? Infinity) - linked).toBeLessThan(2000);
});

test('a worker that is stopped finishes what it has begun, and begins no more', async () => {
  const { server, link, worker } = await startRenewing();
  const { behaviour, release } = holding();
  server.next.push(behaviour);
  const { refreshToken, credentials } = await link();
  await expect.poll(() => server.refreshed(), patience).toEqual([refreshToken]);

  const stopped = worker.stop();
  const later = await link();
  release();
  await stopped;

  expect(server.isLive((await credentials())?.refreshToken ?? '')).toBe(true);
  expect(server.refreshed()).toEqual([refreshToken]);
  expect((await later.credentials())?.refreshToken).toBe(later.refreshToken);
});
