import { expect, test } from 'vitest';
import { shared } from '../support/lifetime.ts';
import { change } from '../support/change.ts';
import type { TestGateway } from '../support/gateway.ts';
import { textOf } from '../support/browser.ts';
import {
  authorize,
  chooseOn,
  choose,
  companyLinkUrl,
  connectionLinkUrl,
  connectionsOf,
  credentialVersion,
  linkPlatform,
  newCompany,
  onlyConnectionOf,
  openBrowser,
  press,
  startLinkingGateway,
} from '../support/linking.ts';
import type { ConnectionId } from '../../src/domain/id.ts';
import { openCredentials } from '../../src/linking/upkeep/stored-credentials.ts';

const linking = shared(() => startLinkingGateway());

const bakery = 'Hart & Sons Bakery';
const cycles = 'Meridian Cycles';

/** Makes a company that has linked the accounting sandbox as the bakery. */
async function linkedCompany(gateway: TestGateway) {
  const { companyId, linkUrl } = await newCompany(gateway);
  await linkPlatform(openBrowser(), linkUrl, { account: bakery });
  const { id: connectionId } = await onlyConnectionOf(gateway, companyId);
  return { companyId, connectionId };
}

/** Opens the link of a connection and completes the flow. */
async function linkAgain(url: string, account: string, browser = openBrowser()) {
  const confirm = await browser.open(url);
  return authorize(browser, await press(browser, confirm), { account });
}

async function accessToken(gateway: TestGateway, connectionId: string): Promise<string> {
  const stored = await gateway.store.credentials.ofConnection(connectionId as ConnectionId);
  if (!stored) throw new Error('there are no credentials');
  return (await openCredentials(gateway.vault, stored)).accessToken;
}

/** Returns the status of a sandbox request with a connection's access token. */
async function tryAccess(gateway: TestGateway, connectionId: string): Promise<number> {
  const authorization = `Bearer ${await accessToken(gateway, connectionId)}`;
  const response = await fetch(`${gateway.sandboxUrl}/me`, { headers: { authorization } });
  return response.status;
}

test.for(['Unlinked', 'Deauthorized', 'PendingAuth'])(
  'a connection that is %s is linked again, not another one made',
  async (status) => {
    const gateway = linking();
    const { companyId, connectionId } = await gateway.withCompany({
      connections: [{ integrationKey: 'mqjo', status }],
    });

    await linkPlatform(openBrowser(), await companyLinkUrl(gateway, companyId));

    const { id, history, ...now } = await onlyConnectionOf(gateway, companyId);
    expect({ id, status: now.status }).toEqual({ id: connectionId, status: 'LINKED' });
    expect(history.nodes.at(-1)).toMatchObject({
      type: status === 'PendingAuth' ? 'CONNECTION_CONNECTED' : 'CONNECTION_RECONNECTED',
      toStatus: 'LINKED',
      actor: 'link',
      reason: null,
    });
  },
);

test('a connection that was unlinked here is linked again by its button on the page', async () => {
  const gateway = linking();
  const { companyId, connectionId } = await linkedCompany(gateway);
  await change(gateway, 'unlinkConnection', { companyId, connectionId });
  const browser = openBrowser();

  const page = await browser.open(await companyLinkUrl(gateway, companyId));
  const sent = await press(browser, page, { integrationKey: 'mqjo' });
  await authorize(browser, sent, { account: bakery });

  expect(textOf(page.html)).toContain('Connect again');
  expect(await onlyConnectionOf(gateway, companyId)).toMatchObject({
    id: connectionId,
    status: 'LINKED',
  });
});

test('a Linked connection gets new credentials, and stays Linked all the while', async () => {
  const gateway = linking();
  const { companyId, connectionId } = await linkedCompany(gateway);
  const before = await accessToken(gateway, connectionId);

  const page = await linkAgain(await connectionLinkUrl(gateway, connectionId), bakery);

  expect(textOf(page.html)).toContain('is connected');
  const { id, status, history } = await onlyConnectionOf(gateway, companyId);
  expect({ id, status }).toEqual({ id: connectionId, status: 'LINKED' });
  expect(history.nodes.at(-1)).toMatchObject({
    type: 'CONNECTION_RECONNECTED',
    fromStatus: 'LINKED',
    toStatus: 'LINKED',
  });
  expect(await accessToken(gateway, connectionId)).not.toBe(before);
  expect(await tryAccess(gateway, connectionId)).toBe(200);
});

