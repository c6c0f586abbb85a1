import { expect, test } from 'vitest';
import { shared } from '../support/lifetime.ts';
import { textOf, type Browser, type Visit } from '../support/browser.ts';
import {
  connectionLinkUrl,
  linkPlatform,
  newCompany,
  onlyConnectionOf,
  openBrowser,
  press,
  startLinkingGateway,
} from '../support/linking.ts';
import type { TestGateway } from '../support/gateway.ts';
import { signInAndConsent, type SandboxChoice } from '../support/sandbox-user.ts';

const linking = shared(() => startLinkingGateway());

/** Opens a connection's link and follows it to the result page. */
async function follow(browser: Browser, url: URL | string, choice: SandboxChoice = {}) {
  const sent = await press(browser, await browser.open(url));
  return browser.open(await signInAndConsent(sent.url, choice));
}

/** Returns the URL of a page's only link. */
function wayBack({ html, url }: Visit): URL {
  const [, path = ''] = /<a class="button[^"]*" href="([^"]*)"/.exec(html) ?? [];
  return new URL(path, url);
}

async function linkForAnyAccount(gateway: TestGateway, companyId: string, connectionId: string) {
  const { data } = await gateway.query(
    `mutation ($input: CreateLinkInput!) {
      createLink(input: $input) { ... on CreateLinkPayload { url } }
    }`,
    { input: { companyId, connectionId, allowDifferentAccount: true } },
  );
  return data.createLink.url as string;
}

test('who tries again by the link of a connection may do what that link permits', async () => {
  const gateway = linking();
  const { companyId, linkUrl } = await newCompany(gateway);
  const browser = openBrowser();
  // The browser also gets a link of the company, which permits less.
  await linkPlatform(browser, linkUrl, { account: 'Hart & Sons Bakery' });
  const { id } = await onlyConnectionOf(gateway, companyId);
  const refused = await follow(browser, await linkForAnyAccount(gateway, companyId, id), {
    refuse: true,
  });

  const page = await follow(browser, wayBack(refused), { account: 'Meridian Cycles' });

  expect(textOf(page.html)).toContain('Sandbox is connected');
});

test('a browser with the links of two connections can try either again', async () => {
  const gateway = linking();
  const { connectionIds } = await gateway.withCompany({
    connections: [
      { integrationKey: 'mqjo', sourceType: 'Accounting', status: 'PendingAuth' },
      { integrationKey: 'aiwb', sourceType: 'Commerce', status: 'PendingAuth' },
    ],
  });
  const browser = openBrowser();
  const refused = [];
  for (const id of connectionIds) {
    refused.push(await follow(browser, await connectionLinkUrl(gateway, id), { refuse: true }));
  }

  for (const [index, page] of refused.entries()) {
    expect(wayBack(page).pathname).toContain(connectionIds[index]);
    const linked = await follow(browser, wayBack(page));
    expect(textOf(linked.html)).toContain('is connected');
  }
});

test('the link of a connection leads nowhere else once that is linked', async () => {
  const gateway = linking();
  const { connectionId } = await gateway.withCompany({
    connections: [{ integrationKey: 'mqjo', sourceType: 'Accounting', status: 'PendingAuth' }],
  });

  const page = await follow(openBrowser(), await connectionLinkUrl(gateway, connectionId));

  expect(textOf(page.html)).toContain('Sandbox is connected');
  expect(textOf(page.html)).not.toContain('Back to');
});
