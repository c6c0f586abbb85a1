import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import type { ConnectionId } from '../../src/domain/id.ts';
import { openCredentials } from '../../src/linking/upkeep/stored-credentials.ts';
import { captureLog } from '../support/captured-log.ts';
import { startTestGateway } from '../support/gateway.ts';
import { attributesNamed, readHtml } from '../support/html.ts';
import {
  choose,
  companyLinkUrl,
  connectionLinkUrl,
  onlyConnectionOf,
  openBrowser,
  press,
} from '../support/linking.ts';
import { signInAndConsent } from '../support/sandbox-user.ts';

/** Completes one linking flow and collects all its secrets. */
async function linkAndGather(redirect?: string) {
  const log = captureLog();
  const gateway = await startTestGateway({
    logger: log.logger,
    env: { SANDBOX: 'on', ...(redirect !== undefined && { LINK_REDIRECT_URL: redirect }) },
  });
  const { companyId } = await gateway.withCompany({ name: 'Acme' });
  const linkUrl = await companyLinkUrl(gateway, companyId);
  const browser = openBrowser();
  const page = await browser.open(linkUrl);
  const cookie = /connections?-?link=([\w-]{43})|connexions-link=([\w-]{43})/.exec(
    page.headers.getSetCookie().join(),
  );
  const sent = await choose(browser, linkUrl);
  const refused = await browser.open(await signInAndConsent(sent.url, { refuse: true }));
  const again = await choose(browser, linkUrl);
  const answer = await signInAndConsent(again.url);
  const end = await browser.open(answer);
  const { id } = await onlyConnectionOf(gateway, companyId);
  const stored = await gateway.store.credentials.ofConnection(id as ConnectionId);
  if (!stored) throw new Error('there are no credentials');
  const { accessToken, refreshToken } = await openCredentials(gateway.vault, stored);
  const secrets = {
    linkCode: new URL(linkUrl).searchParams.get('code'),
    cookie: cookie?.[2],
    state: again.url.searchParams.get('state'),
    nonce: again.url.searchParams.get('nonce'),
    challenge: again.url.searchParams.get('code_challenge'),
    authorizationCode: answer.searchParams.get('code'),
    accessToken,
    refreshToken,
  };
  return { gateway, log, browser, companyId, connectionId: id, end, refused, secrets };
}

test('no code, state, cookie or token is in the log, however much is logged', async () => {
  const { log, secrets } = await linkAndGather();

  expect(Object.values(secrets).every((secret) => (secret ?? '').length > 20)).toBe(true);
  expect(log.requests('/link/callback/mqjo').length).toBe(2);
  for (const [name, secret] of Object.entries(secrets)) {
    expect({ name, found: log.text().includes(secret ?? '') }).toEqual({ name, found: false });
  }
});

test('none of them is in the clear in the database', async () => {
  const { gateway, secrets } = await linkAndGather();

  const files = await Promise.all(
    ['', '-wal'].map((suffix) => readFile(`${gateway.file}${suffix}`, 'latin1')),
  );

  for (const [name, secret] of Object.entries(secrets)) {
    expect({ name, found: files.join('').includes(secret ?? '') }).toEqual({ name, found: false });
  }
});

test('none of them is on the page that says how it ended, or in its address', async () => {
  const { end, refused, secrets } = await linkAndGather();

  for (const { url, html } of [end, refused]) {
    expect(url.search).toBe('');
    for (const [name, secret] of Object.entries(secrets)) {
      const found = `${url}${html}`.includes(secret ?? '');
      expect({ name, found }).toEqual({ name, found: false });
    }
  }
});

test('none of them is told to LINK_REDIRECT_URL, or to the page before it', async () => {
  const { end, secrets } = await linkAndGather('https://app.example.com/?id={connectionId}');

  expect(end.headers.get('referrer-policy')).toBe('no-referrer');
  for (const secret of Object.values(secrets)) expect(end.url.href).not.toContain(secret);
});

test('what GraphQL tells of the connection holds none of them', async () => {
  const { gateway, companyId, secrets } = await linkAndGather();

  const told = JSON.stringify(await onlyConnectionOf(gateway, companyId));

  for (const secret of Object.values(secrets)) expect(told).not.toContain(secret);
});

test('no page leads to another host, which would learn of the link', async () => {
  const { gateway, browser, companyId, connectionId, end } = await linkAndGather();
  const pages = [
    end,
    await browser.open(await companyLinkUrl(gateway, companyId)),
    await browser.open(await connectionLinkUrl(gateway, connectionId)),
  ];

  for (const { status, html } of pages) {
    expect(status).toBe(200);
    const addresses = attributesNamed(readHtml(html), 'href', 'action', 'src');
    expect(addresses.filter((address) => !/^[/#](?!\/)/.test(address))).toEqual([]);
  }
});

test('the address of the platform has nothing of the link', async () => {
  const { gateway, connectionId, companyId, secrets } = await linkAndGather();
  const browser = openBrowser();
  const confirm = await browser.open(await connectionLinkUrl(gateway, connectionId));

  const { url } = await press(browser, confirm);

  expect([...url.searchParams.keys()].toSorted()).toEqual([
    'client_id',
    'code_challenge',
    'code_challenge_method',
    'nonce',
    'redirect_uri',
    'response_type',
    'scope',
    'state',
  ]);
  expect(Object.fromEntries(url.searchParams)).toMatchObject({
    response_type: 'code',
    code_challenge_method: 'S256',
    redirect_uri: `${gateway.url}/link/callback/mqjo`,
    scope: 'openid offline_access accounting.read',
  });
  for (const text of [companyId, connectionId, secrets.linkCode, secrets.cookie]) {
    expect(url.href).not.toContain(text);
  }
  for (const name of ['state', 'nonce', 'code_challenge']) {
    expect(url.searchParams.get(name)).toMatch(/^[\w-]{43}$/);
  }
});
