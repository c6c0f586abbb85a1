import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { shared } from '../support/lifetime.ts';
import { storedEvents } from '../support/change.ts';
import { bearer, makeApiKey } from '../support/callers.ts';
import { formsOf, openBrowser, textOf } from '../support/browser.ts';
import { send } from '../support/http.ts';
import { formType, openForm } from '../support/link-form.ts';
import {
  authorize,
  choose,
  chooseOn,
  companyLinkUrl,
  connectionLinkUrl,
  connectionsOf,
  linkPlatform,
  newCompany,
  onlyConnectionOf,
  startLinkingGateway,
} from '../support/linking.ts';
import { signInAndConsent } from '../support/sandbox-user.ts';

const linking = shared(() => startLinkingGateway());

test.for([
  'x',
  '00000000-0000-4000-8000-00000000000',
  "' or 1=1",
  '%00',
  '%zz',
  '..%2f..',
  '%F0%9F%8F%A2',
])('an id that is none leads nowhere: %s', async (id) => {
  const gateway = linking();
  const { companyId, linkUrl } = await newCompany(gateway);
  const { search } = new URL(linkUrl);
  const company = `/link/companies/${companyId}`;
  const paths = [
    `/link/companies/${id}`,
    `/link/companies/${id}/connections/${companyId}/start`,
    `${company}/connections/${id}/start`,
    `/link/results/${id}`,
  ].map((path) => path.replaceAll(' ', '%20'));

  for (const path of paths) {
    const isForm = !path.startsWith('/link/results/');
    for (const method of ['GET', ...(isForm ? ['POST'] : [])]) {
      const headers = { 'content-type': formType };
      const { status } = await send(gateway.url, { method, path: `${path}${search}`, headers });
      expect({ path, status }).toEqual({ path, status: 404 });
    }
  }
});

test("no link leads to another company's connection", async () => {
  const gateway = linking();
  const other = await gateway.withCompany({
    connections: [{ integrationKey: 'mqjo', status: 'PendingAuth' }],
  });
  const { linkUrl } = await newCompany(gateway);
  const { path, cookie, body } = await openForm(gateway, linkUrl);
  const before = storedEvents(gateway);
  const headers = { cookie, 'content-type': formType };

  const posted = await send(gateway.url, {
    method: 'POST',
    path,
    headers,
    body: `${body}&connectionId=${other.connectionId}`,
  });
  const unknown = await send(gateway.url, {
    method: 'POST',
    path,
    headers,
    body: `${body}&connectionId=${randomUUID()}`,
  });
  const looked = await send(gateway.url, {
    path: `${path}/connections/${other.connectionId}/start${new URL(linkUrl).search}`,
  });

  expect([posted.status, looked.status]).toEqual([409, 404]);
  expect(posted.text).toBe(unknown.text);
  expect(storedEvents(gateway)).toEqual(before);
});

test('what leads nowhere reads the same, whatever exists', async () => {
  const gateway = linking();
  const { companyId, linkUrl } = await newCompany(gateway);
  const { connectionId, ...other } = await gateway.withCompany({
    connections: [{ integrationKey: 'mqjo', status: 'PendingAuth' }],
  });
  const otherLink = await connectionLinkUrl(gateway, connectionId);
  const [own, foreign] = [new URL(linkUrl).search, new URL(otherLink).search];
  const nobody = randomUUID();
  const paths = [
    `/link/companies/${nobody}${own}`,
    `/link/companies/${companyId}`,
    `/link/companies/${companyId}${foreign}`,
    `/link/companies/${other.companyId}${foreign}`,
    `/link/companies/${other.companyId}/connections/${connectionId}/start`,
    `/link/companies/${other.companyId}/connections/${connectionId}/start${own}`,
    `/link/companies/${companyId}/connections/${connectionId}/start${foreign}`,
    `/link/companies/${companyId}/connections/${nobody}/start${own}`,
    `/link/results/${nobody}`,
    '/link/companies/',
  ];

  const answers = await Promise.all(paths.map((path) => send(gateway.url, { path })));

  expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
  expect(answers[0]?.status).toBe(404);
});

