import { expect, test } from 'vitest';
import { shared } from '../support/lifetime.ts';
import { textOf } from '../support/browser.ts';
import { startTestGateway } from '../support/gateway.ts';
import { named, attributesNamed, readHtml } from '../support/html.ts';
import { send } from '../support/http.ts';
import {
  choose,
  companyLinkUrl,
  newCompany,
  openBrowser,
  startLinkingGateway,
} from '../support/linking.ts';

const linking = shared(() => startLinkingGateway());

/** Requests a page from the gateway, whatever origin its public URL has. */
async function openAt(gateway: { url: string }, address: string, cookie?: string) {
  const { pathname, search } = new URL(address);
  const response = await send(gateway.url, {
    path: `${pathname}${search}`,
    ...(cookie !== undefined && { headers: { cookie } }),
  });
  return { ...response, cookies: response.headers['set-cookie'] ?? [] };
}

test('the browser gets a cookie that no script reads, that comes back from platforms, and lasts a day', async () => {
  const gateway = linking();
  const { linkUrl } = await newCompany(gateway);

  const { cookies } = await openAt(gateway, linkUrl);

  expect(cookies).toEqual([
    expect.stringMatching(
      /^connexions-link=[\w-]{43}; Max-Age=86400; Path=\/; HttpOnly; SameSite=Lax$/,
    ),
  ]);
});

test('where the gateway is reached by https, the cookie is bound to it', async () => {
  const gateway = await startTestGateway({ publicUrl: 'https://link.example.com' });
  const { companyId } = await gateway.withCompany();
  const linkUrl = await companyLinkUrl(gateway, companyId);
  expect(linkUrl).toMatch(/^https:\/\/link\.example\.com\/link\/companies\//);

  const { cookies } = await openAt(gateway, linkUrl);

  expect(cookies).toEqual([
    expect.stringMatching(
      /^__Host-connexions-link=[\w-]{43}; Max-Age=86400; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
    ),
  ]);
});

test('each page gives the same cookie for another day, so that it does not end amid an authorization', async () => {
  const gateway = linking();
  const { linkUrl } = await newCompany(gateway);
  const [first = ''] = (await openAt(gateway, linkUrl)).cookies;

  const [second = ''] = (await openAt(gateway, linkUrl, first.split(';', 1)[0])).cookies;

  expect(second).toBe(first);
});

test('who is sent to a platform has the cookie for another day', async () => {
  const gateway = linking();
  const { linkUrl } = await newCompany(gateway);

  const { headers } = await choose(openBrowser(), linkUrl);

  expect(headers.getSetCookie()).toEqual([expect.stringContaining('Max-Age=86400')]);
});

test.for(['connexions-link=', 'connexions-link=short', `connexions-link=${'"'.repeat(43)}`])(
  'a cookie that is not of the gateway is replaced: %s',
  async (cookie) => {
    const gateway = linking();
    const { linkUrl } = await newCompany(gateway);

    const { cookies } = await openAt(gateway, linkUrl, cookie);

    expect(cookies[0]).toMatch(/^connexions-link=[\w-]{43};/);
  },
);

test('who looks at what is not there gets no cookie', async () => {
  const gateway = linking();
  const { linkUrl } = await newCompany(gateway);

  const { status, cookies } = await openAt(gateway, linkUrl.replace(/\?.*/, ''));

  expect({ status, cookies }).toEqual({ status: 404, cookies: [] });
});

test('without a cookie nothing begins, and the page says what to do', async () => {
  const gateway = linking();
  const { linkUrl } = await newCompany(gateway);
  const { pathname, searchParams } = new URL(linkUrl);

  const { status, text } = await send(gateway.url, {
    method: 'POST',
    path: pathname,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: `integrationKey=mqjo&code=${searchParams.get('code')}`,
  });

  expect(status).toBe(400);
  expect(textOf(text)).toContain('your browser must accept cookies from this site');
  expect((await openAt(gateway, linkUrl)).status).toBe(200);
});

test('below a path of PUBLIC_URL, links, forms and redirects lead below that path', async () => {
  const publicUrl = 'http://127.0.0.1/gate/way';
  const gateway = await startTestGateway({
    publicUrl,
    env: { SANDBOX: 'on' },
  });
  const { companyId } = await gateway.withCompany();
  const linkUrl = await companyLinkUrl(gateway, companyId);
  expect(linkUrl).toContain(`${publicUrl}/link/companies/${companyId}?code=`);

  // A proxy removes the path prefix before it forwards a request.
  const { status, text } = await openAt(gateway, linkUrl.replace('/gate/way', ''));

  expect(status).toBe(200);
  const addresses = attributesNamed(readHtml(text), 'href', 'action').map(
    (address) => address.split('#', 1)[0],
  );
  expect(new Set(addresses.filter((address) => address !== ''))).toEqual(
    new Set(['/gate/way/link/link.css', `/gate/way/link/companies/${companyId}`]),
  );
  expect(named(readHtml(text), 'form').length).toBeGreaterThan(1);
});
