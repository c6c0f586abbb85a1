import { expect, test } from 'vitest';
import { ask, bearer, makeApiKey, type TestKey } from '../support/callers.ts';
import { ManualClock } from '../support/clock.ts';
import { startTestGateway } from '../support/gateway.ts';
import { choose, newCompany, openBrowser, startLinkingGateway } from '../support/linking.ts';

const hourMs = 3_600_000;

async function startWithClock() {
  const clock = new ManualClock();
  const gateway = await startTestGateway({ clock });
  const statusFor = async ({ secret }: TestKey) => {
    const { status } = await ask(gateway, { query: '{ __typename }', headers: bearer(secret) });
    return status;
  };
  return { clock, gateway, statusFor };
}

test('when the clock is set back, a key is valid again until it expires, and a revoked one is not', async () => {
  const { clock, gateway, statusFor } = await startWithClock();
  const expiring = await makeApiKey(gateway, 'read', { expires: clock.now() + hourMs });
  const revoked = await makeApiKey(gateway, 'read', { expires: clock.now() + hourMs });
  await clock.advance(hourMs);
  expect(await statusFor(expiring)).toBe(401);
  await gateway.store.transact((tx) => tx.apiKeys.revoke(revoked.id, clock.now()));

  clock.setBack(1);

  expect([await statusFor(expiring), await statusFor(revoked)]).toEqual([200, 401]);
  await clock.advance(1);
  expect(await statusFor(expiring)).toBe(401);
});

test('when the clock is set back, the time at which a key was last used is right again', async () => {
  const { clock, gateway, statusFor } = await startWithClock();
  const key = await makeApiKey(gateway, 'read');
  const lastUsed = async () => (await gateway.store.apiKeys.all()).map((it) => it.lastUsed);
  await clock.advance(365 * 24 * hourMs);
  await statusFor(key);
  await expect.poll(lastUsed).toEqual([clock.now()]);

  clock.setBack(365 * 24 * hourMs);
  await statusFor(key);

  await expect.poll(lastUsed).toEqual([clock.now()]);
});

test('when the clock is set back, a link stays with the browser that has used it', async () => {
  const clock = new ManualClock();
  const gateway = await startLinkingGateway({}, clock);
  const { linkUrl } = await newCompany(gateway);
  await clock.advance(2 * hourMs);
  const browser = openBrowser();
  await choose(browser, linkUrl);

  clock.setBack(2 * hourMs);

  expect((await openBrowser().open(linkUrl)).status).toBe(410);
  expect((await browser.open(linkUrl)).status).toBe(200);
});