test('an account other than the one linked before is refused, and nothing changes', async () => {
  const gateway = linking();
  const { companyId, connectionId } = await linkedCompany(gateway);
  const before = await onlyConnectionOf(gateway, companyId);
  const version = await credentialVersion(gateway, connectionId);

  const page = await linkAgain(await connectionLinkUrl(gateway, connectionId), cycles);

  expect(textOf(page.html)).toContain(
    'You chose a different account than the one that was connected before.',
  );
  const { history, ...after } = await onlyConnectionOf(gateway, companyId);
  expect(after).toMatchObject({ id: connectionId, status: 'LINKED', health: before.health });
  expect(history.nodes.at(-1)).toEqual({
    type: 'CONNECTION_FAILED',
    fromStatus: null,
    toStatus: null,
    actor: 'link',
    reason: 'a different account than before was chosen at the platform',
  });
  expect(await credentialVersion(gateway, connectionId)).toBe(version);
  expect(await tryAccess(gateway, connectionId)).toBe(200);
});

test('who chose another account can try again with the right one', async () => {
  const gateway = linking();
  const { companyId, connectionId } = await linkedCompany(gateway);
  await change(gateway, 'unlinkConnection', { companyId, connectionId });
  const browser = openBrowser();
  const url = await connectionLinkUrl(gateway, connectionId);
  await linkAgain(url, cycles, browser);
  expect((await onlyConnectionOf(gateway, companyId)).status).toBe('UNLINKED');

  await linkAgain(url, bakery, browser);

  expect((await onlyConnectionOf(gateway, companyId)).status).toBe('LINKED');
});

test('another account is accepted by a link that permits it, and the event says so', async () => {
  const gateway = linking();
  const { companyId, connectionId } = await linkedCompany(gateway);
  const input = { companyId, connectionId, allowDifferentAccount: true };
  const { url } = await change(gateway, 'createLink', input, 'url');

  await linkAgain(url, cycles);

  const { id, status, history } = await onlyConnectionOf(gateway, companyId);
  expect({ id, status }).toEqual({ id: connectionId, status: 'LINKED' });
  expect(history.nodes.at(-1)).toMatchObject({
    type: 'CONNECTION_RECONNECTED',
    reason: 'linked to a different account at the platform than before',
  });

  // From now on, the connection expects the new account.
  await linkAgain(await connectionLinkUrl(gateway, connectionId), bakery);
  expect((await onlyConnectionOf(gateway, companyId)).history.nodes.at(-1)).toMatchObject({
    type: 'CONNECTION_FAILED',
  });
});

test('the permission for another account is still there after a refusal at the platform', async () => {
  const gateway = linking();
  const { companyId, connectionId } = await linkedCompany(gateway);
  const browser = openBrowser();
  await choose(browser, await companyLinkUrl(gateway, companyId), 'aiwb');
  const input = { companyId, connectionId, allowDifferentAccount: true };
  const { url } = await change(gateway, 'createLink', input, 'url');
  const sent = await press(browser, await browser.open(url));
  await authorize(browser, sent, { refuse: true });

  const again = await browser.open(url.replace(/\?.*/, ''));
  await authorize(browser, await press(browser, again), { account: cycles });

  const [connection] = await connectionsOf(gateway, companyId);
  expect(connection?.history.nodes.at(-1)).toMatchObject({ type: 'CONNECTION_RECONNECTED' });
});

test('the account that authorizeConnection was told of is the one asked for', async () => {
  const gateway = linking();
  const { companyId, connectionId } = await gateway.withCompany({
    connections: [{ integrationKey: 'mqjo', status: 'PendingAuth' }],
  });
  const credentials = { accessToken: 'from-elsewhere', accountId: 'an-organisation' };
  await change(gateway, 'authorizeConnection', { companyId, connectionId, credentials });

  await linkAgain(await connectionLinkUrl(gateway, connectionId), bakery);

  const { history } = await onlyConnectionOf(gateway, companyId);
  expect(history.nodes.at(-1)).toMatchObject({ type: 'CONNECTION_FAILED' });
});

test('a company links as many connections to a bank as it likes', async () => {
  const gateway = linking();
  const { companyId, linkUrl } = await newCompany(gateway);
  for (const account of [bakery, cycles]) {
    const browser = openBrowser();
    const url = account === bakery ? linkUrl : await companyLinkUrl(gateway, companyId);
    const sent = await chooseOn(browser, await browser.open(url), 'bsbx');
    await authorize(browser, sent, { account });
  }

  const statuses = (await connectionsOf(gateway, companyId)).map(({ status }) => status);
  expect(statuses).toEqual(['LINKED', 'LINKED']);
});
