import { expect, test } from 'vitest';
import { textOf } from '../support/browser.ts';
import {
  authorize,
  choose,
  connectionLinkUrl,
  connectionsOf,
  newCompany,
  onlyConnectionOf,
  openBrowser,
  press,
} from '../support/linking.ts';
import { startFragileGateway } from '../support/outage.ts';
import { signInAndConsent } from '../support/sandbox-user.ts';

test('a platform that is down at the start is told, the link can be used once it is up again', async () => {
  const { gateway, servers } = await startFragileGateway();
  const { companyId, linkUrl } = await newCompany(gateway);
  const browser = openBrowser();
  await servers[0]?.end();

  const failed = await choose(browser, linkUrl);

  expect(failed.status).toBe(502);
  expect(textOf(failed.html)).toContain('this link can still be used');
  expect(await connectionsOf(gateway, companyId)).toEqual([]);
  // The link was not bound to the first browser.
  expect((await openBrowser().open(linkUrl)).status).toBe(200);

  await servers[0]?.restart();
  const end = await authorize(browser, await choose(browser, linkUrl));
  expect(textOf(end.html)).toContain('is connected');
});

test('a platform that is down at the start of a known connection is in its history', async () => {
  const { gateway, servers } = await startFragileGateway();
  const { companyId, connectionId } = await gateway.withCompany({
    connections: [{ integrationKey: 'mqjo', status: 'PendingAuth' }],
  });
  const browser = openBrowser();
  const confirm = await browser.open(await connectionLinkUrl(gateway, connectionId));
  await servers[0]?.end();

  expect((await press(browser, confirm)).status).toBe(502);

  const { status, history } = await onlyConnectionOf(gateway, companyId);
  expect(status).toBe('PENDING_AUTH');
  expect(history.nodes.at(-1)).toMatchObject({
    type: 'CONNECTION_FAILED',
    actor: 'link',
    reason: 'the platform is not available: it cannot be reached',
  });
});

test('a platform that is down when it has sent the browser back is told, and tried again', async () => {
  const { gateway, servers } = await startFragileGateway();
  const { companyId, linkUrl } = await newCompany(gateway);
  const browser = openBrowser();
  const sent = await choose(browser, linkUrl);
  const answer = await signInAndConsent(sent.url);
  await servers[0]?.end();

  const page = await browser.open(answer);

  expect(textOf(page.html)).toContain('The platform did not complete the authorization.');
  const { status, history } = await onlyConnectionOf(gateway, companyId);
  expect(status).toBe('PENDING_AUTH');
  expect(history.nodes.at(-1)).toMatchObject({
    type: 'CONNECTION_FAILED',
    reason: 'the platform is not available: it cannot be reached',
  });

  await servers[0]?.restart();
  const end = await authorize(browser, await choose(browser, linkUrl));
  expect(textOf(end.html)).toContain('is connected');
});

test('a platform that does not accept the client secret is told in the history', async () => {
  const { gateway } = await startFragileGateway({ secret: 'PLANTED' });
  const { companyId, linkUrl } = await newCompany(gateway);
  const browser = openBrowser();

  const page = await authorize(browser, await choose(browser, linkUrl));

  expect(textOf(page.html)).toContain('The platform did not complete the authorization.');
  const { status, history } = await onlyConnectionOf(gateway, companyId);
  expect(status).toBe('PENDING_AUTH');
  expect(history.nodes.at(-1)).toMatchObject({
    type: 'CONNECTION_FAILED',
    reason:
      'the platform rejected the client credentials of the gateway: it returned invalid_client',
  });
  expect(page.html + JSON.stringify(history)).not.toContain('PLANTED');
});

test('the code of one platform is not sent to another, by which it was asked for (mix-up)', async () => {
  const { gateway, servers } = await startFragileGateway({ platforms: ['mqjo', 'aiwb'] });
  const { companyId, linkUrl } = await newCompany(gateway);
  const browser = openBrowser();
  const asked = await choose(browser, linkUrl, 'aiwb');
  // A mix-up attack: the chosen platform redirects the browser to another platform, with its own state.
  const honest = new URL((await choose(browser, linkUrl, 'mqjo')).url);
  honest.searchParams.set('state', asked.url.searchParams.get('state') ?? '');
  const answer = await signInAndConsent(honest);
  await servers[1]?.end();

  const page = await browser.open(answer);

  expect(answer.searchParams.get('iss')).toBe(servers[0]?.url);
  expect(textOf(page.html)).toContain('was not completed');
  const shop = (await connectionsOf(gateway, companyId))[0];
  // The reason is not that the platform is unreachable: nothing was sent to it.
  expect(shop?.history.nodes.at(-1)).toMatchObject({
    type: 'CONNECTION_FAILED',
    reason: 'the response arrived at the redirect URL of another platform',
  });
});
