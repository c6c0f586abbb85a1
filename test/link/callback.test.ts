import { expect, test } from 'vitest';
import { shared } from '../support/lifetime.ts';
import { textOf, type Browser } from '../support/browser.ts';
import {
  authorize,
  choose,
  companyLinkUrl,
  connectionsOf,
  credentialVersion,
  newCompany,
  onlyConnectionOf,
  openBrowser,
  startLinkingGateway,
} from '../support/linking.ts';
import { hashOfToken } from '../../src/linking/flow/token.ts';
import { inDatabase } from '../support/rows.ts';
import { signInAndConsent } from '../support/sandbox-user.ts';

const linking = shared(() => startLinkingGateway());

/** Consents on the platform's pages. Returns the redirect back to the gateway, which is not visited yet. */
async function consented(browser: Browser, linkUrl: string, key?: string) {
  const sent = await choose(browser, linkUrl, key);
  return {
    state: sent.url.searchParams.get('state') ?? '',
    answer: await signInAndConsent(sent.url),
  };
}

function withState(answer: URL, state: string | undefined): URL {
  const changed = new URL(answer);
  if (state === undefined) changed.searchParams.delete('state');
  else changed.searchParams.set('state', state);
  return changed;
}

test('an answer is taken once: opened again, it leads to the same result, and nothing changes', async () => {
  const gateway = linking();
  const { companyId, linkUrl } = await newCompany(gateway);
  const browser = openBrowser();
  const { answer } = await consented(browser, linkUrl);
  const first = await browser.open(answer);
  const before = await onlyConnectionOf(gateway, companyId);
  const version = await credentialVersion(gateway, before.id);

  const again = await browser.open(answer);

  expect([again.status, again.url]).toEqual([200, first.url]);
  expect(textOf(again.html)).toContain('is connected');
  expect(await onlyConnectionOf(gateway, companyId)).toEqual(before);
  expect(await credentialVersion(gateway, before.id)).toBe(version);
});

test('an answer that was refused leads to its result page again', async () => {
  const gateway = linking();
  const { companyId, linkUrl } = await newCompany(gateway);
  const browser = openBrowser();
  const sent = await choose(browser, linkUrl);
  const answer = await signInAndConsent(sent.url, { refuse: true });
  const first = await browser.open(answer);
  const before = await onlyConnectionOf(gateway, companyId);

  const again = await browser.open(answer);

  expect([again.status, again.url]).toEqual([200, first.url]);
  expect(textOf(again.html)).toContain('Access was refused at the platform.');
  expect(await onlyConnectionOf(gateway, companyId)).toEqual(before);
});

test('an answer that was taken is of no use to another browser', async () => {
  const gateway = linking();
  const { companyId, linkUrl } = await newCompany(gateway);
  const other = openBrowser();
  await other.open(await companyLinkUrl(gateway, companyId));
  const browser = openBrowser();
  const { answer } = await consented(browser, linkUrl);
  await browser.open(answer);

  for (const stranger of [openBrowser(), other]) {
    const page = await stranger.open(answer);
    expect(page.status).toBe(410);
    expect(page.html).not.toContain('Acme');
  }
});

test('an answer that was taken and never ended is not waited for again and again', async () => {
  const gateway = linking();
  const { linkUrl } = await newCompany(gateway);
  const browser = openBrowser();
  const { answer, state } = await consented(browser, linkUrl);
  // As if the process had been killed in the middle.
  inDatabase(gateway.file, (db) =>
    db
      .prepare('UPDATE authorizations SET answered = ? WHERE state_hash = ?')
      .run(Date.now() - 60_000, hashOfToken(state)),
  );

  const page = await browser.open(answer);

  expect(page.status).toBe(410);
  expect(textOf(page.html)).toContain('This authorization is no longer active');
});

