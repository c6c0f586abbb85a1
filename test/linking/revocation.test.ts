import { expect, test } from 'vitest';
import { answers } from '../support/oauth-server.ts';
import { startLinkingGateway } from '../support/linking.ts';
import { runCommand } from '../support/process.ts';
import { startRenewing, type Renewing, type LinkedConnection } from '../support/renewing.ts';
import { inDatabase } from '../support/rows.ts';
import { gatewaysClient, keptCredentials, linkByGrant } from '../support/sandbox-gateway.ts';
import { rowsOf } from '../support/stored.ts';

const patience = { timeout: 15_000 };

interface Ended {
  readonly companyId: string;
  readonly connectionId: string;
}

type Gateway = Renewing['gateway'];

const unlink = (gateway: Gateway, { companyId, connectionId }: Ended) =>
  gateway.query(
    `mutation ($input: UnlinkConnectionInput!) {
      unlinkConnection(input: $input) { ... on UnlinkConnectionPayload { connection { status } } }
    }`,
    { input: { companyId, connectionId } },
  );

/** The ways in which a company or its operator ends a Linked connection. */
const endings: Record<string, (gateway: Gateway, ended: Ended) => Promise<unknown>> = {
  'unlinking a connection': unlink,
  'deleting a connection': (gateway, { companyId, connectionId }) =>
    gateway.query(
      `mutation ($input: DeleteConnectionInput!) { deleteConnection(input: $input) { __typename } }`,
      { input: { companyId, connectionId } },
    ),
  'deleting a company': (gateway, { companyId }) =>
    gateway.query(
      `mutation ($input: DeleteCompanyInput!) { deleteCompany(input: $input) { __typename } }`,
      {
        input: { companyId },
      },
    ),
};

test.for(Object.entries(endings))(
  '%s erases the credentials at once, and revokes them at the platform',
  async ([, end]) => {
    const gateway = await startLinkingGateway();
    const client = await gatewaysClient(gateway);
    const linked = await linkByGrant(gateway, client);
    expect(await client.tryAccess(linked.accessToken)).toBe(200);

    await end(gateway, linked);

    expect(await keptCredentials(gateway.file, gateway.vault)).toEqual([]);
    await expect.poll(() => client.tryAccess(linked.accessToken), patience).toBe(401);
    await expect(client.refresh(linked.refreshToken)).rejects.toMatchObject({
      error: 'invalid_grant',
    });
    const left = () => rowsOf(gateway.file, 'SELECT * FROM revocations');
    await expect.poll(left, patience).toEqual([]);
  },
);

test('an import that says Unlinked revokes them, too', async () => {
  const { gateway, server, link, eventually } = await startRenewing();
  const linked = await link({ expires: null });
  const [integration] = await gateway.store.integrations.all({ key: 'gbol' });
  const [connection] = await gateway.store.connections.byIds([linked.connectionId]);

  await gateway.import([
    {
      id: linked.companyId,
      name: 'Acme',
      created: '2024-01-01T00:00:00Z',
      dataConnections: [
        {
          id: linked.connectionId,
          integrationId: integration?.id,
          integrationKey: 'gbol',
          sourceId: connection?.sourceId,
          sourceType: 'Accounting',
          platformName: 'Xero',
          status: 'Unlinked',
        },
      ],
    },
  ]);

  expect((await linked.state()).status).toBe('UNLINKED');
  expect(await linked.credentials()).toBeUndefined();
  await eventually(() => server.revoked()).toEqual([linked.refreshToken]);
});

test('the ciphertext of what is erased and revoked is overwritten in the database', async () => {
  const { gateway, server, link, eventually } = await startRenewing();
  const linked = await link({ expires: null });
  const [row] = rowsOf<{ jwe: string }>(gateway.file, 'SELECT jwe FROM credentials');
  const ciphertext = row?.jwe.split('.')[3] ?? '';
  await unlink(gateway, linked);
  await eventually(() => server.revoked().length).toBe(1);
  const left = () => rowsOf(gateway.file, 'SELECT * FROM revocations');
  await eventually(left).toEqual([]);

  const whole = inDatabase(gateway.file, (db) => db.serialize().toString('latin1'));

  expect(ciphertext.length).toBeGreaterThan(50);
  expect(whole).not.toContain(ciphertext);
});

const failuresOf = async ({ state }: LinkedConnection) =>
  (await state()).history.nodes.filter(({ type }) => type === 'CONNECTION_FAILED');

