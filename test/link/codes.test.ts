import { createHash, randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { shared } from '../support/lifetime.ts';
import { textOf } from '../support/browser.ts';
import { ManualClock } from '../support/clock.ts';
import {
  choose,
  companyLinkUrl,
  connectionLinkUrl,
  connectionsOf,
  linkPlatform,
  newCompany,
  openBrowser,
  press,
  startLinkingGateway,
} from '../support/linking.ts';
import { inDatabase } from '../support/rows.ts';
import { countRows } from '../support/stored.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

const linking = shared(() => startLinkingGateway());

test('each reading of linkUrl gives another code, and all of them work', async () => {
  const gateway = linking();
  const { companyId, linkUrl } = await newCompany(gateway);
  const second = await companyLinkUrl(gateway, companyId);

  expect(second).not.toBe(linkUrl);
  for (const url of [linkUrl, second]) expect((await openBrowser().open(url)).status).toBe(200);
});

test('a link that is looked at, as by robots that preview links, can still be used', async () => {
  const gateway = linking();
  const { linkUrl } = await newCompany(gateway);
  for (const method of ['GET', 'HEAD', 'GET']) await fetch(linkUrl, { method });

  const page = await linkPlatform(openBrowser(), linkUrl);

  expect(textOf(page.html)).toContain('is connected');
});

test('a link that one browser has used is gone for every other', async () => {
  const gateway = linking();
  const { linkUrl } = await newCompany(gateway);
  const other = openBrowser();
  const page = await other.open(linkUrl);
  await choose(openBrowser(), linkUrl);

  expect((await other.open(linkUrl)).status).toBe(410);
  expect((await press(other, page, { integrationKey: 'mqjo' })).status).toBe(410);
});

test('of two browsers that use a link at once, one can', async () => {
  const gateway = linking();
  const { companyId, linkUrl } = await newCompany(gateway);
  const visits = await Promise.all(
    [openBrowser(), openBrowser()].map(async (browser) => ({
      browser,
      page: await browser.open(linkUrl),
    })),
  );

  const sent = await Promise.all(
    visits.map(({ browser, page }) => press(browser, page, { integrationKey: 'mqjo' })),
  );

  expect(new Set(sent.map(({ status }) => status))).toEqual(new Set([303, 410]));
  expect(await connectionsOf(gateway, companyId)).toHaveLength(1);
});

test('who presses twice begins twice, with one connection', async () => {
  const gateway = linking();
  const { companyId, linkUrl } = await newCompany(gateway);
  const browser = openBrowser();
  const page = await browser.open(linkUrl);

  const sent = await Promise.all(
    [1, 2].map(() => press(browser, page, { integrationKey: 'mqjo' })),
  );

  expect(sent.map(({ status }) => status)).toEqual([303, 303]);
  expect(await connectionsOf(gateway, companyId)).toHaveLength(1);
});

test('a browser is known for as long as a link can be used, from its last visit on', async () => {
  const gateway = linking();
  const { linkUrl } = await newCompany(gateway);
  const browser = openBrowser();
  const [known] = (await browser.open(linkUrl)).headers.getSetCookie();

  const again = (await browser.open(linkUrl)).headers.getSetCookie();

  expect(known).toContain('Max-Age=86400');
  expect(again).toEqual([known]);
});

test('a browser that takes no cookies is told so, and its link can still be used', async () => {
  const gateway = linking();
  const { linkUrl } = await newCompany(gateway);
  const page = await openBrowser().open(linkUrl);

  const refused = await press(openBrowser(), page, { integrationKey: 'mqjo' });

  expect(refused.status).toBe(400);
  expect(textOf(refused.html)).toContain('must accept cookies');
  expect((await choose(openBrowser(), linkUrl)).status).toBe(303);
});

test('a link that has expired is gone', async () => {
  const clock = new ManualClock();
  const gateway = await startLinkingGateway({}, clock);
  const { linkUrl } = await newCompany(gateway);
  await clock.advance(dayMs - 1);
  expect((await openBrowser().open(linkUrl)).status).toBe(200);
  await clock.advance(1);

  const page = await openBrowser().open(linkUrl);

  expect(page.status).toBe(410);
  expect(textOf(page.html)).toContain('can no longer be used');
});

test('a link that expires while its page is open cannot be taken up', async () => {
  const clock = new ManualClock();
  const gateway = await startLinkingGateway({}, clock);
  const { companyId, linkUrl } = await newCompany(gateway);
  const browser = openBrowser();
  const page = await browser.open(linkUrl);
  await clock.advance(dayMs);

  expect((await press(browser, page, { integrationKey: 'mqjo' })).status).toBe(410);

  expect(await connectionsOf(gateway, companyId)).toEqual([]);
});

test('a link that was taken up is of use for an hour, and then gone for its own browser too', async () => {
  const clock = new ManualClock();
  const gateway = await startLinkingGateway({}, clock);
  const { companyId, linkUrl } = await newCompany(gateway);
  const browser = openBrowser();
  await choose(browser, linkUrl);
  const page = linkUrl.replace(/\?.*/, '');
  await clock.advance(hourMs - 1);
  expect((await browser.open(page)).status).toBe(200);
  await clock.advance(1);

  expect((await browser.open(linkUrl)).status).toBe(410);
  expect((await browser.open(page)).status).toBe(404);
  expect(await connectionsOf(gateway, companyId)).toHaveLength(1);
});

test('a link that was taken up stays gone for others until it would have expired', async () => {
  const clock = new ManualClock();
  const gateway = await startLinkingGateway({}, clock);
  const { linkUrl } = await newCompany(gateway);
  await choose(openBrowser(), linkUrl);

  for (let hour = 0; hour < 23; hour += 1) {
    await clock.advance(hourMs);
    // The gateway's own cleanup deletes expired links.
    await gateway.store.transact((tx) => tx.links.forget(clock.now() - hourMs, 5000));
    const [other, page] = [openBrowser(), await openBrowser().open(linkUrl)];
    expect([hour, page.status]).toEqual([hour, 410]);
    await other.open(linkUrl);
    expect((await other.open(linkUrl)).status).toBe(410);
  }
});

test('of what is kept of a link nothing is left two hours after it expired', async () => {
  const clock = new ManualClock();
  const gateway = await startLinkingGateway({}, clock);
  const { linkUrl } = await newCompany(gateway);
  await choose(openBrowser(), linkUrl);
  const kept = () => countRows(gateway.file, 'links') + countRows(gateway.file, 'authorizations');
  expect(kept()).toBe(2);

  await clock.advance(dayMs + 2 * hourMs);

  const after = async () => {
    await clock.advance(60_000);
    return kept();
  };
  await expect.poll(after).toBe(0);
});

/** Stores a link in the form that was used before link codes were signed. */
function keepUnsigned({ file }: { readonly file: string }, companyId: string, expires: number) {
  const code = randomBytes(32).toString('base64url');
  const hash = createHash('sha256').update(code).digest();
  inDatabase(file, (db) =>
    db
      .prepare('INSERT INTO links VALUES (?, ?, NULL, 0, ?, NULL, NULL, NULL)')
      .run(hash, companyId, expires),
  );
  return code;
}

test('a code from before codes were signed works once, until it expires', async () => {
  const clock = new ManualClock();
  const gateway = await startLinkingGateway({}, clock);
  const { companyId, linkUrl } = await newCompany(gateway);
  const withCode = (code: string) => linkUrl.replace(/code=.*/, `code=${code}`);
  const url = withCode(keepUnsigned(gateway, companyId, clock.now() + 1000));
  const late = withCode(keepUnsigned(gateway, companyId, clock.now()));

  expect((await openBrowser().open(late)).status).toBe(410);
  const page = await linkPlatform(openBrowser(), url);

  expect(textOf(page.html)).toContain('is connected');
  expect((await openBrowser().open(url)).status).toBe(410);
});

test.for([
  ['a code that nobody made', (url: string) => url.replace(/code=.*/, `code=${'A'.repeat(72)}`)],
  [
    'a code of older versions that nobody made',
    (url: string) => url.replace(/code=.*/, `code=${'A'.repeat(43)}`),
  ],
  [
    'a code that was altered',
    (url: string) => url.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A')),
  ],
  ['no code', (url: string) => url.replace(/\?.*/, '')],
  ['a code of another form', (url: string) => `${url}x`],
  [
    'the code of another company',
    async (url: string) => {
      const { companyId } = await linking().withCompany({ name: 'Zenith' });
      return url.replace(/(?<=companies.)[0-9a-f-]{36}/, companyId);
    },
  ],
] as const)('a link with %s leads nowhere, whatever exists', async ([, change]) => {
  const gateway = linking();
  const { linkUrl } = await newCompany(gateway);

  const page = await openBrowser().open(await change(linkUrl));

  expect(page.status).toBe(404);
  expect(textOf(page.html)).not.toMatch(/Acme|Zenith/);
});

test('the link of a connection is good for that connection only', async () => {
  const gateway = linking();
  const { companyId, connectionIds } = await gateway.withCompany({
    connections: [
      { integrationKey: 'mqjo', sourceType: 'Accounting', status: 'PendingAuth' },
      { integrationKey: 'aiwb', sourceType: 'Commerce', status: 'PendingAuth' },
    ],
  });
  const [first = '', second = ''] = connectionIds;
  const url = await connectionLinkUrl(gateway, first);

  expect((await openBrowser().open(url)).status).toBe(200);
  for (const wrong of [url.replace(first, second), url.replace(/\/connections\/.*\/start/, '')]) {
    expect((await openBrowser().open(wrong)).status).toBe(404);
  }
  expect((await connectionsOf(gateway, companyId)).map(({ status }) => status)).toEqual([
    'PENDING_AUTH',
    'PENDING_AUTH',
  ]);
});

test('the link of a company that was deleted leads nowhere', async () => {
  const gateway = linking();
  const { companyId, linkUrl } = await newCompany(gateway);
  await gateway.query(
    'mutation ($id: ID!) { deleteCompany(input: { companyId: $id }) { __typename } }',
    { id: companyId },
  );

  expect((await openBrowser().open(linkUrl)).status).toBe(404);
});

test('the store holds no code of a link', async () => {
  const gateway = await startLinkingGateway();
  const { linkUrl } = await newCompany(gateway);
  await choose(openBrowser(), linkUrl);
  const code = new URL(linkUrl).searchParams.get('code') ?? '';

  const content = inDatabase(gateway.file, (db) => db.serialize());

  expect(countRows(gateway.file, 'links')).toBe(1);
  expect(code).toHaveLength(72);
  expect(content.includes(code)).toBe(false);
  expect(content.includes(Buffer.from(code, 'base64url'))).toBe(false);
});
