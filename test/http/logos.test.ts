import { assert, property, string } from 'fast-check';
import { expect, test } from 'vitest';
import { logoAt, logoPaths, logoUrls } from '../../src/api/logo.ts';
import { initialOf } from '../../src/domain/text.ts';
import { ask, bearer, makeApiKey } from '../support/callers.ts';
import { send } from '../support/http.ts';
import { shared } from '../support/lifetime.ts';
import { startRestGateway } from '../support/rest.ts';

const withKeys = shared(async () => {
  const gateway = await startRestGateway();
  const { secret } = await makeApiKey(gateway, 'read');
  return { ...gateway, secret };
});

const asked = { query: '{ integrations(filter: { key: "gbol" }) { logoUrl } }' };

test('both APIs name the same logo, which anybody can read from the gateway', async () => {
  const gateway = withKeys();
  const { url, secret } = gateway;
  const sdk = gateway.sdkWith(secret);

  const { logoUrl } = await sdk.integrations.get({ platformKey: 'gbol' });
  const listed = await sdk.integrations.list({ query: 'key=gbol' });
  const { logo } = await sdk.integrations.getBranding({ platformKey: 'gbol' });
  const { data } = await ask({ url }, { ...asked, headers: bearer(secret) });

  expect(logoUrl).toBe(`${url}/logos/58.svg`);
  expect([
    listed.results?.[0]?.logoUrl,
    logo?.full?.image?.src,
    logo?.square?.image?.src,
    data.integrations[0].logoUrl,
  ]).toEqual(Array.from({ length: 4 }, () => logoUrl));
  const image = await send(url, { path: new URL(logoUrl).pathname });
  expect(image).toMatchObject({
    status: 200,
    text: expect.stringMatching(/^<svg .*>X<\/text><\/svg>$/),
    headers: {
      'content-type': 'image/svg+xml',
      'cache-control': 'public, max-age=3600',
      'content-security-policy': expect.stringContaining("default-src 'none'"),
      'x-content-type-options': 'nosniff',
    },
  });
});

test('a logo that a client has is not sent again', async () => {
  const { url } = withKeys();
  const path = '/logos/58.svg';
  const { etag = '' } = (await send(url, { path })).headers;
  const other = (await send(url, { path: '/logos/59.svg' })).headers.etag;

  expect(etag).toMatch(/^"[\w-]+"$/);
  expect(other).not.toBe(etag);
  for (const known of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
    const answer = await send(url, { path, headers: { 'if-none-match': known } });
    expect(answer).toMatchObject({ status: 304, text: '', headers: { etag } });
  }
  expect(await send(url, { path, headers: { 'if-none-match': '"other"' } })).toMatchObject({
    status: 200,
  });
});

test('HEAD has the headers of GET, and no other method is allowed', async () => {
  const { url } = withKeys();
  const path = '/logos/58.svg';
  const { headers } = await send(url, { path });
  const { etag, 'content-type': type, 'content-length': length } = headers;

  expect(await send(url, { method: 'HEAD', path })).toMatchObject({
    status: 200,
    text: '',
    headers: { etag, 'content-type': type, 'content-length': length },
  });
  expect(await send(url, { method: 'POST', path })).toMatchObject({
    status: 405,
    headers: { allow: 'GET, HEAD' },
  });
});

test.for([
  '',
  'x',
  '58',
  '58.png',
  '3c.svg',
  '58-59-5a-5b-5c.svg',
  'd800.svg',
  '110000.svg',
  '301.svg',
])('there is no logo %j', async (name) => {
  expect((await send(withKeys().url, { path: `/logos/${name}` })).status).toBe(404);
});

test('every name has a logo, with its first letter or digit', () => {
  const urlOf = logoUrls('https://gateway.example/prefix');
  assert(
    property(string({ unit: 'binary', minLength: 1 }), (name) => {
      const { origin, pathname } = new URL(urlOf(name));
      expect(origin).toBe('https://gateway.example');
      const [, path = ''] = pathname.split(`/prefix${logoPaths}`);
      const text = /<text[^>]*>([^<>&]+)<\/text>/u.exec(logoAt(path) ?? '')?.[1] ?? '';
      expect(text).not.toBe('');
      expect(initialOf(name).startsWith(text)).toBe(true);
    }),
    { examples: [['ß'], ['ŉ'], ['•'], ['  ✨ élan'], ['e\u0301\u0302\u0303\u0304\u0305'], ['😀']] },
  );
});
