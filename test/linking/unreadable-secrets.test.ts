import { expect, test } from 'vitest';
import type { CompanyId, ConnectionId } from '../../src/domain/id.ts';
import { OAuthPlatform } from '../../src/platforms/oauth-platform.ts';
import type { Sealed } from '../../src/store/sealed.ts';
import { ofConnection, type Vault } from '../../src/vault/vault.ts';
import { outgoingClient } from '../support/outgoing-client.ts';
import { startRenewing, type LinkedConnection, type Renewing } from '../support/renewing.ts';
import { inDatabase } from '../support/rows.ts';
import { rowsOf } from '../support/stored.ts';

interface Owner {
  readonly companyId: CompanyId;
  readonly connectionId: ConnectionId;
}

const credentials = { accessToken: 'a', refreshToken: 'r', expires: null, fields: {} };

/** What may be in the place of a connection's credentials, and why it cannot be read. */
const unreadable: [
  string,
  (vault: Vault, owner: Owner, sealed: Sealed) => Sealed | Promise<Sealed>,
  RegExp,
][] = [
  [
    'with a key that is lost',
    (_, __, { jwe }) => ({ keyId: 'lost', jwe }),
    /the key lost is missing/,
  ],
  [
    'that were altered',
    (_, __, { keyId, jwe }) => ({ keyId, jwe: `${jwe.slice(0, -4)}AAAA` }),
    /it was modified/,
  ],
  [
    'of another connection',
    (vault, { companyId }) => {
      const other = { companyId, connectionId: companyId as string as ConnectionId };
      return vault.seal(credentials, ofConnection('credentials', other));
    },
    /belongs to another record/,
  ],
  [
    'that are for another purpose',
    (vault, owner) => vault.seal(credentials, ofConnection('authorization', owner)),
    /for another purpose/,
  ],
  [
    'that are the secrets of an authorization',
    (vault, owner) =>
      vault.seal({ state: 's', verifier: 'v', nonce: 'n' }, ofConnection('credentials', owner)),
    /does not hold credentials/,
  ],
];

/** Puts what cannot be read in the place of a connection's credentials. */
async function spoil(
  { gateway }: Renewing,
  owner: Owner,
  spoilt: (typeof unreadable)[number][1],
): Promise<void> {
  const [row] = rowsOf<Sealed>(
    gateway.file,
    'SELECT key_id AS keyId, jwe FROM credentials WHERE connection_id = ?',
    owner.connectionId,
  );
  if (!row) throw new Error('there are no credentials');
  const { keyId, jwe } = await spoilt(gateway.vault, owner, row);
  inDatabase(gateway.file, (db) =>
    db
      .prepare('UPDATE credentials SET key_id = ?, jwe = ? WHERE connection_id = ?')
      .run(keyId, jwe, owner.connectionId),
  );
}

const failuresOf = async ({ state }: LinkedConnection) =>
  (await state()).history.nodes.filter(({ type }) => type === 'CONNECTION_FAILED');

test('credentials that cannot be read are retried after a wait that grows, and hold up no others', async () => {
  const renewing = await startRenewing();
  const { clock, gateway, server, log, link, eventually } = renewing;
  const spoilt: (LinkedConnection & { readonly reason: RegExp })[] = [];
  // More than a process takes on at a time, and due before those that can be renewed.
  for (const [, spoilAs, reason] of [1, 2, 3, 4, 5].flatMap(() => unreadable)) {
    const linked = await link({ expires: clock.now() + 3_600_000 });
    await spoil(renewing, linked, spoilAs);
    linked.makeDue(clock.now() - 60_000);
    spoilt.push(Object.assign(linked, { reason }));
  }
  const healthy = await link();
  const began = clock.now();

  const failing = 'SELECT * FROM credentials WHERE failures > 0';
  await eventually(() => rowsOf(gateway.file, failing).length).toBe(25);
  await eventually(async () => (await healthy.credentials())?.refreshToken).not.toBe(
    healthy.refreshToken,
  );
  await eventually(async () => (await spoilt[0]?.state())?.health?.failures).toBe(3);

  // The waits are at least 2.5 s, 5 s, 10 s and so on.
  const most = 1 + Math.log2((clock.now() - began) / 2500 + 1);
  for (const { state, reason } of spoilt) {
    const { status, health, history } = await state();
    expect(status).toBe('LINKED');
    expect(health).toMatchObject({ state: 'FAILING', reason: expect.stringMatching(reason) });
    expect(health?.failures).toBeLessThanOrEqual(most);
    expect(history.nodes.filter(({ type }) => type === 'CONNECTION_FAILED')).toMatchObject([
      { actor: 'provider', reason: expect.stringMatching(reason) },
    ]);
  }
  expect(server.refreshed()).toEqual([healthy.refreshToken]);
  expect(log.text()).not.toContain('"level":50');
});