/** Makes all revocations due, as if they had been queued `agoMs` earlier. */
function queuedAgo({ gateway, clock }: Renewing, agoMs: number, dueSince = clock.now()) {
  inDatabase(gateway.file, (db) =>
    db.prepare('UPDATE revocations SET queued = queued - ?, next = ?').run(agoMs, dueSince),
  );
}

test('an outage of the platform does not hold up unlinking: it is revoked when it is back', async () => {
  const { gateway, server, link, eventually } = await startRenewing();
  server.behaviour = answers(503);
  const linked = await link({ expires: null });

  const { data } = await unlink(gateway, linked);

  expect(data.unlinkConnection.connection.status).toBe('UNLINKED');
  await eventually(async () => (await failuresOf(linked)).length).toBe(1);
  expect((await failuresOf(linked))[0]).toEqual({
    type: 'CONNECTION_FAILED',
    fromStatus: null,
    toStatus: null,
    actor: 'provider',
    reason:
      'the access could not be revoked at the platform (the platform is not available: it returned status 503): the gateway tries again for 24 hours',
  });
  server.behaviour = undefined;
  await eventually(() => server.isLive(linked.refreshToken)).toBe(false);
  expect(await failuresOf(linked)).toHaveLength(1);
  expect((await linked.state()).status).toBe('UNLINKED');
});

test('a revocation that fails for 24 hours is given up, and the credentials are forgotten', async () => {
  const renewing = await startRenewing();
  const { gateway, server, link } = renewing;
  server.behaviour = answers(500);
  const linked = await link({ expires: null });
  await unlink(gateway, linked);
  await renewing.eventually(async () => (await failuresOf(linked)).length).toBe(1);

  queuedAgo(renewing, 24 * 60 * 60 * 1000);

  await renewing.eventually(async () => (await failuresOf(linked)).length).toBe(2);
  expect((await failuresOf(linked))[1]?.['reason']).toMatch(
    /it returned status 500\): the gateway does not try again$/,
  );
  expect(rowsOf(gateway.file, 'SELECT * FROM revocations')).toEqual([]);
});

test('a history with failures is sound', async () => {
  const { gateway, server, link, eventually } = await startRenewing();
  server.behaviour = answers(500);
  const linked = await link({ expires: null });
  await unlink(gateway, linked);
  await eventually(async () => (await failuresOf(linked)).length).toBe(1);

  const { code, stdout } = await runCommand(['check', gateway.file]).finished;

  expect([code, stdout]).toEqual([0, expect.stringContaining('sound')]);
});

test('what cannot be asked for at the platform is said in the history', async () => {
  const renewing = await startRenewing();
  const { gateway, worker, server, link } = renewing;
  await worker.stop();
  const linked = await link({ expires: null });
  await unlink(gateway, linked);
  // Overdue for so long that no other process can be expected to do it first.
  queuedAgo(renewing, 0, renewing.clock.now() - 60_000);

  await renewing.eventually(async () => (await failuresOf(linked)).length).toBe(1);

  expect((await failuresOf(linked))[0]?.['reason']).toContain('no client credentials');
  expect(server.requests).toEqual([]);
});

test('credentials whose encryption key is missing cannot be revoked, which the history says', async () => {
  const { gateway, server, link, eventually } = await startRenewing();
  const linked = await link({ expires: null });
  inDatabase(gateway.file, (db) => db.exec(`UPDATE credentials SET key_id = 'lost'`));

  await unlink(gateway, linked);

  await eventually(async () => (await failuresOf(linked)).length).toBe(1);
  expect((await failuresOf(linked))[0]?.['reason']).toContain(
    'the secret cannot be decrypted: the key lost is missing',
  );
  expect(server.requests).toEqual([]);
});

test('a platform without a revocation endpoint is not asked', async () => {
  const { gateway, server, link, eventually } = await startRenewing({ hasRevocation: false });
  const linked = await link({ expires: null });

  await unlink(gateway, linked);

  const left = () => rowsOf(gateway.file, 'SELECT * FROM revocations');
  await eventually(left).toEqual([]);
  expect(server.requests).toEqual([]);
  expect(await failuresOf(linked)).toEqual([]);
});

test('a platform that says that the token is dead is not asked again', async () => {
  const { gateway, server, link, eventually } = await startRenewing();
  server.behaviour = answers(400, { error: 'invalid_grant' });
  const linked = await link({ expires: null });

  await unlink(gateway, linked);

  const left = () => rowsOf(gateway.file, 'SELECT * FROM revocations');
  await eventually(() => server.requests.length).toBe(1);
  await eventually(left).toEqual([]);
  expect(await failuresOf(linked)).toEqual([]);
});
