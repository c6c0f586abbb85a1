import { describe, expect, test } from 'vitest';
import { shared } from '../support/lifetime.ts';
import { change, storedEvents } from '../support/change.ts';
import type { TestGateway } from '../support/gateway.ts';
import { textOf } from '../support/browser.ts';
import {
  authorize,
  choose,
  chooseOn,
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

const linking = shared(() => startLinkingGateway());

// Tests changes in the gateway while a user is on the platform's pages.

const credentials = { accessToken: 'from-elsewhere' };

/** Makes a company with an active connection and a pending one. */
async function withRival(gateway: TestGateway, sourceType: string, status = 'Linked') {
  const { companyId, connectionIds } = await gateway.withCompany({
    connections: [
      { integrationKey: 'gbol', sourceType, status },
      { integrationKey: 'mqjo', sourceType, status: 'PendingAuth' },
    ],
  });
  const [rival = '', waiting = ''] = connectionIds;
  return { companyId, rival, waiting };
}

async function connectionOf(gateway: TestGateway, companyId: string, id: string) {
  return (await connectionsOf(gateway, companyId)).find((connection) => connection.id === id);
}

async function statusOf(gateway: TestGateway, companyId: string, id: string) {
  return (await connectionOf(gateway, companyId, id))?.status;
}

describe.for(['Accounting', 'BankFeed'])('another active %s connection', (sourceType) => {
  test('that is there at the start: nobody is sent to the platform', async () => {
    const gateway = linking();
    const { companyId, rival, waiting } = await withRival(gateway, sourceType);
    const browser = openBrowser();

    const confirm = await browser.open(await connectionLinkUrl(gateway, waiting));
    const page = await press(browser, confirm);

    expect(page.status).toBe(409);
    expect(textOf(page.html)).toContain('Another connection of this kind is active');
    expect(await statusOf(gateway, companyId, rival)).toBe('LINKED');
    expect(await statusOf(gateway, companyId, waiting)).toBe('PENDING_AUTH');
  });

  test('that appears meanwhile: the answer is refused, with an event', async () => {
    const gateway = linking();
    const { companyId, rival, waiting } = await withRival(gateway, sourceType, 'PendingAuth');
    const browser = openBrowser();
    const confirm = await browser.open(await connectionLinkUrl(gateway, waiting));
    const sent = await press(browser, confirm);
    await change(gateway, 'authorizeConnection', { companyId, connectionId: rival, credentials });

    const page = await authorize(browser, sent);

    expect(textOf(page.html)).toContain('Another connection of this kind is active.');
    expect(await statusOf(gateway, companyId, rival)).toBe('LINKED');
    const refused = await connectionOf(gateway, companyId, waiting);
    expect(refused?.status).toBe('PENDING_AUTH');
    expect(refused?.history.nodes.at(-1)).toMatchObject({
      type: 'CONNECTION_FAILED',
      actor: 'link',
      reason: `the company has another active ${sourceType} connection`,
    });
    expect(await credentialVersion(gateway, waiting)).toBeUndefined();
  });
});

test('a second accounting platform cannot be chosen, by the page or past it', async () => {
  const gateway = linking();
  const { companyId, linkUrl } = await newCompany(gateway);
  const browser = openBrowser();
  const before = await browser.open(linkUrl);
  await linkPlatform(openBrowser(), await companyLinkUrl(gateway, companyId));

  const page = await browser.open(linkUrl);
  const refused = await chooseOn(browser, before);

  expect(textOf(page.html)).toContain(
    'Only one can be connected at a time, and one is already connected.',
  );
  expect(refused.status).toBe(409);
  expect(await connectionsOf(gateway, companyId)).toHaveLength(1);
});

test('of two people who authorize an accounting platform each, one succeeds', async () => {
  const gateway = linking();
  const { companyId, waiting } = await withRival(gateway, 'Accounting', 'PendingAuth');
  const { connection } = await change(
    gateway,
    'createConnection',
    { companyId, integrationKey: 'mqjo' },
    'connection { id }',
  );
  const people = await Promise.all(
    [waiting, connection.id].map(async (id) => {
      const browser = openBrowser();
      const confirm = await browser.open(await connectionLinkUrl(gateway, id));
      return { browser, sent: await press(browser, confirm) };
    }),
  );

  const pages = await Promise.all(people.map(({ browser, sent }) => authorize(browser, sent)));

  const said = pages.map(({ html }) => textOf(html).includes('is connected'));
  expect(said.filter(Boolean)).toHaveLength(1);
  const statuses = (await connectionsOf(gateway, companyId)).map(({ status }) => status);
  expect(statuses.filter((status) => status === 'LINKED')).toHaveLength(1);
});

test.for([
  ['deleteConnection', 'connection'],
  ['deleteCompany', 'company'],
] as const)('%s meanwhile: whoever comes back is told so', async ([mutation, what]) => {
  const gateway = linking();
  const { companyId, linkUrl } = await newCompany(gateway);
  const browser = openBrowser();
  const sent = await choose(browser, linkUrl);
  const { id: connectionId } = await onlyConnectionOf(gateway, companyId);
  await change(gateway, mutation, what === 'company' ? { companyId } : { companyId, connectionId });
  const before = storedEvents(gateway);

  const page = await authorize(browser, sent);

  expect(page.status).toBe(404);
  expect(textOf(page.html)).toContain(
    'The connection was deleted. To connect the platform, please ask for a new link.',
  );
  expect(storedEvents(gateway)).toEqual(before);
});

test('a connection that is deleted after it was linked leaves a page that says so', async () => {
  const gateway = linking();
  const { companyId, linkUrl } = await newCompany(gateway);
  const browser = openBrowser();
  const end = await linkPlatform(browser, linkUrl);
  const { id: connectionId } = await onlyConnectionOf(gateway, companyId);
  await change(gateway, 'deleteConnection', { companyId, connectionId });

  const page = await browser.open(end.url);

  expect(page.status).toBe(404);
  expect(textOf(page.html)).toContain('deleted');
});

test('a connection that is unlinked meanwhile is linked by the consent, which is newer', async () => {
  const gateway = linking();
  const { companyId, linkUrl } = await newCompany(gateway);
  await linkPlatform(openBrowser(), linkUrl);
  const { id: connectionId } = await onlyConnectionOf(gateway, companyId);
  const browser = openBrowser();
  const confirm = await browser.open(await connectionLinkUrl(gateway, connectionId));
  const sent = await press(browser, confirm);
  await change(gateway, 'unlinkConnection', { companyId, connectionId });

  await authorize(browser, sent);

  const { id, status, history } = await onlyConnectionOf(gateway, companyId);
  expect({ id, status }).toEqual({ id: connectionId, status: 'LINKED' });
  expect(history.nodes.slice(-2)).toMatchObject([
    { type: 'CONNECTION_DISCONNECTED', toStatus: 'UNLINKED' },
    { type: 'CONNECTION_RECONNECTED', fromStatus: 'UNLINKED', toStatus: 'LINKED' },
  ]);
});
