import { expect, test } from 'vitest';
import { parseScopes, scopeChange, scopeLimits } from '../../src/domain/granted-scopes.ts';
import { change } from '../support/change.ts';
import type { TestGateway } from '../support/gateway.ts';
import { startGranting, type Granting, type Ids } from '../support/granting.ts';
import { onlyConnectionOf } from '../support/linking.ts';
import { startRenewing } from '../support/renewing.ts';
import { rowsOf } from '../support/stored.ts';

const tokens = { token_type: 'bearer', access_token: 'access', refresh_token: 'refresh' };

async function scopesOf(gateway: TestGateway, { connectionId }: Pick<Ids, 'connectionId'>) {
  const { data } = await gateway.query(
    'query ($id: ID!) { connection(id: $id) { grantedScopes } }',
    { id: connectionId },
  );
  return data.connection.grantedScopes as readonly string[] | null;
}

/** Links a connection, with this `scope` in the token response. */
async function link({ answers, begin }: Granting, ids: Ids, scope?: string) {
  answers.tokens = { ...tokens, ...(scope !== undefined && { scope }) };
  const complete = await begin(ids);
  expect((await complete())?.outcome.statusCode).toBe(200);
}

const lastOf = async (gateway: TestGateway, { companyId }: Ids) =>
  (await onlyConnectionOf(gateway, companyId)).history.nodes.at(-1);

test.for([
  ['other scopes than requested, twice and unsorted', 'read profile read', ['profile', 'read']],
  ['no scope, which means those that were requested', undefined, ['offline_access', 'read']],
  ['an empty scope, which means the same', '', ['offline_access', 'read']],
  ['something that is not a scope', 'read "all"', null],
  ['more scopes than are kept', Array.from({ length: 101 }, (_, i) => `s${i}`).join(' '), null],
  ['a scope that is too long', 'x'.repeat(4097), null],
] as const)('a platform that returns %s', async ([, scope, kept]) => {
  const granting = await startGranting(() => ({ scopes: ['read', 'offline_access'] }));
  const ids = await granting.add();
  expect(await scopesOf(granting.gateway, ids)).toBeNull();

  await link(granting, ids, scope);

  expect(await scopesOf(granting.gateway, ids)).toEqual(kept);
  expect(await lastOf(granting.gateway, ids)).toMatchObject({ type: 'CONNECTION_CONNECTED' });
});

test('at a platform without scopes, none are known', async () => {
  const granting = await startGranting(() => ({ scopes: [] }));
  const ids = await granting.add();

  await link(granting, ids);

  expect(await scopesOf(granting.gateway, ids)).toBeNull();
});

test('another link with other scopes is an event that names them, one with the same is none', async () => {
  const granting = await startGranting(() => ({}));
  const { gateway } = granting;
  const ids = await granting.add();
  await link(granting, ids, 'read profile');

  await link(granting, ids, 'profile read');
  const same = await lastOf(gateway, ids);
  await link(granting, ids, 'read write');

  expect(same).toMatchObject({ type: 'CONNECTION_RECONNECTED' });
  expect(await lastOf(gateway, ids)).toEqual({
    type: 'CONNECTION_UPDATED',
    fromStatus: 'LINKED',
    toStatus: 'LINKED',
    actor: 'link',
    reason: 'the granted scopes changed: added write; removed profile',
  });
  expect(await scopesOf(gateway, ids)).toEqual(['read', 'write']);
});

test('granted scopes stay when the access ends, and are deleted with the connection', async () => {
  const granting = await startGranting(() => ({}));
  const { gateway } = granting;
  const stored = () => rowsOf(gateway.file, 'SELECT connection_id FROM granted_scopes');
  const [ids, other] = [await granting.add(), await granting.add()];
  await link(granting, ids, 'read');
  await link(granting, other, 'read');

  await change(gateway, 'unlinkConnection', { ...ids });
  expect(await scopesOf(gateway, ids)).toEqual(['read']);
  await change(gateway, 'deleteConnection', { ...ids });
  expect(stored()).toEqual([{ connection_id: other.connectionId }]);
  await change(gateway, 'deleteCompany', { companyId: other.companyId });
  expect(stored()).toEqual([]);
});

test('the scopes of credentials from elsewhere are not known', async () => {
  const granting = await startGranting(() => ({}));
  const ids = await granting.add();
  await link(granting, ids, 'read');

  const credentials = { accessToken: 'from-elsewhere' };
  await change(granting.gateway, 'authorizeConnection', { ...ids, credentials });

  expect(await scopesOf(granting.gateway, ids)).toBeNull();
});

test('a link that is refused changes no scopes', async () => {
  const granting = await startGranting();
  const ids = await granting.add();
  await link(granting, ids, 'read');
  const credentials = { accessToken: 'from-elsewhere', accountId: 'account-2' };
  await change(granting.gateway, 'authorizeConnection', { ...ids, credentials });
  granting.answers.tokens = { ...tokens, scope: 'write' };
  const complete = await granting.begin(ids);

  expect((await complete())?.outcome.statusCode).toBe(409);

  expect(await scopesOf(granting.gateway, ids)).toBeNull();
});

test('a renewal keeps the scopes unless the platform names others, which is an event', async () => {
  const { gateway, server, eventually, link: linkWith } = await startRenewing();
  const linked = await linkWith({ expires: null });
  const renewed = async (scope: string | undefined) => {
    server.extras = { expires_in: 3600, ...(scope !== undefined && { scope }) };
    const before = (await linked.credentials())?.refreshToken;
    linked.makeDue();
    await eventually(async () => (await linked.credentials())?.refreshToken).not.toBe(before);
    return scopesOf(gateway, linked);
  };

  expect(await renewed('read write')).toEqual(['read', 'write']);
  expect(await renewed(undefined)).toEqual(['read', 'write']);
  expect(await renewed('write read')).toEqual(['read', 'write']);
  expect(await renewed('read "all"')).toEqual(['read', 'write']);
  const before = (await linked.state()).history.nodes;
  expect(await renewed('read')).toEqual(['read']);

  expect(before.map(({ type }) => type)).not.toContain('CONNECTION_UPDATED');
  expect((await linked.state()).history.nodes.slice(before.length)).toEqual([
    {
      type: 'CONNECTION_UPDATED',
      fromStatus: 'LINKED',
      toStatus: 'LINKED',
      actor: 'provider',
      reason: 'the granted scopes changed: removed write',
    },
  ]);
});

function longScopes(first: number): string[] {
  return Array.from({ length: 100 }, (_, index) => `scope.${first + index}`.padEnd(39, 'x'));
}

test('a change of many long scopes fits into the history', () => {
  const reason = scopeChange(longScopes(0), longScopes(1000)) ?? '';

  expect(reason.length).toBeLessThanOrEqual(1000);
  expect(reason).toMatch(
    /^the granted scopes changed: added scope\.1000x+, .* and \d+ more; removed /,
  );
  expect(scopeChange(['a'], ['a', 'x'.repeat(4000)])).toBe(
    'the granted scopes changed: added 1 too long to name',
  );
});

test('the longest scopes that are kept can be stored', async () => {
  const one = 'x'.repeat(scopeLimits.text);
  const many = Array.from({ length: scopeLimits.scopes }, (_, index) => `${index}`.padEnd(39, 'x'));
  for (const text of [one, many.join(' ')]) {
    const scopes = parseScopes(text);
    const granting = await startGranting(() => ({}));
    const ids = await granting.add();

    await link(granting, ids, text);

    expect(await scopesOf(granting.gateway, ids)).toEqual(scopes);
    expect(scopes).toHaveLength(text === one ? 1 : 100);
  }
});
