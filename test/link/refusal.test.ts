import { expect, test } from 'vitest';
import { shared } from '../support/lifetime.ts';
import { textOf } from '../support/browser.ts';
import { named, readHtml } from '../support/html.ts';
import {
  authorize,
  choose,
  chooseOn,
  connectionLinkUrl,
  linkPlatform,
  newCompany,
  onlyConnectionOf,
  openBrowser,
  press,
  startLinkingGateway,
} from '../support/linking.ts';

const linking = shared(() => startLinkingGateway());

const refused = {
  type: 'CONNECTION_FAILED',
  fromStatus: null,
  toStatus: null,
  actor: 'link',
  reason: 'access was refused',
};

test('who refuses at the platform reads so, and the connection stays as it was', async () => {
  const gateway = linking();
  const { companyId, linkUrl } = await newCompany(gateway);

  const page = await linkPlatform(openBrowser(), linkUrl, { refuse: true });

  expect(textOf(page.html)).toContain('was not completed Access was refused at the platform.');
  const { status, history } = await onlyConnectionOf(gateway, companyId);
  expect(status).toBe('PENDING_AUTH');
  expect(history.nodes.at(-1)).toEqual(refused);
});

test('who refused can try again, from the page that says so', async () => {
  const gateway = linking();
  const { companyId, linkUrl } = await newCompany(gateway);
  const browser = openBrowser();
  const page = await linkPlatform(browser, linkUrl, { refuse: true });
  const [again] = named(readHtml(page.html), 'a');
  expect(again?.text).toBe('Try again');

  const back = await browser.open(new URL(again?.attributes['href'] ?? '', gateway.url));
  const sent = await chooseOn(browser, back);
  const end = await authorize(browser, sent);

  expect(back.status).toBe(200);
  expect(textOf(end.html)).toContain('is connected');
  expect(await onlyConnectionOf(gateway, companyId)).toMatchObject({ status: 'LINKED' });
});

test('who refuses to renew a link keeps it, with its credentials', async () => {
  const gateway = linking();
  const { companyId, linkUrl } = await newCompany(gateway);
  await linkPlatform(openBrowser(), linkUrl);
  const before = await onlyConnectionOf(gateway, companyId);
  const browser = openBrowser();

  const confirm = await browser.open(await connectionLinkUrl(gateway, before.id));
  await authorize(browser, await press(browser, confirm), { refuse: true });

  const after = await onlyConnectionOf(gateway, companyId);
  expect(after).toEqual({ ...before, history: { nodes: [...before.history.nodes, refused] } });
});

test('who followed the link of one connection and refused is led back to that connection', async () => {
  const gateway = linking();
  const { companyId, connectionIds } = await gateway.withCompany({
    connections: [
      { integrationKey: 'mqjo', status: 'PendingAuth' },
      { integrationKey: 'aiwb', sourceType: 'Commerce', status: 'PendingAuth' },
    ],
  });
  const browser = openBrowser();
  const pages = [];
  for (const id of connectionIds) {
    const confirm = await browser.open(await connectionLinkUrl(gateway, id));
    pages.push({ id, sent: await press(browser, confirm) });
  }

  for (const { id, sent } of pages) {
    const end = await authorize(browser, sent, { refuse: true });
    const [again] = named(readHtml(end.html), 'a');
    expect(again?.attributes['href']).toBe(`/link/companies/${companyId}/connections/${id}/start`);
    const back = await browser.open(new URL(again?.attributes['href'] ?? '', gateway.url));
    expect(back.status).toBe(200);
  }
});

test('a platform that was chosen can be left, and another chosen in its place', async () => {
  const gateway = linking();
  const { linkUrl } = await newCompany(gateway);
  const browser = openBrowser();
  await choose(browser, linkUrl, 'mqjo');

  const page = await linkPlatform(browser, linkUrl, { key: 'aiwb' });

  expect(textOf(page.html)).toContain('is connected');
});
