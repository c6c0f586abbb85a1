import { expect, test } from 'vitest';
import { textOf } from '../support/browser.ts';
import { change } from '../support/change.ts';
import type { TestGateway } from '../support/gateway.ts';
import { shared } from '../support/lifetime.ts';
import {
  authorize,
  choose,
  chooseOn,
  companyLinkUrl,
  newCompany,
  onlyConnectionOf,
  openBrowser,
  press,
  startLinkingGateway,
} from '../support/linking.ts';
import { inDatabase } from '../support/rows.ts';

const linking = shared(() =>
  startLinkingGateway({
    LINK_REDIRECT_URL: 'https://app.example.com/usual?status={statusCode}&tenant={tenant}',
    ALLOWED_REDIRECTS: 'https://app.example.com/linked, myapp://',
  }),
);

/** Creates a link with its own redirect URL. */
async function linkTo(gateway: TestGateway, redirectUrl: string, ids: Record<string, string> = {}) {
  const { companyId } = await gateway.withCompany({ name: 'Acme' });
  const input = { companyId, ...ids, redirectUrl };
  const { url } = await change(gateway, 'createLink', input, 'url');
  return { companyId, url: url as string };
}

test.for([
  [
    'https://app.example.com/linked/{platform}?status={statusCode}&x=1',
    '/linked/mqjo?status=200&x=1',
  ],
  ['myapp://linked?status={statusCode}', 'myapp://linked?status=200'],
] as const)('the user of a link with its own redirect URL is sent to %s', async ([to, end]) => {
  const gateway = linking();
  const { companyId, url: linkUrl } = await linkTo(gateway, to);
  const browser = openBrowser();

  const { status, url } = await authorize(browser, await choose(browser, linkUrl));

  expect(status).toBe(303);
  expect(url.href).toBe(new URL(end, to).href);
  expect(url.href).not.toContain(new URL(linkUrl).searchParams.get('code'));
  expect((await onlyConnectionOf(gateway, companyId)).status).toBe('LINKED');
});

test('the policy of the pages lets forms lead to the allowed apps', async () => {
  const { linkUrl } = await newCompany(linking());

  const { headers } = await openBrowser().open(linkUrl);

  const [, targets = ''] =
    /form-action ([^;]*)/.exec(headers.get('content-security-policy') ?? '') ?? [];
  expect(targets.split(' ')).toEqual(expect.arrayContaining(["'self'", 'https:', 'myapp:']));
});

test('a link of one connection has its own redirect URL, too, also for whoever tries again', async () => {
  const gateway = linking();
  const { companyId, connectionId } = await gateway.withCompany({
    connections: [{ integrationKey: 'mqjo', status: 'PendingAuth' }],
  });
  const redirectUrl = 'https://app.example.com/linked?status={statusCode}&tenant={tenant}';
  const input = { companyId, connectionId, redirectUrl };
  const { url: linkUrl } = await change(gateway, 'createLink', input, 'url');
  const browser = openBrowser();
  const start = async (address: string) => press(browser, await browser.open(address));

  const refused = await authorize(browser, await start(`${linkUrl}&tenant=42`), { refuse: true });
  // The link is bound to the browser now, which needs no code.
  const linked = await authorize(browser, await start(linkUrl.replace(/\?.*/, '?tenant=43')));

  expect(refused.url.href).toBe('https://app.example.com/linked?status=403&tenant=42');
  expect(linked.url.href).toBe('https://app.example.com/linked?status=200&tenant=43');
});

test.for([
  [
    'another redirect URL',
    (url: URL) => url.searchParams.set('redirectUrl', 'https://attacker.example'),
  ],
  [
    'another one under the same allowed URL',
    (url: URL) => url.searchParams.set('redirectUrl', 'https://app.example.com/linked/x'),
  ],
  ['none', (url: URL) => url.searchParams.delete('redirectUrl')],
] as const)('a link whose redirect URL was replaced by %s is not valid', async ([, alter]) => {
  const { url } = await linkTo(linking(), 'https://app.example.com/linked');
  const altered = new URL(url);
  alter(altered);

  const page = await openBrowser().open(altered);

  expect(page.status).toBe(404);
  expect(textOf(page.html)).toContain('This link is not valid');
});