test('of one answer that comes several times at once, one is taken, and all lead to the result', async () => {
  const gateway = linking();
  const { companyId, linkUrl } = await newCompany(gateway);
  const browser = openBrowser();
  const { answer } = await consented(browser, linkUrl);

  const pages = await Promise.all([1, 2, 3].map(() => browser.open(answer)));

  expect(pages.map(({ status }) => status)).toEqual([200, 200, 200]);
  expect(new Set(pages.map(({ url }) => url.pathname)).size).toBe(1);
  const { history } = await onlyConnectionOf(gateway, companyId);
  expect(history.nodes.map(({ type }) => type)).toEqual([
    'CONNECTION_CREATED',
    'CONNECTION_CONNECTED',
  ]);
});

test.for([
  ['none', undefined],
  ['an empty one', ''],
  ['one that nobody made', 'A'.repeat(43)],
] as const)(
  'an answer with another state than the one sent is not taken: %s',
  async ([, state]) => {
    const gateway = linking();
    const { companyId, linkUrl } = await newCompany(gateway);
    const browser = openBrowser();
    const { answer } = await consented(browser, linkUrl);

    expect((await browser.open(withState(answer, state))).status).toBe(410);
    expect((await onlyConnectionOf(gateway, companyId)).status).toBe('PENDING_AUTH');

    // The forged response did not use up the real one.
    expect((await browser.open(answer)).status).toBe(200);
    expect((await onlyConnectionOf(gateway, companyId)).status).toBe('LINKED');
  },
);

test('an answer in another browser than the one that began is not taken', async () => {
  const gateway = linking();
  const { companyId, linkUrl } = await newCompany(gateway);
  const browser = openBrowser();
  const other = openBrowser();
  await other.open(await companyLinkUrl(gateway, companyId));
  const { answer } = await consented(browser, linkUrl);

  for (const stranger of [openBrowser(), other]) {
    expect((await stranger.open(answer)).status).toBe(410);
  }
  expect((await onlyConnectionOf(gateway, companyId)).status).toBe('PENDING_AUTH');

  expect((await browser.open(answer)).status).toBe(200);
});

test("an attacker's answer is not taken in the browser of somebody who is linking, too", async () => {
  const gateway = linking();
  const victim = await newCompany(gateway);
  const attacker = await newCompany(gateway);
  const theirs = openBrowser();
  await choose(theirs, victim.linkUrl);
  const { answer } = await consented(openBrowser(), attacker.linkUrl);

  expect((await theirs.open(answer)).status).toBe(410);
  for (const { companyId } of [victim, attacker]) {
    expect((await onlyConnectionOf(gateway, companyId)).status).toBe('PENDING_AUTH');
  }
});

test('the code of one authorization with the state of another is refused by the platform (PKCE)', async () => {
  const gateway = linking();
  const { companyId, linkUrl } = await newCompany(gateway);
  const browser = openBrowser();
  const first = await consented(browser, linkUrl);
  const second = await consented(browser, linkUrl);

  const page = await browser.open(withState(first.answer, second.state));

  expect(textOf(page.html)).toContain('The platform did not complete the authorization.');
  const { status, history } = await onlyConnectionOf(gateway, companyId);
  expect(status).toBe('PENDING_AUTH');
  expect(history.nodes.at(-1)).toMatchObject({
    type: 'CONNECTION_FAILED',
    reason: 'the platform reports that the grant is invalid',
  });
});

test("the code of another browser's authorization with the own state is refused by the platform", async () => {
  const gateway = linking();
  const victim = await newCompany(gateway);
  const attacker = await newCompany(gateway);
  const stolen = await consented(openBrowser(), victim.linkUrl);
  const browser = openBrowser();
  const own = await consented(browser, attacker.linkUrl);

  const page = await browser.open(withState(stolen.answer, own.state));

  expect(textOf(page.html)).toContain('was not completed');
  for (const { companyId } of [victim, attacker]) {
    expect((await onlyConnectionOf(gateway, companyId)).status).toBe('PENDING_AUTH');
  }
});

test('two authorizations of one browser both end well, in whichever order', async () => {
  const gateway = linking();
  const { companyId, linkUrl } = await newCompany(gateway);
  const browser = openBrowser();
  const books = await consented(browser, linkUrl, 'mqjo');
  const shop = await consented(browser, linkUrl, 'aiwb');

  for (const { answer } of [shop, books]) {
    expect(textOf((await browser.open(answer)).html)).toContain('is connected');
  }

  const connections = await connectionsOf(gateway, companyId);
  expect(connections.map(({ status }) => status)).toEqual(['LINKED', 'LINKED']);
});

