import { describe, expect, onTestFinished, test } from 'vitest';
import { chromiumPath, hosts, launchChromium, useChromium } from '../support/chromium.ts';
import { startLandingPage } from '../support/landing-page.ts';
import { shared } from '../support/lifetime.ts';
import { newCompany, onlyConnectionOf, startLinkingGateway } from '../support/linking.ts';
import { choose, decide, expectHeading, linkPlatform, signIn } from '../support/visit.ts';
import { openVisitor } from '../support/visitor.ts';

describe.skipIf(chromiumPath === undefined)('the way through linking, in Chromium', () => {
  const visitor = useChromium();
  const linking = shared(() => startLinkingGateway());

  test('who chooses a platform, signs in and consents has linked it', async () => {
    const gateway = linking();
    const { companyId, linkUrl } = await newCompany(gateway);
    const { page } = await visitor();

    await page.goto(linkUrl);
    await choose(page, 'Sandbox');
    await signIn(page, 'Meridian Cycles');
    await decide(page, 'Allow');

    await expectHeading(page, 'Sandbox is connected');
    const { status, history } = await onlyConnectionOf(gateway, companyId);
    expect(status).toBe('LINKED');
    expect(history.nodes.map(({ type, toStatus, actor }) => [type, toStatus, actor])).toEqual([
      ['CONNECTION_CREATED', 'PENDING_AUTH', 'link'],
      ['CONNECTION_CONNECTED', 'LINKED', 'link'],
    ]);
  });

  test('who refuses is told so, and can try again from there', async () => {
    const gateway = linking();
    const { companyId, linkUrl } = await newCompany(gateway);
    const { page } = await visitor();

    await linkPlatform(page, linkUrl, { decision: 'Refuse' });

    await expectHeading(page, 'Connecting to Sandbox was not completed');
    expect(await page.getByRole('alert').textContent()).toContain('Access was refused');
    expect(await onlyConnectionOf(gateway, companyId)).toMatchObject({ status: 'PENDING_AUTH' });

    await page.getByRole('link', { name: 'Try again' }).click();
    await page.getByRole('button', { name: 'Continue with Sandbox' }).click();
    await signIn(page);
    await decide(page);
    await expectHeading(page, 'Sandbox is connected');
    expect(await onlyConnectionOf(gateway, companyId)).toMatchObject({ status: 'LINKED' });
  });

  test.for([
    ['Allow', '200', ''],
    ['Refuse', '403', 'Access was refused at the platform.'],
  ] as const)(
    'the page of another site gets how it ended (%s), and nothing else',
    async ([decision, statusCode, errorMessage]) => {
      const landing = await startLandingPage();
      const template = `${landing.url}/done?connection={connectionId}&status={statusCode}&error={errorMessage}`;
      const gateway = await startLinkingGateway({ LINK_REDIRECT_URL: template });
      const { companyId, linkUrl } = await newCompany(gateway);
      const { page } = await visitor({ otherHosts: [hosts.lender] });

      await linkPlatform(page, linkUrl, { decision });

      await expectHeading(page, 'Welcome back');
      const { id } = await onlyConnectionOf(gateway, companyId);
      expect(Object.fromEntries(new URL(page.url()).searchParams)).toEqual({
        connection: id,
        status: statusCode,
        error: errorMessage,
      });
      expect(landing.received).toHaveLength(1);
      expect(landing.received[0]).not.toHaveProperty('referer');
      expect(landing.received[0]).not.toHaveProperty('cookie');
    },
  );

  test('a platform of another site brings the browser back as the one that left', async () => {
    const gateway = await startLinkingGateway({ PUBLIC_URL: `http://${hosts.gateway}` });
    const { linkUrl } = await newCompany(gateway);
    const browser = await launchChromium(new URL(gateway.url).host);
    onTestFinished(() => browser.close());
    const { page } = await openVisitor(browser, { otherHosts: [hosts.gateway] });

    await linkPlatform(page, linkUrl);

    await expectHeading(page, 'Sandbox is connected');
    expect(new URL(page.url()).hostname).toBe(hosts.gateway);
  });

  test('no script is needed', async () => {
    const gateway = linking();
    const { linkUrl } = await newCompany(gateway);
    const { page } = await visitor({ javaScriptEnabled: false });

    await page.goto(linkUrl);
    await page.getByLabel('Search platforms by name').fill('bank');
    await page.getByRole('button', { name: 'Search' }).click();
    expect(await page.getByRole('status').textContent()).toContain('1 platform matches');
    await choose(page, 'Banking Sandbox');
    await signIn(page);
    await decide(page);

    await expectHeading(page, 'Banking Sandbox is connected');
  });
});
