import { expect, test } from 'vitest';
import { shared } from '../support/lifetime.ts';
import { textOf } from '../support/browser.ts';
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
  const gateway = await startLinkingGateway();
  const { linkUrl } = await newCompany(gateway);
  inDatabase(gateway.file, (db) => db.exec('UPDATE links SET expires = 1'));

  const page = await openBrowser().open(linkUrl);

  expect(page.status).toBe(410);
  expect(textOf(page.html)).toContain('can no longer be used');
});

test('a link that was taken up is of use for an hour, and then gone for its own browser too', async () => {
  const gateway = await startLinkingGateway();
  const { companyId, linkUrl } = await newCompany(gateway);
  const browser = openBrowser();
  await choose(browser, linkUrl);
  const page = linkUrl.replace(/\?.*/, '');
  expect((await browser.open(page)).status).toBe(200);

  inDatabase(gateway.file, (db) => {
    const expires = Number(db.prepare('SELECT expires FROM links').pluck().get());
    expect(expires - Date.now()).toBeGreaterThan(3_590_000);
    expect(expires - Date.now()).toBeLessThanOrEqual(3_600_000);
    db.exec('UPDATE links SET expires = 1');
  });

  expect((await browser.open(linkUrl)).status).toBe(410);
  expect((await browser.open(page)).status).toBe(404);
  expect(await connectionsOf(gateway, companyId)).toHaveLength(1);
});

test.for([
  ['a code that nobody made', (url: string) => url.replace(/code=.{43}/, `code=${'A'.repeat(43)}`)],
  ['no code', (url: string) => url.replace(/\?.*/, '')],
  ['a code of another form', (url: string) => `${url}x`],
  ['the code of another company', (url: string) => url.replace(/[0-9a-f]{8}-/, '00000000-')],
] as const)('a link with %s leads nowhere, whatever exists', async ([, change]) => {
  const gateway = linking();
  const { linkUrl } = await newCompany(gateway);

  const page = await openBrowser().open(change(linkUrl));

  expect(page.status).toBe(404);
  expect(textOf(page.html)).not.toContain('Acme');
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
  const code = new URL(linkUrl).searchParams.get('code') ?? '';

  const dump = inDatabase(gateway.file, (db) =>
    JSON.stringify(db.prepare('SELECT * FROM links').all()),
  );

  expect(code).toHaveLength(43);
  expect(dump).not.toContain(code);
});
