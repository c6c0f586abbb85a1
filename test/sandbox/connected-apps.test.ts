import { expect, test } from 'vitest';
import { formsOf, openBrowser, textOf, type Browser, type Visit } from '../support/browser.ts';
import { accounting, banking, clientOf, startTestSandbox } from '../support/sandbox.ts';

const address = ({ url }: { readonly url: string }) => `${url}/connected-apps`;

test('the page shows what each business gave access to, and since when', async () => {
  const sandbox = await startTestSandbox();
  await (await clientOf(sandbox, accounting)).link({ account: 'Hart & Sons Bakery' });
  await (await clientOf(sandbox, banking)).link({ account: 'Meridian Cycles' });
  const { html } = await openBrowser().open(address(sandbox));
  const [bakery = '', cycles = '', studio = ''] = html.split('<section').slice(1).map(textOf);
  expect(bakery).toMatch(/Hart & Sons Bakery .*Connexions reads Accounting Sandbox since .* UTC/);
  expect(cycles).toMatch(/Meridian Cycles .*Connexions reads Banking Sandbox since/);
  expect(studio).toContain('Nothing is connected');
});

test('a refused access is not on the page', async () => {
  const sandbox = await startTestSandbox();
  await expect((await clientOf(sandbox)).link({ refuse: true })).rejects.toMatchObject({
    error: 'access_denied',
  });
  expect(formsOf(await openBrowser().open(address(sandbox)))).toEqual([]);
});

test('revoking ends the access with all its tokens at once, and no other', async () => {
  const sandbox = await startTestSandbox();
  const client = await clientOf(sandbox, accounting);
  const other = await clientOf(sandbox, banking);
  const first = await client.link();
  const kept = await other.link();
  const second = await client.refresh(first.refresh_token);
  const browser = openBrowser();

  const after = await revoke(browser, await browser.open(address(sandbox)), 'Accounting Sandbox');

  expect(textOf(after.html)).toContain('The access was revoked.');
  expect(after.html).not.toContain('Accounting Sandbox');
  await expect(client.refresh(second.refresh_token)).rejects.toMatchObject({
    error: 'invalid_grant',
  });
  expect(await client.tryAccess(first.access_token)).toBe(401);
  expect(await client.tryAccess(second.access_token)).toBe(401);
  expect(await other.tryAccess(kept.access_token)).toBe(200);
  expect(await other.refresh(kept.refresh_token)).toHaveProperty('access_token');
});

test('revoking twice, as by a double click, says that it had ended already', async () => {
  const sandbox = await startTestSandbox();
  await (await clientOf(sandbox)).link();
  const browser = openBrowser();
  const page = await browser.open(address(sandbox));
  await revoke(browser, page, 'Accounting Sandbox');
  const again = await revoke(browser, page, 'Accounting Sandbox');
  expect(textOf(again.html)).toContain('This access had already ended.');
});

test('access can be given again after it was revoked', async () => {
  const sandbox = await startTestSandbox();
  const client = await clientOf(sandbox);
  await client.link();
  const browser = openBrowser();
  await revoke(browser, await browser.open(address(sandbox)), 'Accounting Sandbox');
  const again = await client.link();
  expect(await client.refresh(again.refresh_token)).toHaveProperty('access_token');
});

test.each([
  ['a forged token', { csrf: 'forged' }, {}],
  ['no token', { csrf: '' }, {}],
  ['another browser’s token', {}, { cookie: 'sandbox_csrf=stolen' }],
  ['no cookie', {}, { cookie: '' }],
  ['another site', {}, { 'sec-fetch-site': 'cross-site' }],
  ['another port of this host', {}, { 'sec-fetch-site': 'same-site' }],
])('a form with, or from, %s revokes nothing', async (_, changes, headers) => {
  const sandbox = await startTestSandbox();
  const client = await clientOf(sandbox);
  const { refresh_token: refreshToken } = await client.link();
  const page = await fetch(address(sandbox));
  const cookie = page.headers
    .getSetCookie()
    .map((line) => line.split(';', 1)[0])
    .join('; ');
  const html = await page.text();
  const [form] = formsOf({ html, url: new URL(page.url) });

  const answer = await fetch(address(sandbox), {
    method: 'POST',
    redirect: 'manual',
    headers: { cookie, 'sec-fetch-site': 'same-origin', ...headers },
    body: new URLSearchParams({ ...form?.fields, ...changes }),
  });

  expect(answer.status).toBe(403);
  expect(textOf(await answer.text())).toContain('Nothing was changed');
  expect(await client.refresh(refreshToken)).toHaveProperty('access_token');
});

function revoke(browser: Browser, page: Visit, platform: string): Promise<Visit> {
  const items = page.html.split('<li>').slice(1);
  const index = items.findIndex((item) => item.includes(platform));
  const form = formsOf(page)[index];
  if (!form) throw new Error(`nothing to revoke at ${platform}`);
  return browser.submit(form);
}
