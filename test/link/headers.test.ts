import { expect, test } from 'vitest';
import { shared } from '../support/lifetime.ts';
import type { TestGateway } from '../support/gateway.ts';
import { send } from '../support/http.ts';
import { named, readHtml } from '../support/html.ts';
import { choose, newCompany, openBrowser, startLinkingGateway } from '../support/linking.ts';
import { inDatabase } from '../support/rows.ts';
import { openDatabase } from '../support/store-file.ts';
import { signInAndConsent } from '../support/sandbox-user.ts';

const linking = shared(() => startLinkingGateway());

const form = { 'content-type': 'application/x-www-form-urlencoded' };

/** Expects the security headers of every response under `/link/`. */
function expectSecureHeaders(headers: Record<string, unknown>, { sandboxUrl }: TestGateway) {
  expect(headers).toMatchObject({
    'content-security-policy': [
      `default-src 'none'`,
      `style-src 'self'`,
      `base-uri 'none'`,
      `frame-ancestors 'none'`,
      `form-action 'self' https: ${sandboxUrl}`,
    ].join('; '),
    'x-frame-options': 'DENY',
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'x-robots-tag': 'noindex',
    'cache-control': 'no-store',
  });
}

test.for([
  ['a page', 200, (path: string) => ({ path })],
  ['what is not there', 404, () => ({ path: '/link/nothing' })],
  ['a link that nobody made', 404, (path: string) => ({ path: path.replace(/code=./, 'code=_') })],
  ['a form without a cookie', 400, (path: string) => ({ path, method: 'POST', headers: form })],
  ['a form that is none', 415, (path: string) => ({ path, method: 'POST' })],
  [
    'a form of another site',
    403,
    (path: string) => ({
      path,
      method: 'POST',
      headers: { ...form, 'sec-fetch-site': 'cross-site' },
    }),
  ],
  [
    'a form that is too large',
    413,
    (path: string) => ({ path, method: 'POST', headers: form, body: 'x'.repeat(40_000) }),
  ],
  ['an answer that nobody waits for', 410, () => ({ path: '/link/callback/mqjo?code=x&state=y' })],
  ['a result that is not there', 404, () => ({ path: '/link/results/x' })],
  ['another method', 405, (path: string) => ({ path, method: 'PUT' })],
] as const)(
  '%s (%i) may not run scripts, be framed, be kept or tell where it is',
  async (given) => {
    const [, status, request] = given;
    const gateway = linking();
    const { linkUrl } = await newCompany(gateway);
    const { pathname, search } = new URL(linkUrl);

    const answer = await send(gateway.url, request(`${pathname}${search}`));

    expect(answer.status).toBe(status);
    expectSecureHeaders(answer.headers, gateway);
    expect(answer.headers['content-type']).toBe('text/html; charset=UTF-8');
    expect(named(readHtml(answer.text), 'main')).toHaveLength(1);
  },
);

test('redirects, to the platform and back, say the same', async () => {
  const gateway = await startLinkingGateway({ LINK_REDIRECT_URL: 'https://app.example.com/' });
  const { linkUrl } = await newCompany(gateway);
  const browser = openBrowser();

  const sent = await choose(browser, linkUrl);
  const back = await browser.open(await signInAndConsent(sent.url));

  for (const { status, headers } of [sent, back]) {
    expect(status).toBe(303);
    expectSecureHeaders(Object.fromEntries(headers), gateway);
  }
});

test('a fault of the gateway says the same, and where to find it in the log', async () => {
  const gateway = await startLinkingGateway();
  const { linkUrl } = await newCompany(gateway);
  const { pathname, search } = new URL(linkUrl);
  inDatabase(gateway.file, (db) => db.exec('ALTER TABLE links RENAME TO gone'));

  const { status, headers, text } = await send(gateway.url, { path: `${pathname}${search}` });

  expect(status).toBe(500);
  expectSecureHeaders(headers, gateway);
  expect(text).toContain(String(headers['x-request-id']));
  expect(text).not.toMatch(/links|SQLITE|\.ts/);
});

test('a database that another process holds for itself is a matter of a moment', async () => {
  const gateway = await startLinkingGateway();
  const { linkUrl } = await newCompany(gateway);
  const browser = openBrowser();
  await browser.open(linkUrl);

  const other = openDatabase(gateway.file);
  other.exec('BEGIN IMMEDIATE');
  const page = await choose(browser, linkUrl);
  other.exec('ROLLBACK');

  expect(page.status).toBe(503);
  expect(page.headers.get('retry-after')).toBe('1');
  expectSecureHeaders(Object.fromEntries(page.headers), gateway);
  expect((await choose(browser, linkUrl)).status).toBe(303);
});

test('the stylesheet may be kept, and nothing else may', async () => {
  const gateway = linking();

  const { status, headers } = await send(gateway.url, { path: '/link/link.css' });

  expect(status).toBe(200);
  expect(headers).toMatchObject({
    'content-type': 'text/css; charset=utf-8',
    'cache-control': 'public, max-age=3600',
    'x-content-type-options': 'nosniff',
  });
});

/** Returns the form targets that the Content-Security-Policy allows. */
async function formTargets(env: Record<string, string>) {
  const gateway = await startLinkingGateway(env);
  const { headers } = await send(gateway.url, { path: '/link/' });
  const policy = String(headers['content-security-policy']).split('form-action ')[1];
  return policy?.replace(gateway.sandboxUrl, 'SANDBOX');
}

test('forms may lead to the sandbox and to an application by http only where there are such', async () => {
  expect(await formTargets({})).toBe(`'self' https: SANDBOX`);
  expect(await formTargets({ LINK_REDIRECT_URL: 'https://a.example.com/{companyId}' })).toBe(
    `'self' https: SANDBOX`,
  );
  expect(await formTargets({ LINK_REDIRECT_URL: 'http://localhost:3000?{companyId}' })).toBe(
    `'self' https: SANDBOX http://localhost:3000`,
  );
});

test('HEAD says what GET does, without the page', async () => {
  const gateway = linking();
  const { linkUrl } = await newCompany(gateway);
  const { pathname, search } = new URL(linkUrl);

  const { status, headers, text } = await send(gateway.url, {
    method: 'HEAD',
    path: `${pathname}${search}`,
  });

  expect({ status, text }).toEqual({ status: 200, text: '' });
  expectSecureHeaders(headers, gateway);
});