test('an authorization that took longer than an hour is not under way any more', async () => {
  const gateway = await startLinkingGateway();
  const { companyId, linkUrl } = await newCompany(gateway);
  const browser = openBrowser();
  const { answer } = await consented(browser, linkUrl);
  inDatabase(gateway.file, (db) => {
    const left = db.prepare('SELECT expires FROM authorizations').pluck().get();
    expect(Number(left) - Date.now()).toBeGreaterThan(3_590_000);
    db.exec('UPDATE authorizations SET expires = 1');
  });

  expect((await browser.open(answer)).status).toBe(410);
  expect((await onlyConnectionOf(gateway, companyId)).status).toBe('PENDING_AUTH');

  // The link has not expired, so that the user can start again.
  const sent = await choose(browser, linkUrl);
  expect(textOf((await authorize(browser, sent)).html)).toContain('is connected');
});

test.for(['error=server_error', 'error=temporarily_unavailable', 'error=%00%3Cscript%3E', ''])(
  'an answer that says %s instead of a code ends the attempt, and is not repeated to anybody',
  async (said) => {
    const gateway = linking();
    const { companyId, linkUrl } = await newCompany(gateway);
    const browser = openBrowser();
    const { state, answer } = await consented(browser, linkUrl);
    const iss = encodeURIComponent(answer.searchParams.get('iss') ?? '');
    const callback = `${answer.origin}${answer.pathname}?state=${state}&iss=${iss}`;

    const page = await browser.open(`${callback}&${said}&error_description=PLANTED`);

    expect(textOf(page.html)).toContain('The platform did not complete the authorization.');
    const { status, history } = await onlyConnectionOf(gateway, companyId);
    expect(status).toBe('PENDING_AUTH');
    expect(history.nodes.at(-1)).toMatchObject({ type: 'CONNECTION_FAILED', actor: 'link' });
    expect(page.html + JSON.stringify(history)).not.toMatch(/PLANTED|<script/);
  },
);

test('an answer that names another issuer, or none, is refused (RFC 9207)', async () => {
  const gateway = linking();
  const { companyId, linkUrl } = await newCompany(gateway);
  const browser = openBrowser();
  for (const iss of ['https://attacker.example', '']) {
    const { answer } = await consented(browser, linkUrl);
    if (iss === '') answer.searchParams.delete('iss');
    else answer.searchParams.set('iss', iss);

    expect(textOf((await browser.open(answer)).html)).toContain('was not completed');
  }
  expect((await onlyConnectionOf(gateway, companyId)).status).toBe('PENDING_AUTH');
});

test("an answer at another platform's address is refused before anything is sent to a platform", async () => {
  const gateway = linking();
  const { companyId, linkUrl } = await newCompany(gateway);
  const browser = openBrowser();
  const { answer } = await consented(browser, linkUrl);
  expect(answer.pathname).toBe('/link/callback/mqjo');
  answer.pathname = '/link/callback/aiwb';

  const page = await browser.open(answer);

  expect(textOf(page.html)).toContain('was not completed');
  const { status, history } = await onlyConnectionOf(gateway, companyId);
  expect(status).toBe('PENDING_AUTH');
  expect(history.nodes.at(-1)).toMatchObject({
    type: 'CONNECTION_FAILED',
    reason: 'the response arrived at the redirect URL of another platform',
  });
});

test('how an authorization ended is shown to the browser that began it only', async () => {
  const gateway = linking();
  const { linkUrl } = await newCompany(gateway);
  const browser = openBrowser();
  const end = await authorize(browser, await choose(browser, linkUrl));

  expect((await browser.open(end.url)).status).toBe(200);
  const foreign = await openBrowser().open(end.url);
  expect(foreign.status).toBe(404);
  expect(foreign.html).not.toContain('Acme');
});