test('a code that somebody else used cannot begin anything, however it is sent', async () => {
  const gateway = linking();
  const { companyId, linkUrl } = await newCompany(gateway);
  const page = await openBrowser().open(linkUrl);
  await linkPlatform(openBrowser(), linkUrl);
  const thief = openBrowser();
  await thief.open(await companyLinkUrl(gateway, companyId));

  const [, platforms] = formsOf(page);
  if (!platforms) throw new Error('there is no form');
  const stolen = await thief.submit(platforms, { integrationKey: 'aiwb' });

  expect(stolen.status).toBe(410);
  expect(await connectionsOf(gateway, companyId)).toHaveLength(1);
});

test('who goes back after the start sees the page again, and can go on from there', async () => {
  const gateway = linking();
  const { companyId, linkUrl } = await newCompany(gateway);
  const browser = openBrowser();
  const abandoned = await choose(browser, linkUrl);

  const back = await browser.open(linkUrl);
  const sent = await chooseOn(browser, back, 'mqjo');
  const end = await authorize(browser, sent);

  expect(back.status).toBe(200);
  expect(textOf(back.html)).toContain('Not finished');
  expect(textOf(end.html)).toContain('is connected');
  expect(await connectionsOf(gateway, companyId)).toHaveLength(1);
  // The attempt that was abandoned in another tab still succeeds, since it is for the same account.
  expect(textOf((await authorize(browser, abandoned)).html)).toContain('is connected');
});

test('a HEAD of the answer, as of a scanner of links, takes nothing', async () => {
  const gateway = linking();
  const { companyId, linkUrl } = await newCompany(gateway);
  const page = await openBrowser().open(linkUrl);
  const [cookie = ''] = page.headers.getSetCookie()[0]?.split(';', 1) ?? [];
  const [, platforms] = formsOf(page);
  const started = await fetch(platforms?.action ?? '', {
    method: 'POST',
    body: new URLSearchParams({ ...platforms?.fields, integrationKey: 'mqjo' }),
    headers: { cookie },
    redirect: 'manual',
  });
  const answer = await signInAndConsent(started.headers.get('location') ?? '');
  const status = async (method: string) =>
    (await fetch(answer, { method, headers: { cookie }, redirect: 'manual' })).status;

  expect(await status('HEAD')).toBe(405);
  expect((await onlyConnectionOf(gateway, companyId)).status).toBe('PENDING_AUTH');

  expect(await status('GET')).toBe(303);
  expect((await onlyConnectionOf(gateway, companyId)).status).toBe('LINKED');
});

test('the pages need no API key, where all else does', async () => {
  const gateway = await startLinkingGateway();
  const { companyId, linkUrl } = await newCompany(gateway);
  const { secret } = await makeApiKey(gateway);
  expect((await gateway.query('{ __typename }')).status).toBe(401);

  const page = await linkPlatform(openBrowser(), linkUrl);

  expect(textOf(page.html)).toContain('is connected');
  const response = await fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...bearer(secret) },
    body: JSON.stringify({ query: `{ company(id: "${companyId}") { connectionStatuses } }` }),
  });
  expect(await response.json()).toEqual({
    data: { company: { connectionStatuses: ['LINKED'] } },
  });
});

test('codes cannot be guessed at leisure: the pages are counted by address', async () => {
  const gateway = await startLinkingGateway({ RATE_LIMIT: '3' });
  const path = `/link/companies/${randomUUID()}?code=${'A'.repeat(43)}`;

  const answers = [];
  for (let i = 0; i < 4; i += 1) answers.push(await send(gateway.url, { path }));

  expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 429]);
  expect(Number(answers[3]?.headers['retry-after'])).toBeGreaterThan(0);
});
