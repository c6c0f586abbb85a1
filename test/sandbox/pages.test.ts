import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { openBrowser, textOf, type Browser, type Visit } from '../support/browser.ts';
import { onlyForm, signIn, signInAndConsent } from '../support/sandbox-user.ts';
import { clientOf, startTestSandbox, type TestClient } from '../support/sandbox.ts';
import { sayOnWire } from '../support/wire.ts';

interface Setting {
  readonly sandbox: Sandbox;
  readonly client: TestClient;
  readonly request: Awaited<ReturnType<TestClient['request']>>;
  readonly browser: Browser;
}

/** Prepares a browser and an authorization request that is not sent yet. */
async function start(changes = {}): Promise<Setting> {
  const sandbox = await startTestSandbox();
  const client = await clientOf(sandbox);
  return { sandbox, client, request: await client.request(changes), browser: openBrowser() };
}

const pages: Record<string, (setting: Setting) => Promise<Visit>> = {
  start: ({ browser, sandbox }) => browser.open(sandbox.url),
  'sign-in': ({ browser, request }) => browser.open(request.url),
  consent: ({ browser, request }) => signIn(request.url, {}, browser),
  'connected apps': async ({ browser, sandbox, client }) => {
    await client.link();
    return browser.open(`${sandbox.url}/connected-apps`);
  },
  'refused request': async ({ browser, client }) => {
    const { url } = await client.request({ redirect_uri: 'http://127.0.0.1:9/wrong' });
    return browser.open(url);
  },
  'ended sign-in': ({ browser, sandbox }) => browser.open(`${sandbox.url}/interaction/unknown`),
  'nothing here': ({ browser, sandbox }) => browser.open(`${sandbox.url}/nothing`),
};

describe.each(Object.entries(pages))('the page "%s"', (_, open) => {
  test('is kept and framed by nobody, and tells nobody where people come from', async () => {
    const { headers } = await open(await start());
    expect(Object.fromEntries(headers)).toMatchObject({
      'content-type': expect.stringMatching(/^text\/html; charset=utf-8$/i),
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'content-security-policy': expect.stringMatching(
        /^default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'/,
      ),
    });
  });

  test('has no script, and no style of its own', async () => {
    const { html } = await open(await start());
    expect(html).not.toMatch(/<script|<style|\sstyle=|\son\w+=|javascript:/i);
  });

  test('has a language, a title, one main part and one heading above all others', async () => {
    const { html } = await open(await start());
    expect(html).toContain('<html lang="en">');
    expect(html).toMatch(/<title>\S.* – Connexions sandbox<\/title>/);
    expect(html.match(/<main\b/g)).toHaveLength(1);
    expect(html.match(/<h1\b/g)).toHaveLength(1);
  });
});

test('only the form of the consent page may lead to another origin', async () => {
  const leading = [];
  for (const [name, open] of Object.entries(pages)) {
    const { headers } = await open(await start());
    if (!headers.get('content-security-policy')?.endsWith("form-action 'self'")) leading.push(name);
  }
  expect(leading).toEqual(['consent']);
});

test('the stylesheet is the one that is built with the product', async () => {
  const { url } = await startTestSandbox();
  const answer = await fetch(`${url}/sandbox.css`);
  expect(answer.headers.get('content-type')).toBe('text/css; charset=utf-8');
  const built = new URL('../../dist/sandbox.css', import.meta.url);
  expect(await answer.text()).toBe(await readFile(built, 'utf8'));
});

test('the start page leads to the connected apps and the discovery document', async () => {
  const sandbox = await startTestSandbox();
  const { html } = await openBrowser().open(sandbox.url);
  expect(html).toContain('href="/connected-apps"');
  expect(html).toContain('href="/.well-known/openid-configuration"');
});

