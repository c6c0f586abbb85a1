import { expect, test } from 'vitest';
import {
  onlyConnectionOf,
  credentialVersion,
  linkPlatform,
  newCompany,
  openBrowser,
  revokeAtSandbox,
  startLinkingGateway,
} from '../support/linking.ts';

const patience = { timeout: 15_000 };

/** A gateway whose sandbox gives tokens for a short time, with a company that has linked the accounting sandbox. */
async function withLinkedCompany() {
  const gateway = await startLinkingGateway({ SANDBOX_ACCESS_TOKEN_SECONDS: '3' });
  const { companyId, linkUrl } = await newCompany(gateway);
  await linkPlatform(openBrowser(), linkUrl);
  const connection = () => onlyConnectionOf(gateway, companyId);
  const { id } = await connection();
  return { gateway, companyId, connectionId: id, connection };
}

test('credentials are renewed before they expire, again and again', async () => {
  const { gateway, connectionId, connection } = await withLinkedCompany();

  await expect.poll(() => credentialVersion(gateway, connectionId), patience).toBeGreaterThan(3);

  expect(await connection()).toMatchObject({
    status: 'LINKED',
    health: { state: 'OK', failures: 0, reason: null },
  });
});

test('access that is revoked at the platform ends the authorization, with the reason', async () => {
  const { gateway, connection } = await withLinkedCompany();
  await revokeAtSandbox(gateway.sandboxUrl);

  await expect.poll(async () => (await connection()).status, patience).toBe('DEAUTHORIZED');

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
  const { gateway, companyId, connectionId, connection } = await withLinkedCompany();
  await revokeAtSandbox(gateway.sandboxUrl);
  await expect.poll(async () => (await connection()).status, patience).toBe('DEAUTHORIZED');
  const { data } = await gateway.query('query ($id: ID!) { company(id: $id) { linkUrl } }', {
    id: companyId,
  });

  await linkPlatform(openBrowser(), data.company.linkUrl);

  expect(await connection()).toMatchObject({ id: connectionId, status: 'LINKED' });
});
