import { expect, test } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import { fillRedirectTemplate, type RedirectValues } from '../../src/linking/redirect/template.ts';
import { change } from '../support/change.ts';
import {
  authorize,
  choose,
  newCompany,
  onlyConnectionOf,
  openBrowser,
  startLinkingGateway,
} from '../support/linking.ts';
import { signInAndConsent } from '../support/sandbox-user.ts';

const names = [
  'clientId',
  'companyId',
  'connectionId',
  'integrationId',
  'sourceId',
  'platform',
  'platformName',
  'sourceType',
  'statusCode',
  'statusText',
  'errorMessage',
];
const all = names.map((name) => `${name}={${name}}`).join('&');

test('LINK_REDIRECT_URL gets the browser, with every placeholder filled in', async () => {
  const gateway = await startLinkingGateway({
    LINK_REDIRECT_URL: `https://app.example.com/{companyId}/done?${all}#{statusCode}`,
    LINK_CLIENT_ID: 'staging',
  });
  const { companyId, linkUrl } = await newCompany(gateway);
  const browser = openBrowser();

  const { status, url } = await authorize(browser, await choose(browser, linkUrl));

  const { data } = await gateway.query(
    `query ($id: ID!) { company(id: $id) { connections { id integrationId sourceId } } }`,
    { id: companyId },
  );
  const [{ id, integrationId, sourceId }] = data.company.connections;
  expect(status).toBe(303);
  expect(`${url.origin}${url.pathname}${url.hash}`).toBe(
    `https://app.example.com/${companyId}/done#200`,
  );
  expect(Object.fromEntries(url.searchParams)).toEqual({
    clientId: 'staging',
    companyId,
    connectionId: id,
    integrationId,
    sourceId,
    platform: 'mqjo',
    platformName: 'Sandbox',
    sourceType: 'Accounting',
    statusCode: '200',
    statusText: '',
    errorMessage: '',
  });
  expect(url.search).not.toMatch(/code=[\w-]{43}|state=|token/);
});

test('a refusal is told to LINK_REDIRECT_URL, its words encoded', async () => {
  const gateway = await startLinkingGateway({
    LINK_REDIRECT_URL:
      'https://app.example.com/?code={statusCode}&text={statusText}&why={errorMessage}',
  });
  const { linkUrl } = await newCompany(gateway);
  const browser = openBrowser();

  const sent = await choose(browser, linkUrl);
  const answer = await signInAndConsent(sent.url, { refuse: true });
  const { url } = await browser.open(answer);

  expect(url.href).toBe(
    'https://app.example.com/?code=403&text=access_denied&why=Access%20was%20refused%20at%20the%20platform.',
  );
  // Who repeats the platform's answer is sent there again.
  expect((await browser.open(answer)).url).toEqual(url);
});

test.for([
  ['error=server_error', 'server_error'],
  ['error=%3Cscript%3E', ''],
  ['error=', ''],
] as const)('{statusText} of an answer that says %s is %j', async ([said, statusText]) => {
  const gateway = await startLinkingGateway({
    LINK_REDIRECT_URL: 'https://app.example.com/?code={statusCode}&text={statusText}',
  });
  const { linkUrl } = await newCompany(gateway);
  const browser = openBrowser();
  const sent = await choose(browser, linkUrl);
  const answer = await signInAndConsent(sent.url);
  answer.searchParams.delete('code');

  const { url } = await browser.open(`${answer.href}&${said}`);

  expect(Object.fromEntries(url.searchParams)).toEqual({ code: '500', text: statusText });
});

