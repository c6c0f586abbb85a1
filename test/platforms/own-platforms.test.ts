import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import { temporaryFolder } from '../support/folder.ts';
import { startTestGateway } from '../support/gateway.ts';
import { runHere } from '../support/run-here.ts';

const profile = {
  source: 'https://vendor.example/docs',
  server: {
    authorizationEndpoint: 'https://vendor.example/authorize',
    tokenEndpoint: 'https://vendor.example/token',
  },
  scopes: ['read'],
  clientAuthentication: 'client_secret_post',
};
const books = { ...profile, integrationKey: 'books', name: 'Books', sourceType: 'Accounting' };
/** Zoho Books, which the catalogue has and no built-in profile is for. */
const zoho = { ...profile, integrationKey: 'rwuv' };

const other = { ...books, integrationKey: 'others' };

const client = { CLIENT_ID_BOOKS: 'id', CLIENT_SECRET_BOOKS: 'hunter2' };

async function writePlatforms(...platforms: readonly object[]): Promise<string> {
  const file = join(await temporaryFolder(), 'platforms.json');
  await writeFile(file, JSON.stringify({ platforms }));
  return file;
}

/** Starts a gateway with these platforms, and returns its integrations with this key. */
async function integrationsWith(
  key: string,
  {
    platforms,
    ...options
  }: { platforms: readonly object[] } & Parameters<typeof startTestGateway>[0],
) {
  const env = { ...options.env, PLATFORMS_FILE: await writePlatforms(...platforms) };
  const gateway = await startTestGateway({ ...options, env });
  const { data } = await gateway.query(
    'query ($key: String) { integrations(filter: { key: $key }) { id name sourceType enabled } }',
    { key },
  );
  return data.integrations;
}

test('a new platform with client credentials is an integration that companies can link', async () => {
  const env = { ...client, PLATFORMS_FILE: await writePlatforms(books) };

  expect(readConfig(env).warnings).toEqual([]);
  expect(await integrationsWith('books', { platforms: [books], env: client })).toEqual([
    { id: expect.any(String), name: 'Books', sourceType: 'ACCOUNTING', enabled: true },
  ]);
});

test('without client credentials, nobody can link it', async () => {
  expect(await integrationsWith('books', { platforms: [books] })).toMatchObject([
    { name: 'Books', enabled: false },
  ]);
  expect(readConfig({ PLATFORMS_FILE: await writePlatforms(books) }).warnings).toEqual([
    'companies cannot link the platform books of PLATFORMS_FILE: CLIENT_ID_BOOKS is not set',
  ]);
});

test('a platform can belong to an integration of the catalogue', async () => {
  const env = { CLIENT_ID_RWUV: 'id', CLIENT_SECRET_RWUV: 'secret' };

  expect(await integrationsWith('rwuv', { platforms: [zoho], env })).toMatchObject([
    { name: 'Zoho Books', enabled: true },
  ]);
});

test('a platform has the same id in every gateway, and keeps it when it is renamed', async () => {
  const file = join(await temporaryFolder(), 'test.db');
  const [before] = await integrationsWith('books', { platforms: [books], env: client, file });
  const renamed = { ...books, name: 'Better Books' };

  const [after] = await integrationsWith('books', { platforms: [renamed], env: client, file });
  const [elsewhere] = await integrationsWith('books', { platforms: [books] });

  expect(after).toEqual({ ...before, name: 'Better Books' });
  expect(elsewhere.id).toBe(before.id);
});

/** Imports a connection of the platform, whose integration the gateway then does not know. */
async function withImported(sourceType: string): Promise<string> {
  const file = join(await temporaryFolder(), 'test.db');
  const gateway = await startTestGateway({ file });
  await gateway.withCompany({
    connections: [{ integrationKey: 'books', platformName: 'Imported', sourceType }],
  });
  return file;
}

test('a platform enables the integration that an import created with its key', async () => {
  const file = await withImported('Accounting');

  expect(await integrationsWith('books', { platforms: [books], env: client, file })).toMatchObject([
    { name: 'Books', enabled: true },
  ]);
});

test('a platform cannot change the source type, which connections depend on', async () => {
  const file = await withImported('Commerce');
  const env = { PLATFORMS_FILE: await writePlatforms(books), DATABASE_URL: `file:${file}` };

  expect(await runHere([], { env })).toMatchObject({
    code: 1,
    stderr: 'PLATFORMS_FILE: the platform books must keep the source type that the database has\n',
  });
});

test.for([
  [
    { ...books, name: undefined, sourceType: undefined },
    'name is required: the catalogue does not have this key',
  ],
  [{ ...books, integrationKey: 'rwuv' }, 'name must be absent: the catalogue has this key'],
  [
    { ...books, integrationKey: 'mqjo' },
    'integrationKey must not be the key of a platform of the sandbox',
  ],
] as const)(
  'a start with a platform that does not fit the catalogue ends: %j',
  async ([platform, fault]) => {
    const database = join(await temporaryFolder(), 'test.db');
    const env = {
      PLATFORMS_FILE: await writePlatforms(other, platform),
      DATABASE_URL: `file:${database}`,
    };

    expect(await runHere([], { env })).toMatchObject({
      code: 1,
      stderr: `PLATFORMS_FILE platforms[1].${fault}\n`,
    });
    expect(existsSync(database)).toBe(false);
  },
);

test('a start with a fault in the file names the file, the place and the rule, and no secret', async () => {
  const file = await writePlatforms({ ...books, clientSecret: 'hunter2' });

  const { code, stderr } = await runHere([], { env: { ...client, PLATFORMS_FILE: file } });

  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: `PLATFORMS_FILE ${file}: platforms[0] must not have the member "clientSecret"\n`,
  });
});

test.for([
  ['/nowhere/platforms.json', /^PLATFORMS_FILE \/nowhere\/platforms\.json: cannot be read: ENOENT/],
  ['/dev/zero', /^PLATFORMS_FILE \/dev\/zero: must be a regular file$/m],
  ['/', /^PLATFORMS_FILE \/: cannot be read: EISDIR/],
] as const)('a start with %s for the file ends', async ([file, fault]) => {
  const { code, stderr } = await runHere([], { env: { PLATFORMS_FILE: file } });

  expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringMatching(fault) });
});

test('credentials of a platform that no file describes are refused', async () => {
  expect(await runHere([], { env: client })).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('CLIENT_ID_BOOKS does not belong to an integration'),
  });
});