test('credentials that cannot be read are not due for a revocation for ever', async () => {
  const renewing = await startRenewing();
  const { gateway, clock, log, link, eventually } = renewing;
  const spoilt: (LinkedConnection & { readonly how: string; readonly reason: RegExp })[] = [];
  for (const [how, spoilAs, reason] of unreadable) {
    const linked = await link({ expires: null });
    await spoil(renewing, linked, spoilAs);
    const { companyId, connectionId } = linked;
    await gateway.query(
      `mutation ($input: UnlinkConnectionInput!) { unlinkConnection(input: $input) { __typename } }`,
      { input: { companyId, connectionId } },
    );
    spoilt.push(Object.assign(linked, { how, reason }));
  }

  for (const it of spoilt) {
    await eventually(async () => [it.how, (await failuresOf(it)).length]).toEqual([it.how, 1]);
    expect((await failuresOf(it))[0]?.['reason']).toMatch(it.reason);
  }

  const revocations = () =>
    rowsOf<{ failures: number; next: number; leased: number | null }>(
      gateway.file,
      'SELECT failures, next, lease_until AS leased FROM revocations',
    );
  // The clock may have made another attempt due, which ends by itself.
  await expect.poll(() => revocations().filter(({ leased }) => leased !== null)).toEqual([]);
  const rows = revocations();
  expect(rows).toHaveLength(unreadable.length);
  for (const { failures, next } of rows) {
    expect(failures).toBeGreaterThan(0);
    expect(next).toBeGreaterThan(clock.now() - 1000);
  }
  expect(log.text()).not.toContain('"level":50');
});

/** A platform with a fault of the gateway's own. */
class FaultyPlatform extends OAuthPlatform {
  attempts = 0;
  override async renew(): Promise<never> {
    this.attempts += 1;
    throw new TypeError('S3CRET is not a function');
  }
  override revoke = () => this.renew();
}

test('a fault of the gateway counts as a failure, too, and is in its log', async () => {
  const { worker, startWorker, clock, gateway, log, link, eventually } = await startRenewing();
  await worker.stop();
  const faulty = new FaultyPlatform(
    {
      integrationKey: 'gbol',
      source: '',
      server: { authorizationEndpoint: 'https://a.example', tokenEndpoint: 'https://a.example' },
      scopes: [],
      clientAuthentication: 'client_secret_basic',
    },
    { id: 'id', secret: 'secret' },
    'https://a.example',
    { clock, outgoing: outgoingClient() },
  );
  startWorker(new Map([['gbol', faulty]]));
  const linked = await link();

  await eventually(async () => (await linked.state()).health?.failures).toBe(1);

  const { health } = await linked.state();
  expect(health).toMatchObject({ state: 'FAILING', reason: 'the gateway failed' });
  expect(Date.parse(health?.nextRenewal ?? '')).toBeGreaterThan(clock.now());
  expect(log.text()).toContain('is not a function');
  expect(faulty.attempts).toBe(1);

  const { companyId, connectionId } = linked;
  await gateway.query(
    `mutation ($input: UnlinkConnectionInput!) { unlinkConnection(input: $input) { __typename } }`,
    { input: { companyId, connectionId } },
  );
  await eventually(async () => (await failuresOf(linked)).length).toBe(2);
  const reasons = (await failuresOf(linked)).map(({ reason }) => reason);
  expect(reasons.join()).toContain('could not be revoked at the platform (the gateway failed)');
  expect(reasons.join()).not.toContain('S3CRET');
});