describe('signing in and consenting', () => {
  test('the sign-in page says that no password is needed and no data is real', async () => {
    const { request, browser } = await start();
    const text = textOf((await browser.open(request.url)).html);
    expect(text).toContain('no real data');
    expect(text).toContain('No password is needed');
  });

  test('the consent page names the platform, the application, the account and what is asked for', async () => {
    const { request, browser } = await start();
    const { html } = await signIn(request.url, { account: 'Hart & Sons Bakery' }, browser);
    const text = textOf(html);
    expect(text).toContain('Accounting Sandbox Allow Connexions to access Hart & Sons Bakery?');
    expect(text).toContain('Read your books');
    expect(text).toContain('Keep this access until you revoke it');
  });

  test('the consent page names nothing that is not asked for', async () => {
    const { request, browser } = await start({ scope: 'openid' });
    const text = textOf((await signIn(request.url, {}, browser)).html);
    expect(text).not.toContain('Read your books');
    expect(text).not.toContain('Keep this access');
  });

  test('another account can be used instead', async () => {
    const { client, request, browser } = await start();
    const consent = await signIn(request.url, { account: 'Meridian Cycles' }, browser);
    const link = /<a href="([^"]*)">Use another account/.exec(consent.html)?.[1] ?? '';
    const callback = await signInAndConsent(
      new URL(link, consent.url),
      { account: 'Hart & Sons Bakery' },
      browser,
    );
    const tokens = await client.exchange(request, callback);
    expect(tokens.claims()?.['org_name']).toBe('Hart & Sons Bakery');
  });

  test('an account that is not one of those offered is asked for again', async () => {
    const { request, browser } = await start();
    const signInForm = onlyForm(await browser.open(request.url));
    const again = await browser.submit(signInForm, { account: 'somebody' });
    expect(textOf(again.html)).toContain('Demo businesses');
    const consentForm = onlyForm(await signIn(request.url, {}, browser));
    const refused = await browser.submit(consentForm, { account: 'x', decision: 'allow' });
    expect(textOf(refused.html)).toContain('Demo businesses');
  });

  test('anything but Allow refuses', async () => {
    const { request, browser } = await start();
    const form = onlyForm(await signIn(request.url, {}, browser));
    const { url } = await browser.submit(form, { decision: 'ALLOW' });
    expect(url.searchParams.get('error')).toBe('access_denied');
  });

  test('two tabs of one browser can be in the middle of it, as different accounts', async () => {
    const { client, request, browser } = await start();
    const other = await client.request();
    const first = await signIn(request.url, { account: 'Meridian Cycles' }, browser);
    const second = await signIn(other.url, { account: 'Hart & Sons Bakery' }, browser);
    const names = [];
    for (const [page, asked] of [
      [first, request],
      [second, other],
    ] as const) {
      const { url } = await browser.submit(onlyForm(page), { decision: 'allow' });
      names.push((await client.exchange(asked, url)).claims()?.['org_name']);
    }
    expect(names).toEqual(['Meridian Cycles', 'Hart & Sons Bakery']);
  });

  test('going back after it is done leads to a page that says so', async () => {
    const { request, browser } = await start();
    const consent = await signIn(request.url, {}, browser);
    await browser.submit(onlyForm(consent), { decision: 'allow' });
    const again = await browser.open(consent.url);
    expect(again.status).toBe(410);
    expect(textOf(again.html)).toContain('This sign-in has ended');
  });

  test('a second click, however late, leads to where the first one did', async () => {
    const { request, browser } = await start();
    const form = onlyForm(await signIn(request.url, {}, browser));
    const first = await browser.submit(form, { decision: 'allow' });
    const second = await browser.submit(form, { decision: 'allow' });
    expect(first.url.searchParams.get('code')).toBeTypeOf('string');
    expect(second.url).toEqual(first.url);
  });

  test('another browser cannot take part in it', async () => {
    const { request, browser } = await start();
    const consent = await signIn(request.url, {}, browser);
    const elsewhere = await openBrowser().submit(onlyForm(consent), { decision: 'allow' });
    expect(elsewhere.status).toBe(410);
  });

  test('a consent that another site sends is refused', async () => {
    const { request, browser } = await start();
    const { action, fields } = onlyForm(await signIn(request.url, {}, browser));
    const answer = await fetch(action, {
      method: 'POST',
      headers: { 'sec-fetch-site': 'same-site' },
      body: new URLSearchParams({ ...fields, decision: 'allow' }),
    });
    expect(answer.status).toBe(403);
  });
});

describe('hostile requests', () => {
  test('what is put into an address does not come back as HTML', async () => {
    const sandbox = await startTestSandbox();
    const mark = '<script>alert(1)</script>';
    for (const path of [
      `/connected-apps?notice=${mark}`,
      `/interaction/${mark}?account=${mark}`,
      `/auth?client_id=${mark}&redirect_uri=${mark}&error=${mark}`,
    ]) {
      const { html } = await openBrowser().open(`${sandbox.url}${path}`);
      expect(html).not.toContain('<script');
    }
  });

  test('a form that is too large is refused', async () => {
    const { url } = await startTestSandbox();
    const body = new URLSearchParams({ grant: 'x'.repeat(100_000) });
    const answer = await fetch(`${url}/connected-apps`, { method: 'POST', body });
    expect(answer.status).toBe(413);
  });

  test.each([
    'GET / HTTP/1.1',
    'GET /auth HTTP/1.1',
    'GET http://[/ HTTP/1.1',
    'GET //[ HTTP/1.1',
    'GET /%zz HTTP/1.1',
  ])('a malformed host in "%s" harms nobody', async (line) => {
    const sandbox = await startTestSandbox();
    const said = await sayOnWire(sandbox, `${line}\r\nHost: a b\r\nConnection: close\r\n\r\n`);
    expect(said).toMatch(/^HTTP\/1.1 [24]\d\d /);
    expect((await fetch(sandbox.url)).status).toBe(200);
  });
});