test.for([
  ['deleteConnection', '404'],
  ['deleteCompany', '404'],
] as const)('%s meanwhile is told to LINK_REDIRECT_URL as %s', async ([mutation, statusCode]) => {
  const gateway = await startLinkingGateway({
    LINK_REDIRECT_URL: `https://app.example.com/?${all}`,
  });
  const { companyId, linkUrl } = await newCompany(gateway);
  const browser = openBrowser();
  const sent = await choose(browser, linkUrl);
  const { id: connectionId } = await onlyConnectionOf(gateway, companyId);
  const ids = mutation === 'deleteCompany' ? { companyId } : { companyId, connectionId };
  await change(gateway, mutation, ids);

  const { url } = await authorize(browser, sent);

  expect(Object.fromEntries(url.searchParams)).toMatchObject({
    companyId,
    connectionId,
    statusCode,
    errorMessage: 'The connection was deleted in the meantime.',
  });
});

test('a value cannot add to the URL, or lead elsewhere', () => {
  const platformName = `../?ok=500#é 漢{companyId}&"'\\\r\n`;
  const values = Object.fromEntries(names.map((name) => [name, platformName]));

  const url = new URL(
    fillRedirectTemplate(
      'https://app.example.com/x/{platformName}?ok=200&name={platformName}#{platformName}',
      values as unknown as RedirectValues,
    ),
  );

  const [, x, name = '', ...more] = url.pathname.split('/');
  expect([x, decodeURIComponent(name), more]).toEqual(['x', platformName, []]);
  expect([...url.searchParams]).toEqual([
    ['ok', '200'],
    ['name', platformName],
  ]);
  expect(decodeURIComponent(url.hash.slice(1))).toBe(platformName);
});

test('a template in another script leads where it says', async () => {
  const gateway = await startLinkingGateway({
    LINK_REDIRECT_URL: 'https://例え.example/戻る?why={errorMessage}',
  });
  const { linkUrl } = await newCompany(gateway);
  const browser = openBrowser();

  const { url } = await authorize(browser, await choose(browser, linkUrl), { refuse: true });

  expect(url.hostname).toBe('xn--r8jz45g.example');
  expect(decodeURIComponent(url.pathname)).toBe('/戻る');
  expect(url.searchParams.get('why')).toBe('Access was refused at the platform.');
});

test.for([
  'https://app.example.com/{}',
  'https://app.example.com/?{two words}',
  'https://app.example.com/?{__proto__}',
  'https://app.example.com/?{1st}',
  `https://app.example.com/?{${'x'.repeat(51)}}`,
  'https://app.example.com/?{data.company.companyName}',
  'https://app.example.com/?secret={code}',
  'https://app.example.com/?{q}',
  'https://app.example.com/?{redirectUrl}',
  'https://app.example.com/?{integrationkey}',
  `https://app.example.com/?${Array.from({ length: 11 }, (_, index) => `{p${index}}`).join('')}`,
  `https://app.example.com/${'x'.repeat(2048)}`,
  'myapp://linked',
  'https://app.example.com/?{CompanyId}',
  'https://{companyId}.example.com/',
  'https://app.example.{sourceType}/',
  'https://app.example.com{companyId}/',
  'https://app.example.com:{statusCode}/',
  'https://{platformName}@app.example.com/',
  'https://app.example.com\\{companyId}',
  '{errorMessage}',
  'javascript:alert({statusCode})',
  'data:text/html,{companyId}',
  '//app.example.com/',
  '/done',
  'app.example.com/done',
  'ftp://app.example.com/',
  'https://',
  'https:///done',
  'https://app.example.com/\n/done',
])('the start is refused with LINK_REDIRECT_URL=%s', (template) => {
  expect(() => readConfig({ LINK_REDIRECT_URL: template })).toThrow(/^LINK_REDIRECT_URL must /);
});

test.for([
  'https://app.example.com/?tenant={tenant}',
  'https://app.example.com/{customer-type}/{constructor}?company={companyId}',
  'https://app.example.com',
  'http://localhost:3000/done?company={companyId}',
  'https://app.example.com?status={statusCode}',
  'https://app.example.com#{statusCode}',
  'https://app.example.com/a%20b/{companyId}/{connectionId}',
])('LINK_REDIRECT_URL may be %s', (template) => {
  expect(readConfig({ LINK_REDIRECT_URL: template }).link.redirects.template).toBe(template);
});
