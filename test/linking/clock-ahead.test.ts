import { expect, test } from 'vitest';
import { PlatformRests } from '../../src/linking/upkeep/platform-rests.ts';
import { newId, type IntegrationId } from '../../src/domain/id.ts';
import { ask, bearer, makeApiKey } from '../support/callers.ts';
import { change } from '../support/change.ts';
import { ManualClock } from '../support/clock.ts';
import { choose, openBrowser, startLinkingGateway } from '../support/linking.ts';
import { answers } from '../support/oauth-server.ts';
import { startRenewing, type LinkedConnection, type Renewing } from '../support/renewing.ts';
import { inDatabase } from '../support/rows.ts';
import { rowsOf } from '../support/stored.ts';

// A clock that was a day ahead for a moment, such as that of a machine that was suspended or misconfigured. What happened
// meanwhile must not stay wrong for that day.

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** Runs `work` while the clock is a day ahead. */
async function aDayAhead<T>(clock: ManualClock, work: () => T | Promise<T>): Promise<T> {
  clock.setAhead(dayMs);
  try {
    return await work();
  } finally {
    clock.setBack(dayMs);
  }
}

const expiryOf = async ({ state }: LinkedConnection) =>
  Date.parse((await state()).health?.expires ?? '');

const reasonOf = async ({ state }: LinkedConnection) => (await state()).health?.reason ?? '';

/** What happens to a connection while the clock is ahead, and what is right soon after. */
const moments: Record<
  string,
  (renewing: Renewing) => Promise<{ readonly read: () => unknown; readonly soon: unknown }>
> = {
  'credentials that are stored are renewed': async (renewing) => {
    const { clock, server, link } = renewing;
    const linked = await aDayAhead(clock, () => link({ expires: clock.now() + hourMs }));
    return { read: () => server.refreshed(), soon: [linked.refreshToken] };
  },
  'credentials that are renewed are renewed again': async (renewing) => {
    const { clock, server, link, eventually } = renewing;
    const linked = await link({ expires: clock.now() + hourMs });
    const isRenewed = async () =>
      (await linked.credentials())?.refreshToken !== linked.refreshToken;
    await aDayAhead(clock, () => eventually(isRenewed).toBe(true));
    const read = async () => [
      server.refreshed().length,
      (await expiryOf(linked)) <= clock.now() + hourMs,
    ];
    return { read, soon: [2, true] };
  },
  'a failed renewal is tried again': async (renewing) => {
    const { clock, server, link, eventually } = renewing;
    const linked = await link({ expires: clock.now() + hourMs });
    server.behaviour = answers(503, '', { 'retry-after': '3600' });
    const health = async () => (await linked.state()).health?.state;
    await aDayAhead(clock, () => eventually(health).toBe('FAILING'));
    server.behaviour = undefined;
    return { read: health, soon: 'OK' };
  },
  'a refusal does not make the next one the second': async (renewing) => {
    const { clock, server, link, eventually } = renewing;
    const linked = await link({ expires: clock.now() + hourMs });
    server.behaviour = answers(400, { error: 'invalid_grant' });
    await aDayAhead(clock, () => eventually(() => reasonOf(linked)).toMatch('grant is invalid'));
    const read = async () => [(await linked.state()).status, server.requests.length];
    return { read, soon: ['LINKED', 2] };
  },
  'a lease that a killed process had does not last until tomorrow': async (renewing) => {
    const { clock, gateway, server, link } = renewing;
    const linked = await link({ expires: clock.now() + hourMs });
    inDatabase(gateway.file, (db) =>
      db
        .prepare(`UPDATE credentials SET renew_at = ?, lease_owner = 'killed', lease_until = ?`)
        .run(clock.now(), clock.now() + dayMs + 2 * minuteMs),
    );
    return { read: () => server.refreshed(), soon: [linked.refreshToken] };
  },
  'a revocation that failed is tried again': async (renewing) => {
    const { clock, gateway, server, link, eventually } = renewing;
    const { companyId, connectionId, refreshToken } = await link({ expires: null });
    server.behaviour = answers(500);
    await aDayAhead(clock, async () => {
      await change(gateway, 'unlinkConnection', { companyId, connectionId });
      await eventually(() => server.requests.length).toBe(1);
      const failed = 'SELECT * FROM revocations WHERE failures = 1';
      await eventually(() => rowsOf(gateway.file, failed).length).toBe(1);
    });
    server.behaviour = undefined;
    return { read: () => server.isLive(refreshToken), soon: false };
  },
  'kept credentials are tried at once, and link the connection again': async (renewing) => {
    const { clock, server, link, eventually } = renewing;
    const linked = await link({ expires: clock.now() + hourMs });
    const status = async () => (await linked.state()).status;
    server.behaviour = answers(400, { error: 'invalid_grant' });
    await aDayAhead(clock, async () => {
      await eventually(() => reasonOf(linked)).toMatch('grant is invalid');
      clock.setAhead(6 * minuteMs);
      await eventually(status).toBe('DEAUTHORIZED');
    });
    server.behaviour = undefined;
    return { read: status, soon: 'LINKED' };
  },
  'credentials that are kept are not kept for longer': async (renewing) => {
    const { clock, gateway, server, link, eventually } = renewing;
    const linked = await link({ expires: clock.now() + hourMs });
    server.behaviour = answers(400, { error: 'invalid_grant' });
    await aDayAhead(clock, async () => {
      await eventually(() => reasonOf(linked)).toMatch('grant is invalid');
      clock.setAhead(6 * minuteMs);
      await eventually(async () => (await linked.state()).status).toBe('DEAUTHORIZED');
    });
    const kept = 'SELECT kept_until AS keptUntil FROM credentials';
    const read = () =>
      rowsOf<{ keptUntil: number }>(gateway.file, kept).map(
        ({ keptUntil }) => keptUntil <= clock.now() + 7 * dayMs,
      );
    return { read, soon: [true] };
  },
  'credentials without a refresh token expire as long after as they last': async (renewing) => {
    const { clock, gateway, link } = renewing;
    const linked = await link({ refreshToken: null, expires: clock.now() + 3 * dayMs });
    await gateway.store.transact(async (tx) => {
      const stored = await tx.credentials.ofConnection(linked.connectionId);
      if (!stored) throw new Error('it has no credentials');
      // As an exchange of a code stores them while the clock is a day ahead.
      const then = clock.now() + dayMs;
      const expires = then + hourMs;
      const times = { expires, renewAt: expires, scheduled: then, obtained: then };
      await tx.credentials.set(linked.connectionId, { sealed: stored.sealed, ...times });
    });
    const read = async () => {
      const { status } = await linked.state();
      return status === 'LINKED' && (await expiryOf(linked)) <= clock.now() + hourMs;
    };
    return { read, soon: true };
  },
};

