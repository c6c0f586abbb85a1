import * as openid from 'openid-client';
import { expect, test } from 'vitest';
import { openBrowser, textOf } from '../support/browser.ts';
import { signInAndConsent } from '../support/sandbox-user.ts';
import {
  accounting,
  banking,
  clientOf,
  commerce,
  redirectUri,
  startTestSandbox,
} from '../support/sandbox.ts';

test.each([
  [accounting, 'accounting.read'],
  [banking, 'banking.read'],
  [commerce, 'commerce.read'],
])('a person signs in and allows access to the platform %s', async (platform, scope) => {
  const client = await clientOf(await startTestSandbox(), platform);

  const request = await client.request();
  const callback = await signInAndConsent(request.url, { account: 'Hart & Sons Bakery' });
  const tokens = await client.exchange(request, callback);

  expect(`${callback.origin}${callback.pathname}`).toBe(redirectUri);
  expect(tokens.scope).toBe(`openid offline_access ${scope}`);
  expect(tokens.refresh_token).toBeTypeOf('string');
  const organisation = { org_id: expect.any(String), org_name: 'Hart & Sons Bakery' };
  const sub = tokens.claims()?.sub ?? '';
  expect(tokens.claims()).toMatchObject({ ...organisation, nonce: request.checks.expectedNonce });
  expect(await openid.fetchUserInfo(client.config, tokens.access_token, sub)).toEqual({
    ...organisation,
    sub,
  });
});

test('the answer says who gave it', async () => {
  const sandbox = await startTestSandbox();
  const { url } = await (await clientOf(sandbox)).request();
  for (const refuse of [false, true]) {
    const callback = await signInAndConsent(url, { refuse });
    expect(callback.searchParams.get('iss')).toBe(sandbox.url);
  }
});

test('two accounts have different subjects and organisations, the same each time', async () => {
  const sandbox = await startTestSandbox();
  const idsOf = async (account: string, platform?: string) => {
    const tokens = await (await clientOf(sandbox, platform)).link({ account });
    const claims = tokens.claims();
    return [claims?.sub, claims?.['org_id']];
  };
  const bakery = await idsOf('Hart & Sons Bakery');
  const cycles = await idsOf('Meridian Cycles');
  expect(cycles[0]).not.toBe(bakery[0]);
  expect(cycles[1]).not.toBe(bakery[1]);
  expect(await idsOf('Hart & Sons Bakery', banking)).toEqual(bakery);
});

test('a refusal is answered with access_denied', async () => {
  const client = await clientOf(await startTestSandbox());
  const request = await client.request();
  const callback = await signInAndConsent(request.url, { refuse: true });
  await expect(client.exchange(request, callback)).rejects.toMatchObject({
    error: 'access_denied',
  });
  expect(callback.searchParams.has('code')).toBe(false);
});

test('a person is asked each time, and can be somebody else in the same browser', async () => {
  const client = await clientOf(await startTestSandbox());
  const browser = openBrowser();
  const names = [];
  for (const account of ['Meridian Cycles', 'Lindström Design Studio', 'Meridian Cycles']) {
    const request = await client.request({ prompt: undefined });
    const tokens = await client.exchange(
      request,
      await signInAndConsent(request.url, { account }, browser),
    );
    names.push(tokens.claims()?.['org_name']);
  }
  expect(names).toEqual(['Meridian Cycles', 'Lindström Design Studio', 'Meridian Cycles']);
});

test('somebody who must not be asked is told to sign in', async () => {
  const client = await clientOf(await startTestSandbox());
  const { url } = await client.request({ prompt: 'none' });
  const left = await openBrowser().open(url);
  expect(left.url.searchParams.get('error')).toBe('login_required');
});

test.each([
  ['another path', `${redirectUri}/more`],
  ['a query', `${redirectUri}?next=1`],
  ['another port', redirectUri.replace(':9/', ':10/')],
  ['another host', redirectUri.replace('127.0.0.1', 'localhost')],
])('a redirect URI with %s is refused on a page', async (_, wrong) => {
  const client = await clientOf(await startTestSandbox());
  const { url } = await client.request({ redirect_uri: wrong });
  const page = await openBrowser().open(url);
  expect(page.status).toBe(400);
  expect(page.url.origin).toBe(url.origin);
  expect(textOf(page.html)).toContain('uses a redirect URL that is not registered');
});

test.each([
  ['no redirect URI', { redirect_uri: undefined }],
  ['an unknown client', { client_id: 'stranger' }],
])('a request with %s is refused on a page', async (_, changes) => {
  const client = await clientOf(await startTestSandbox());
  const { url } = await client.request(changes);
  const page = await openBrowser().open(url);
  expect(page.status).toBe(400);
  expect(page.url.origin).toBe(url.origin);
});

test.each([
  ['without PKCE', { code_challenge: undefined, code_challenge_method: undefined }],
  ['with plain PKCE', { code_challenge_method: 'plain' }],
  ['for a token in the answer', { response_type: 'id_token' }],
  ['for the data of another platform', { scope: 'openid banking.read' }],
])('a request %s is refused', async (_, changes) => {
  const client = await clientOf(await startTestSandbox());
  const { url } = await client.request(changes);
  const left = await openBrowser().open(url);
  const answer = left.url.searchParams.size > 0 ? left.url.searchParams : hashOf(left.url);
  expect(`${left.url.origin}${left.url.pathname}`).toBe(redirectUri);
  expect(answer.get('error')).toMatch(
    /^(invalid_request|unsupported_response_type|invalid_scope)$/,
  );
});

test('a code is of no use without its verifier', async () => {
  const client = await clientOf(await startTestSandbox());
  const request = await client.request();
  const callback = await signInAndConsent(request.url);
  const stolen = { ...request.checks, pkceCodeVerifier: openid.randomPKCECodeVerifier() };
  await expect(
    openid.authorizationCodeGrant(client.config, callback, stolen),
  ).rejects.toMatchObject({ error: 'invalid_grant' });
});

test('a code that comes twice ends what the first gave', async () => {
  const client = await clientOf(await startTestSandbox());
  const request = await client.request();
  const callback = await signInAndConsent(request.url);
  const tokens = await client.exchange(request, callback);
  await expect(client.exchange(request, callback)).rejects.toMatchObject({
    error: 'invalid_grant',
  });
  expect(await client.tryAccess(tokens.access_token)).toBe(401);
});

test('a client is known by its secret, in the header only', async () => {
  const sandbox = await startTestSandbox();
  const client = await clientOf(sandbox);
  const { refresh_token: refreshToken } = await client.link();
  const { clientId, clientSecret } = sandbox.clients[0] ?? { clientId: '', clientSecret: '' };
  const wrong = await Promise.all(
    [openid.ClientSecretBasic('guessed'), openid.ClientSecretPost(clientSecret)].map((method) =>
      openid.discovery(new URL(sandbox.url), clientId, undefined, method, {
        execute: [openid.allowInsecureRequests],
      }),
    ),
  );
  for (const config of wrong) {
    await expect(openid.refreshTokenGrant(config, refreshToken)).rejects.toMatchObject({
      status: 401,
    });
  }
  expect(await client.refresh(refreshToken)).toHaveProperty('access_token');
});

function hashOf({ hash }: URL): URLSearchParams {
  return new URLSearchParams(hash.slice(1));
}