test('a redirect URL that is added to a link has no effect', async () => {
  const gateway = linking();
  const { linkUrl } = await newCompany(gateway);
  const browser = openBrowser();
  const added = `${linkUrl}&redirectUrl=${encodeURIComponent('https://app.example.com/linked')}`;

  const { url } = await authorize(browser, await choose(browser, added));

  expect(url.href).toBe('https://app.example.com/usual?status=200&tenant=');
});

test.for([
  'https://attacker.example/',
  'https://app.example.com/elsewhere',
  'javascript:alert(1)',
  'not a URL',
])('createLink refuses the redirect URL %s', async (redirectUrl) => {
  const gateway = linking();
  const { companyId } = await newCompany(gateway);

  expect(await change(gateway, 'createLink', { companyId, redirectUrl })).toMatchObject({
    __typename: 'InvalidInputError',
    field: 'redirectUrl',
    rule: expect.stringMatching(/^must be /),
  });
});

test('a redirect URL that is no longer allowed gives way to LINK_REDIRECT_URL', async () => {
  const gateway = linking();
  const { url: linkUrl } = await linkTo(gateway, 'https://app.example.com/linked');
  const browser = openBrowser();
  const sent = await choose(browser, linkUrl);
  inDatabase(gateway.file, (db) =>
    db.exec(
      `UPDATE authorizations SET redirect_url = 'https://earlier.example/' WHERE answered IS NULL AND redirect_url IS NOT NULL`,
    ),
  );

  const { url } = await authorize(browser, sent);

  expect(url.href).toBe('https://app.example.com/usual?status=200&tenant=');
});

test('parameters of the link come back where the redirect names them, encoded, others do not', async () => {
  const gateway = linking();
  const { companyId } = await newCompany(gateway);
  const tenant = `a b&status=500#é漢"'<>`;
  const query = new URLSearchParams({ tenant, utm_source: 'mail', statusCode: '500', state: 'x' });
  const linkUrl = `${await companyLinkUrl(gateway, companyId)}&${query}`;
  const browser = openBrowser();

  const { url } = await authorize(browser, await choose(browser, linkUrl));

  expect([...url.searchParams]).toEqual([
    ['status', '200'],
    ['tenant', tenant],
  ]);
});

test('parameters survive a search, and a refusal', async () => {
  const gateway = linking();
  const { companyId } = await newCompany(gateway);
  const browser = openBrowser();
  const first = await browser.open(`${await companyLinkUrl(gateway, companyId)}&tenant=42`);
  const searched = await browser.submit(
    { method: 'get', action: first.url, fields: hiddenFields(first.html, 'search') },
    { q: 'sandbox' },
  );

  const refused = await authorize(browser, await chooseOn(browser, searched), { refuse: true });

  expect(refused.url.href).toBe('https://app.example.com/usual?status=403&tenant=42');
});

test.for(['x'.repeat(201), '..', '.'])('the parameter %s is not taken', async (tenant) => {
  const { linkUrl } = await newCompany(linking());

  const page = await openBrowser().open(`${linkUrl}&tenant=${tenant}`);

  expect(page.status).toBe(400);
  expect(textOf(page.html)).toContain('This link is not valid');
});

/** Returns the hidden fields of a page's form of a class. */
function hiddenFields(html: string, name: string): Record<string, string> {
  const [form = ''] = new RegExp(`<form class="${name}".*?</form>`, 's').exec(html) ?? [];
  const found = form.matchAll(/type="hidden" name="([^"]*)" value="([^"]*)"/g);
  return Object.fromEntries([...found].map(([, key = '', value = '']) => [key, value]));
}