test.for(Object.entries(moments))('while the clock is a day ahead: %s', async ([, happens]) => {
  const renewing = await startRenewing();
  const { clock, eventually } = renewing;
  const { read, soon } = await happens(renewing);
  const back = clock.now();

  await eventually(read).toEqual(soon);

  expect(clock.now() - back).toBeLessThan(5 * minuteMs);
});

test('a clock that is a little ahead renews nothing, and ends no lease', async () => {
  const { clock, gateway, server, link } = await startRenewing();
  clock.setAhead(30_000);
  await link({ expires: clock.now() + hourMs });
  clock.setBack(30_000);
  await clock.advance(10_000);
  expect(server.requests).toEqual([]);
  inDatabase(gateway.file, (db) =>
    db
      .prepare(`UPDATE credentials SET renew_at = ?, lease_owner = 'another', lease_until = ?`)
      .run(clock.now(), clock.now() + 150_000),
  );

  await clock.advance(10_000);

  expect(server.requests).toEqual([]);
});

test('a platform that asked this process to wait is not spared for a day', () => {
  const clock = new ManualClock();
  const rests = new PlatformRests(clock);
  const id = newId<IntegrationId>();
  clock.setAhead(dayMs);
  rests.note(id, hourMs);
  expect(rests.all()).toEqual([id]);

  clock.setBack(dayMs);

  expect(rests.all()).toEqual([]);
});

/** A gateway with a link in use, an authorization that runs, a stored response and an API key. */
async function startInUse() {
  const clock = new ManualClock();
  const gateway = await startLinkingGateway({}, clock);
  const key = await makeApiKey(gateway, 'admin');
  const { companyId } = await gateway.withCompany({ name: 'Acme' });
  const browser = openBrowser();
  const create = (idempotencyKey: string) =>
    ask(gateway, {
      query: 'mutation { createCompany(input: { name: "A" }) { __typename } }',
      headers: { ...bearer(key.secret), 'idempotency-key': idempotencyKey },
    });
  const rows = (table: string, column: string) =>
    rowsOf<{ at: number }>(gateway.file, `SELECT ${column} AS at FROM ${table}`).map(
      ({ at }) => at,
    );
  const times = () => ({
    links: rows('links', 'usable_until'),
    authorizations: rows('authorizations', 'expires'),
    answers: rows('idempotent_answers', 'at'),
    keys: rows('api_keys', 'last_used'),
  });
  /** Takes a new link, begins an authorization with it, and stores a response. Returns the link. */
  const use = async () => {
    const { data } = await ask(gateway, {
      query: 'query ($id: ID!) { company(id: $id) { linkUrl } }',
      variables: { id: companyId },
      headers: bearer(key.secret),
    });
    const linkUrl = data.company.linkUrl as string;
    await choose(browser, linkUrl);
    await create('one');
    await expect.poll(() => times().keys).not.toEqual([null]);
    return linkUrl;
  };
  return { clock, browser, use, times };
}

test('while the clock is a day ahead, nothing that is in use is removed', async () => {
  const { clock, use, times, browser } = await startInUse();
  const linkUrl = await use();
  const before = times();

  await aDayAhead(clock, () => clock.advance(5000));
  await clock.advance(5000);

  expect(times()).toEqual(before);
  expect((await browser.open(linkUrl)).status).toBe(200);
});

test('what was recorded while the clock was a day ahead is corrected', async () => {
  const { clock, use, times } = await startInUse();
  // The link is made, taken and used a day ahead.
  await aDayAhead(clock, use);
  const latest = clock.now() + 11 * minuteMs;

  await expect
    .poll(async () => {
      await clock.advance(minuteMs);
      const { links, authorizations, answers: stored, keys } = times();
      const usable = [...links, ...authorizations].map((at) => at - hourMs);
      return [...usable, ...stored, ...keys].filter((at) => at > latest);
    })
    .toEqual([]);

  const { links, authorizations, answers: stored } = times();
  expect([links.length, authorizations.length, stored.length]).toEqual([1, 1, 1]);
});

test('what expires is removed as usual after the clock was a day ahead', async () => {
  const { clock, use, times } = await startInUse();
  await use();
  await aDayAhead(clock, () => clock.advance(5000));
  clock.setAhead(2 * dayMs);

  await expect
    .poll(async () => {
      await clock.advance(11 * minuteMs);
      const { links, authorizations, answers: stored } = times();
      return [links, authorizations, stored];
    })
    .toEqual([[], [], []]);
});
