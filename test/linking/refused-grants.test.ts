import { expect, test } from 'vitest';
import { change } from '../support/change.ts';
import { json, startGranting, type Granting, type Ids } from '../support/granting.ts';
import { connectionsOf } from '../support/linking.ts';
import { inDatabase } from '../support/rows.ts';
import { rowsOf } from '../support/stored.ts';

const accountRequest = (url: string) => ({
  account: { from: 'request', url: `${url}/me`, path: 'id' } as const,
});

/** Links a connection to `account-1` with other tokens, which the gateway got elsewhere. */
async function linkElsewhere({ gateway }: Granting, ids: Ids, accountId = 'account-1') {
  const credentials = { accessToken: 'from-elsewhere', accountId };
  await change(gateway, 'authorizeConnection', { ...ids, credentials });
}

/** What makes the gateway refuse what the platform grants, and the outcome. */
const refusals: Record<
  string,
  { readonly prepare: (granting: Granting, ids: Ids) => Promise<void>; readonly status: number }
> = {
  'the connection was deleted': {
    prepare: async ({ gateway }, ids) =>
      void (await change(gateway, 'deleteConnection', { ...ids })),
    status: 404,
  },
  'the company was deleted': {
    prepare: async ({ gateway }, { companyId }) =>
      void (await change(gateway, 'deleteCompany', { companyId })),
    status: 404,
  },
  'another connection became active': {
    prepare: async ({ gateway }, { companyId }) => {
      const input = { companyId, integrationKey: 'gbol' };
      const { connection } = await change(gateway, 'createConnection', input, 'connection { id }');
      const credentials = { accessToken: 'from-elsewhere' };
      const rival = { companyId, connectionId: connection.id, credentials };
      await change(gateway, 'authorizeConnection', rival);
    },
    status: 409,
  },
  'another account was chosen': {
    prepare: (granting, ids) => linkElsewhere(granting, ids, 'account-2'),
    status: 409,
  },
  'the account cannot be read': {
    prepare: async (granting, ids) => {
      await linkElsewhere(granting, ids);
      granting.answers.account = json({}, 503);
    },
    status: 503,
  },
};

const revoked = ({ requests }: Granting) =>
  requests
    .filter(({ path }) => path === '/revoke')
    .map(({ body }) => new URLSearchParams(body).get('token'));

test.for(Object.entries(refusals))(
  'when %s, the grant is revoked at the platform, once',
  async ([, { prepare, status }]) => {
    const granting = await startGranting(accountRequest);
    const ids = await granting.add();
    const complete = await granting.begin(ids);
    granting.meanwhile = () => prepare(granting, ids);

    const ended = await complete();
    granting.work();

    expect(ended?.outcome.statusCode).toBe(status);
    await expect.poll(() => revoked(granting)).toEqual(['refresh']);
    const left = () => rowsOf(granting.gateway.file, 'SELECT * FROM revocations');
    await expect.poll(left).toEqual([]);
  },
);

test('a grant that is kept is not revoked', async () => {
  const granting = await startGranting(accountRequest);
  const complete = await granting.begin(await granting.add());

  const ended = await complete();

  expect(ended?.outcome.statusCode).toBe(200);
  expect(rowsOf(granting.gateway.file, 'SELECT * FROM revocations')).toEqual([]);
});

test('a grant that cannot be stored, nor queued, is revoked before the request fails', async () => {
  const granting = await startGranting(accountRequest);
  const ids = await granting.add();
  const complete = await granting.begin(ids);
  inDatabase(granting.gateway.file, (db) =>
    db.exec(
      `CREATE TRIGGER no_credentials BEFORE INSERT ON credentials BEGIN SELECT raise(ABORT, 'planted'); END`,
    ),
  );

  await expect(complete()).rejects.toThrow('planted');

  expect(revoked(granting)).toEqual(['refresh']);
  const [connection] = await connectionsOf(granting.gateway, ids.companyId);
  expect(connection?.status).toBe('PENDING_AUTH');
});

test('a token without a refresh token is revoked itself', async () => {
  const granting = await startGranting(accountRequest);
  granting.answers.tokens = { token_type: 'bearer', access_token: 'access-only' };
  const ids = await granting.add();
  const complete = await granting.begin(ids);
  granting.meanwhile = () => change(granting.gateway, 'deleteConnection', { ...ids });

  await complete();
  granting.work();

  await expect.poll(() => revoked(granting)).toEqual(['access-only']);
});

// At Xero, revoking one token ends everything that its user granted to the app.
test.for([
  ['another account was chosen', 0],
  ['another connection became active', 0],
  ['the account cannot be read', 0],
  ['the connection was deleted', 1],
  ['the company was deleted', 1],
] as const)(
  'where a revocation would end the access of a Linked connection, too, it is not queued: %s',
  async ([name, queued]) => {
    const granting = await startGranting((url) => ({
      ...accountRequest(url),
      revocationEndsAll: true,
    }));
    const ids = await granting.add();
    const complete = await granting.begin(ids);
    granting.meanwhile = async () => refusals[name]?.prepare(granting, ids);

    await complete();

    expect(rowsOf(granting.gateway.file, 'SELECT * FROM revocations')).toHaveLength(queued);
  },
);
