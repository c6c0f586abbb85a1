import { expect, test } from 'vitest';
import { countInMemory } from '../../src/api/http/request-counts.ts';
import { ask, bearer, makeApiKey } from '../support/callers.ts';
import { textOf } from '../support/browser.ts';
import { send } from '../support/http.ts';
import {
  choose,
  newCompany,
  onlyConnectionOf,
  openBrowser,
  startLinkingGateway,
} from '../support/linking.ts';
import { signInAndConsent } from '../support/sandbox-user.ts';

// Requests for one purpose use up nothing of another's limit, though they come from one address.

const perMinute = 10;

/** A gateway with a key and a company whose link is open in a browser. */
async function startLimited() {
  const gateway = await startLinkingGateway({ RATE_LIMIT: `${perMinute}` });
  const { companyId, linkUrl } = await newCompany(gateway);
  const { secret } = await makeApiKey(gateway);
  return { gateway, companyId, linkUrl, secret };
}

/** Sends requests until one is over the limit. */
async function useUp(one: () => Promise<{ readonly status: number }>) {
  for (let count = 0; count <= perMinute; count += 1) {
    if ((await one()).status === 429) return;
  }
  throw new Error('nothing was limited');
}

test('bad keys do not lock link pages, callbacks and callers with a key', async () => {
  const { gateway, companyId, linkUrl, secret } = await startLimited();
  const badKey = { query: '{ __typename }', headers: bearer('nonsense') };
  await useUp(() => ask(gateway, badKey));

  const browser = openBrowser();
  const sent = await choose(browser, linkUrl);
  const back = await browser.open(await signInAndConsent(sent.url));

  expect(back.status).toBe(200);
  const { status } = await ask(gateway, { query: '{ __typename }', headers: bearer(secret) });
  expect(status).toBe(200);
  expect((await ask(gateway, badKey)).status).toBe(429);
  const connection = await onlyConnectionOf(
    { ...gateway, query: (query, variables) => askWith(gateway, secret, query, variables) },
    companyId,
  );
  expect(connection.status).toBe('LINKED');
});

/** Asks with a key, in the form of `TestGateway.query`. */
async function askWith(
  gateway: { readonly url: string },
  secret: string,
  query: string,
  variables?: Record<string, unknown>,
) {
  return ask(gateway, { query, ...(variables && { variables }), headers: bearer(secret) });
}

test('bad keys do not lock callers that need none', async () => {
  const gateway = await startLinkingGateway({
    RATE_LIMIT: `${perMinute}`,
    ALLOW_ANONYMOUS: 'read',
  });

  await useUp(() => ask(gateway, { query: '{ __typename }', headers: bearer('nonsense') }));

  expect((await ask(gateway, { query: '{ __typename }' })).status).toBe(200);
});

test('too many link pages get a page that says so, with its stylesheet', async () => {
  const { gateway, linkUrl } = await startLimited();
  const { pathname, search } = new URL(linkUrl);
  const path = `${pathname}${search}`;
  await useUp(() => send(gateway.url, { path }));

  const page = await send(gateway.url, { path });

  expect(page.status).toBe(429);
  expect(page.headers).toMatchObject({
    'content-type': 'text/html; charset=UTF-8',
    'cache-control': 'no-store',
    'ratelimit-remaining': '0',
  });
  expect(page.headers['retry-after']).toBe(page.headers['ratelimit-reset']);
  expect(textOf(page.text)).toContain('There were too many requests');
  expect((await send(gateway.url, { path: '/link/link.css' })).status).toBe(200);
});

test('the answer to an authorization under way is taken, however many others came', async () => {
  const { gateway, linkUrl } = await startLimited();
  const browser = openBrowser();
  const sent = await choose(browser, linkUrl);
  const answer = await signInAndConsent(sent.url);
  const guess = new URL(answer);
  guess.searchParams.set('state', 'guessed');
  await useUp(() => openBrowser().open(guess));

  // Another browser has not begun it, and nobody has begun what is guessed.
  expect((await openBrowser().open(answer)).status).toBe(429);
  expect((await browser.open(guess)).status).toBe(429);
  const path = `${answer.pathname}${answer.search}`;
  expect((await send(gateway.url, { method: 'HEAD', path })).status).toBe(429);
  expect(await browser.open(answer)).toMatchObject({ status: 200 });

  // It is no longer under way.
  expect((await browser.open(answer)).status).toBe(429);
});

test('a minute after its first request, a sender has its whole limit again', async () => {
  let nowMs = 0;
  const count = countInMemory(() => nowMs);
  await count('link:a', 5);
  nowMs = 59_999;
  expect(await count('link:a', 1)).toEqual({ inWindow: 6, msLeft: 1 });

  nowMs = 60_000;

  expect(await count('link:a', 1)).toEqual({ inWindow: 1, msLeft: 60_000 });
});

test('a bounded number of addresses is counted, and those of one purpose replace none of another', async () => {
  const count = countInMemory(() => 0);
  await count('key:one', 3);
  await count('link:first', 3);

  for (let i = 0; i < 20_000; i += 1) await count(`link:${i}`, 1);

  expect(await count('key:one', 1)).toMatchObject({ inWindow: 4 });
  expect(await count('link:first', 1)).toMatchObject({ inWindow: 1 });
  expect(await count('link:19999', 1)).toMatchObject({ inWindow: 2 });
});
