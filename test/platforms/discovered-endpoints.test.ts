import { expect, test } from 'vitest';
import {
  answerJson,
  binding,
  callback,
  platformAt,
  startPlatformServer,
} from '../support/platform-server.ts';

const credentials = { accessToken: 'access', refreshToken: 'refresh', expires: null, fields: {} };
const tokens = { token_type: 'bearer', access_token: 'access' };

/** A platform that is discovered at a server whose metadata differs from what is right, and the requests to it. */
async function discovered(changes: Record<string, unknown>) {
  const requests: string[] = [];
  const url: string = await startPlatformServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    const metadata = {
      issuer: url,
      authorization_endpoint: `${url}/authorize`,
      token_endpoint: `${url}/token`,
      ...changes,
    };
    answerJson(response, request.url?.startsWith('/.well-known/') ? metadata : tokens);
  });
  const platform = platformAt(url, { server: { issuer: url } });
  /** Sends every kind of request. Returns the failures, or `undefined` for a request that succeeds. */
  const tryAll = () =>
    Promise.all(
      [
        platform.authorizationUrl(binding),
        platform.exchange(callback, binding),
        platform.renew(credentials, null),
        platform.revoke(credentials),
      ].map((it) =>
        it.then(
          () => undefined,
          (error: unknown) => error as Error,
        ),
      ),
    );
  return { platform, requests, tryAll };
}

const notUsable = (name: string) =>
  `the platform's metadata is not usable: ${name} must be an https URL of at most 2048 characters without a fragment`;

const found = 'GET /.well-known/openid-configuration';

test.for([
  ['another issuer', 'https://other.example', 'the metadata of the platform names another issuer'],
  ['a path', 'http://127.0.0.1/path', 'the metadata of the platform names another issuer'],
  ['no text', 5, 'the platform returned an invalid response (OAUTH_INVALID_RESPONSE)'],
  ['nothing', undefined, 'the platform returned an invalid response (OAUTH_INVALID_RESPONSE)'],
] as const)(
  'metadata that names as its issuer %s is rejected, and nothing is sent',
  async ([, issuer, message]) => {
    const { requests, tryAll } = await discovered({ issuer });

    for (const failure of await tryAll()) {
      expect(failure).toMatchObject({ name: 'PlatformError', failure: 'rejected', message });
    }
    expect(new Set(requests)).toEqual(new Set([found]));
  },
);

test.for(
  ['authorization_endpoint', 'token_endpoint', 'revocation_endpoint', 'jwks_uri'].flatMap((name) =>
    [
      'http://other.example/it',
      'http://192.0.2.1/it',
      'https://name:password@other.example/it',
      'https://other.example/it#fragment',
      'ftp://other.example/it',
      'javascript:alert(1)',
      'file:///etc/passwd',
      '/it',
      5,
      [],
      `https://other.example/${'x'.repeat(2048)}`,
    ].map((value) => [name, value] as const),
  ),
)('%s must not be %j', async ([name, value]) => {
  const { requests, tryAll } = await discovered({ [name]: value });

  for (const failure of await tryAll()) {
    expect(failure).toMatchObject({ failure: 'rejected', message: notUsable(name) });
  }
  expect(new Set(requests)).toEqual(new Set([found]));
});

test.for(
  ['authorization_endpoint', 'token_endpoint'].flatMap((name) =>
    [undefined, null, ''].map((value) => [name, value] as const),
  ),
)('%s must be there, not %j', async ([name, value]) => {
  const { tryAll } = await discovered({ [name]: value });

  for (const failure of await tryAll()) expect(failure?.message).toBe(notUsable(name));
});

test.for([null, ''])('an optional endpoint that is %j is absent', async (value) => {
  const { tryAll } = await discovered({ revocation_endpoint: value, jwks_uri: value });

  expect(await tryAll()).toEqual([undefined, undefined, undefined, undefined]);
});

test('endpoints may be on another host than the issuer', async () => {
  const asked: string[] = [];
  const elsewhere = await startPlatformServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    answerJson(response, tokens);
  });
  const { platform, requests, tryAll } = await discovered({
    authorization_endpoint: 'https://login.other.example/authorize',
    token_endpoint: `${elsewhere}/token`,
    revocation_endpoint: `${elsewhere}/revoke`,
    jwks_uri: 'https://keys.other.example/jwks',
  });

  expect(await tryAll()).toEqual([undefined, undefined, undefined, undefined]);

  const { host } = await platform.authorizationUrl(binding);
  expect(host).toBe('login.other.example');
  expect(asked.toSorted()).toEqual(['POST /revoke', 'POST /token', 'POST /token']);
  expect(requests).toEqual([found]);
});
