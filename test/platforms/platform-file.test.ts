import { expect, test } from 'vitest';
import { authorizationProfiles } from '../../src/platforms/authorization-profiles.ts';
import { parsePlatformFile } from '../../src/platforms/platform-file.ts';

const server = {
  authorizationEndpoint: 'https://vendor.example/authorize',
  tokenEndpoint: 'https://vendor.example/token',
};

const books = {
  integrationKey: 'books',
  name: 'Books',
  sourceType: 'Accounting',
  source: 'https://vendor.example/docs',
  server,
  scopes: ['read'],
  clientAuthentication: 'client_secret_post',
};

type Members = Readonly<Record<string, unknown>>;

/** Returns the faults of a file with one platform that has these members. `undefined` removes a member. */
function faultsWith(members: Members): string[] {
  return faultsOf(JSON.stringify({ platforms: [{ ...books, ...members }] }));
}

function faultsOf(content: string): string[] {
  const parsed = parsePlatformFile(content);
  return parsed.ok ? [] : parsed.error;
}

test('a platform is read with all its members, and its integration', () => {
  const { integrationKey, name, sourceType, ...profile } = {
    ...books,
    server: {
      ...server,
      issuer: 'https://vendor.example',
      revocationEndpoint: server.tokenEndpoint,
    },
    authorizationParameters: { prompt: 'consent' },
    account: { from: 'request', url: 'https://vendor.example/me', path: 'd.0.id', newestBy: 'at' },
    revocationBody: 'json',
    renewableBeforeExpirySeconds: 30,
  };

  const parsed = parsePlatformFile(
    JSON.stringify({ platforms: [{ integrationKey, name, sourceType, ...profile }] }),
  );

  expect(parsed).toEqual({
    ok: true,
    value: [
      {
        profile: { integrationKey, ...profile },
        integration: { key: integrationKey, name, sourceType },
      },
    ],
  });
});

test('the rules are those that built-in profiles meet', () => {
  for (const { integrationKey, ...profile } of authorizationProfiles) {
    const platform = { ...profile, integrationKey: 'books' };
    const content = JSON.stringify({ platforms: [platform] });

    expect([integrationKey, parsePlatformFile(content)]).toEqual([
      integrationKey,
      { ok: true, value: [{ profile: platform, integration: undefined }] },
    ]);
  }
});

