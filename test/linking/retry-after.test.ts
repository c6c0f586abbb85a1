import { expect, test } from 'vitest';
import { change } from '../support/change.ts';
import { answers } from '../support/oauth-server.ts';
import { startRenewing, type LinkedConnection } from '../support/renewing.ts';
import { rowsOf } from '../support/stored.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

const busy = (seconds: number) => answers(429, '', { 'retry-after': String(seconds) });
const nextOf = async ({ state }: LinkedConnection) =>
  Date.parse((await state()).health?.nextRenewal ?? '');

test.for([
  [120, 2 * minuteMs],
  [30 * 86_400, dayMs],
] as const)(
  'a renewal is tried again when the platform says (Retry-After: %i), within a day',
  async ([seconds, ms]) => {
    const { server, link, eventually } = await startRenewing();
    server.next.push(busy(seconds));
    const linked = await link();
    await eventually(async () => (await linked.state()).health?.state).toBe('FAILING');

    const wait = (await nextOf(linked)) - (server.requests[0]?.at ?? 0);

    expect(wait).toBeGreaterThanOrEqual(ms);
    expect(wait).toBeLessThanOrEqual(ms * 1.1 + minuteMs);
  },
);

test('a revocation is tried again when the platform says', async () => {
  const { gateway, server, link, eventually } = await startRenewing();
  const { companyId, connectionId } = await link({ expires: null });
  server.next.push(busy(3600));
  await change(gateway, 'unlinkConnection', { companyId, connectionId });
  const failed = () =>
    rowsOf<{ next: number }>(gateway.file, 'SELECT next FROM revocations WHERE failures = 1');
  await eventually(() => failed().length).toBe(1);

  const wait = (failed()[0]?.next ?? 0) - (server.requests[0]?.at ?? 0);

  expect(wait).toBeGreaterThanOrEqual(hourMs);
  expect(wait).toBeLessThanOrEqual(hourMs * 1.1 + minuteMs);
});

test('a revocation ends after 24 hours, even if the platform asks to wait for longer', async () => {
  const { clock, gateway, server, link, eventually } = await startRenewing();
  const { companyId, connectionId } = await link({ expires: null });
  server.next.push(busy(10 * 3600));
  server.behaviour = busy(86_400);
  const next = () =>
    rowsOf<{ next: number }>(gateway.file, 'SELECT next FROM revocations')[0]?.next;
  const queued = clock.now();
  await change(gateway, 'unlinkConnection', { companyId, connectionId });
  for (const tries of [1, 2, 3]) {
    const due = next();
    clock.setAhead(Math.max(0, (due ?? 0) - clock.now()));
    await eventually(() => server.revoked().length).toBe(tries);
    await eventually(next).not.toBe(due);
  }

  expect(next()).toBeUndefined();
  expect(clock.now() - queued).toBeLessThan(24 * hourMs + minuteMs);
});

test('while a platform asks to wait, its other connections wait too, but not for a day', async () => {
  const { clock, server, link, eventually } = await startRenewing();
  server.next.push(busy(86_400));
  const first = await link();
  await eventually(async () => (await first.state()).health?.state).toBe('FAILING');

  const second = await link();
  await clock.advance(10_000);
  expect(server.refreshed()).toEqual([first.refreshToken]);
  clock.setAhead(15 * minuteMs);

  await eventually(() => server.refreshed()).toEqual([first.refreshToken, second.refreshToken]);
});

/** Returns a check that there is a token, and that it is not this one. */
function isOther(token: string): (it: string) => boolean {
  return (it) => it !== 'none' && it !== token;
}

test('tokens whose lifetime a renewal does not say last as long as those before', async () => {
  const { clock, server, link, eventually } = await startRenewing();
  const { credentials, refreshToken, state } = await link();
  const refreshed = async () => (await credentials())?.refreshToken ?? 'none';
  await eventually(refreshed).toSatisfy(isOther(refreshToken));
  const before = await refreshed();
  server.extras = {};
  clock.setAhead(56 * minuteMs);
  const at = clock.now();

  await eventually(refreshed).toSatisfy(isOther(before));

  const { health } = await state();
  const lasts = Date.parse(health?.expires ?? '') - at;
  expect(lasts).toBeGreaterThan(59 * minuteMs);
  expect(lasts).toBeLessThan(61 * minuteMs);
  expect(Date.parse(health?.nextRenewal ?? '') - at).toBeLessThan(57 * minuteMs);
});
