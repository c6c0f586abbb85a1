import { expect, test } from 'vitest';
import { ManualClock } from '../support/clock.ts';
import { shared } from '../support/lifetime.ts';
import {
  onlyConnectionOf,
  companyLinkUrl,
  credentialVersion,
  linkPlatform,
  newCompany,
  openBrowser,
  revokeAtSandbox,
  startLinkingGateway,
} from '../support/linking.ts';

const gateway = shared(async () => {
  const clock = new ManualClock();
  const env = { SANDBOX_ACCESS_TOKEN_SECONDS: '3' };
  return { ...(await startLinkingGateway(env, clock)), clock };
});

/** Expects a condition to become true over time. The gateway's clock runs faster than the sandbox's real time. */
function eventually<T>(read: () => T | Promise<T>) {
  return expect.poll(
    async () => {
      await gateway().clock.advance(100);
      return read();
    },
    { timeout: 20_000, interval: 20 },
  );
}

/** Makes a company that has linked the accounting sandbox, whose tokens expire soon. */
async function newLinkedCompany() {
  const { companyId, linkUrl } = await newCompany(gateway());
  await linkPlatform(openBrowser(), linkUrl);
  const connection = () => onlyConnectionOf(gateway(), companyId);
  const { id } = await connection();
  return { companyId, connectionId: id, connection };
}

test('credentials are renewed before they expire, again and again', async () => {
  const { connectionId, connection } = await newLinkedCompany();

  await eventually(() => credentialVersion(gateway(), connectionId)).toBeGreaterThan(3);

  expect(await connection()).toMatchObject({
    status: 'LINKED',
    health: { state: 'OK', failures: 0, reason: null },
  });
});

/** Revokes the access at the sandbox, and lets the time pass until the gateway believes it. */
async function revokeAccess(connection: () => ReturnType<typeof onlyConnectionOf>) {
  await revokeAtSandbox(gateway().sandboxUrl);
  await eventually(async () => (await connection()).health?.state).toBe('FAILING');
  expect((await connection()).status).toBe('LINKED');
  gateway().clock.setAhead(6 * 60_000);
  await eventually(async () => (await connection()).status).toBe('DEAUTHORIZED');
}

test('access that is revoked at the platform ends the authorization, with the reason', async () => {
  const { connection } = await newLinkedCompany();

  await revokeAccess(connection);

  const { health, history } = await connection();
  expect(health).toBeNull();
  expect(history.nodes.at(-1)).toEqual({
    type: 'CONNECTION_DISCONNECTED',
    fromStatus: 'LINKED',
    toStatus: 'DEAUTHORIZED',
    actor: 'provider',
    reason: 'the platform no longer accepts the authorization',
  });
});

test('who lost the authorization links the same connection again', async () => {
  const { companyId, connectionId, connection } = await newLinkedCompany();
  await revokeAccess(connection);

  await linkPlatform(openBrowser(), await companyLinkUrl(gateway(), companyId));

  expect(await connection()).toMatchObject({ id: connectionId, status: 'LINKED' });
});