test.for<[Members, string]>([
  [
    { integrationKey: 'gbol' },
    'integrationKey must not be the key of a platform with a built-in profile',
  ],
  [{ integrationKey: 'abc' }, 'integrationKey must be 4 to 20 lower-case letters and digits'],
  [{ integrationKey: '../x' }, 'integrationKey must be 4 to 20 lower-case letters and digits'],
  [{ integrationKey: 'BOOKS' }, 'integrationKey must be 4 to 20 lower-case letters and digits'],
  [{ integrationKey: undefined }, 'integrationKey is required'],
  [{ name: ' ' }, 'name must be 1 to 200 characters after trimming'],
  [
    { name: undefined },
    'name is required with sourceType, for an integration that is not in the catalogue',
  ],
  [
    { sourceType: undefined },
    'sourceType is required with name, for an integration that is not in the catalogue',
  ],
  [
    { sourceType: 'Books' },
    'sourceType must be Accounting or Banking or BankFeed or Commerce or Expense or Other or Unknown',
  ],
  [{ source: 'see the vendor' }, 'source must be an http or https URL'],
  [{ server: undefined }, 'server is required'],
  [{ server: 'https://vendor.example' }, 'server must be an object'],
  [{ server: {} }, 'server.authorizationEndpoint is required'],
  [{ server: { ...server, tokenEndpoint: undefined } }, 'server.tokenEndpoint is required'],
  [{ server: { ...server, tokenEndpoint: 5 } }, 'server.tokenEndpoint must be a string'],
  [
    { server: { ...server, tokenEndpoint: 'http://vendor.example' } },
    'server.tokenEndpoint must be an https URL of at most 2048 characters without user name, password and fragment. http is allowed only for this machine',
  ],
  [
    { server: { ...server, tokenEndpoint: 'https://me:hunter2@vendor.example' } },
    'server.tokenEndpoint must be an https URL',
  ],
  [
    { server: { ...server, tokenEndpoint: 'https://vendor.example#x' } },
    'server.tokenEndpoint must be',
  ],
  [
    { server: { ...server, tokenEndpoint: `https://vendor.example/${'x'.repeat(2048)}` } },
    'server.tokenEndpoint must be',
  ],
  [{ server: { issuer: 'https://vendor.example/?a=b' } }, 'server.issuer must not have a query'],
  [
    { server: { issuer: 'https://vendor.example', jwks: {} } },
    'server must not have the member "jwks"',
  ],
  [{ scopes: 'read' }, 'scopes must be a list'],
  [{ scopes: ['read write'] }, 'scopes[0] must be 1 to 300 characters of a scope (RFC 6749)'],
  [{ scopes: ['read', 'read'] }, 'scopes must name each scope once'],
  [
    { scopes: Array.from({ length: 101 }, (_, it) => `s${it}`) },
    'scopes must be at most 100 entries',
  ],
  [{ scopes: ['openid'] }, 'server.issuer is required with the scope openid, to check ID tokens'],
  [
    { clientAuthentication: 'none' },
    'clientAuthentication must be client_secret_basic or client_secret_post',
  ],
  [{ authorizationParameters: { prompt: 5 } }, 'authorizationParameters.prompt must be a string'],
  [
    { authorizationParameters: { state: 'x' } },
    'authorizationParameters must not have a parameter that the flow itself sets',
  ],
  [
    { account: { from: 'somewhere' } },
    'account.from must be idToken, tokenResponse, callback or request',
  ],
  [{ account: 'idToken' }, 'account must be an object'],
  [{ account: { from: 'tokenResponse' } }, 'account.field is required'],
  [
    { account: { from: 'tokenResponse', field: 'access_token' } },
    'account.field must not be a token, code or state',
  ],
  [
    { account: { from: 'callback', parameter: 'code' } },
    'account.parameter must not be a token, code or state',
  ],
  [
    { account: { from: 'idToken', claim: 'org' } },
    'account.from must not be idToken without the scope openid',
  ],
  [
    { account: { from: 'request', url: 'http://vendor.example', path: 'id' } },
    'account.url must be',
  ],
  [{ revocationBody: 'form' }, 'revocationBody must be json'],
  [{ renewableBeforeExpirySeconds: 1.5 }, 'renewableBeforeExpirySeconds must be a whole number'],
  [{ renewableBeforeExpirySeconds: 0 }, 'renewableBeforeExpirySeconds must be at least 1'],
  [{ clientSecret: 'hunter2' }, 'platforms[0] must not have the member "clientSecret"'],
])('a platform with %j is refused at the place', ([members, fault]) => {
  const faults = faultsWith(members);

  const place = fault.startsWith('platforms') ? fault : `platforms[0].${fault}`;
  expect(faults).toEqual(expect.arrayContaining([expect.stringContaining(place)]));
  expect(faults.join()).not.toContain('hunter2');
});

test.for<[string, string]>([
  ['', 'must be JSON'],
  ['[', 'must be JSON'],
  ['[]', 'it must be an object'],
  ['{}', 'platforms is required'],
  ['{"platforms": {}}', 'platforms must be a list'],
  ['{"platforms": [null]}', 'platforms[0] must be an object'],
  ['{"platforms": [], "others": []}', 'it must not have the member "others"'],
])('the file %j is refused', ([content, fault]) => {
  expect(faultsOf(content)).toEqual([fault]);
});

test('a file names each key once', () => {
  expect(faultsOf(JSON.stringify({ platforms: [books, books] }))).toEqual([
    'platforms[1].integrationKey must not be the key of another platform of the file',
  ]);
});

test('a file of more than 1 MiB is refused', () => {
  expect(faultsOf(' '.repeat(1024 * 1024 + 1))).toEqual(['must be at most 1 MiB']);
});

test('a file of more than 200 platforms is refused', () => {
  const platforms = Array.from({ length: 201 }, (_, it) => ({
    ...books,
    integrationKey: `key${it + 100}`,
  }));

  expect(faultsOf(JSON.stringify({ platforms }))).toEqual([
    'platforms must be at most 200 entries',
  ]);
  expect(faultsOf(JSON.stringify({ platforms: platforms.slice(1) }))).toEqual([]);
});

test('a file with many faults reports the first', () => {
  const faults = faultsOf(JSON.stringify({ platforms: Array.from({ length: 30 }, () => ({})) }));

  expect(faults).toHaveLength(21);
  expect(faults.at(-1)).toMatch(/^and \d+ more$/);
});

test('a file may begin with a byte order mark, and name a schema', () => {
  const content = JSON.stringify({ $schema: './schema.json', platforms: [books] });

  expect(faultsOf(`\uFEFF${content}`)).toEqual([]);
});
