import { describe, expect, test } from 'vitest';
import { chromiumPath, useChromium } from '../support/chromium.ts';
import { shared } from '../support/lifetime.ts';
import {
  connectionsOf,
  newCompany,
  onlyConnectionOf,
  startLinkingGateway,
} from '../support/linking.ts';
import { choose, decide, expectHeading, linkPlatform, signIn } from '../support/visit.ts';

describe.skipIf(chromiumPath === undefined)('what is done twice, in Chromium', () => {
  const openVisitor = useChromium();
  const linking = shared(() => startLinkingGateway());

  /** Opens a company's link in a new browser. */
  async function arrive() {
    const gateway = linking();
    const { companyId, linkUrl } = await newCompany(gateway);
    const visitor = await openVisitor();
    await visitor.page.goto(linkUrl);
    return { ...visitor, gateway, companyId, linkUrl };
  }

  test('a double click on a platform begins with one connection', async () => {
    const { page, gateway, companyId } = await arrive();

    await page.getByRole('button', { name: 'Connect Sandbox' }).dblclick();
    await signIn(page);
    await decide(page);

    await expectHeading(page, 'Sandbox is connected');
    expect(await onlyConnectionOf(gateway, companyId)).toMatchObject({ status: 'LINKED' });
  });

  test('a double click on Allow links once', async () => {
    const { page, gateway, companyId } = await arrive();
    await choose(page);
    await signIn(page);

    await page.getByRole('button', { name: 'Allow' }).dblclick();

    await expectHeading(page, 'Sandbox is connected');
    const { status, history } = await onlyConnectionOf(gateway, companyId);
    expect(status).toBe('LINKED');
    expect(history.nodes).toHaveLength(2);
  });

  test('who goes back from the platform goes on with the same connection', async () => {
    const { page, gateway, companyId } = await arrive();
    await choose(page);
    const { id } = await onlyConnectionOf(gateway, companyId);

    await page.goBack();
    await expectHeading(page, 'Choose what to connect');
    await page.getByRole('button', { name: 'Continue with Sandbox' }).click();
    await signIn(page);
    await decide(page);

    await expectHeading(page, 'Sandbox is connected');
    expect(await onlyConnectionOf(gateway, companyId)).toMatchObject({ id, status: 'LINKED' });
  });

  test('who goes back from the result is told that it is done, and undoes nothing', async () => {
    const { page, gateway, companyId, linkUrl } = await arrive();
    await linkPlatform(page, linkUrl);
    await expectHeading(page, 'Sandbox is connected');

    for (const left of [/\/interaction\/[^/]+\/consent$/, /\/interaction\/[^/]+$/]) {
      await page.goBack();
      await expectHeading(page, 'This sign-in has ended');
      expect(new URL(page.url()).pathname).toMatch(left);
    }
    await page.goBack();
    await expectHeading(page, 'Choose what to connect');
    expect(await page.getByRole('listitem').first().textContent()).toContain('Connected');
    const { status, history } = await onlyConnectionOf(gateway, companyId);
    expect(status).toBe('LINKED');
    expect(history.nodes).toHaveLength(2);
  });

  test('every page is the same after a reload', async () => {
    const { page, gateway, companyId } = await arrive();
    const reload = async (heading: string) => {
      await page.reload();
      await expectHeading(page, heading);
    };

    await reload('Choose what to connect');
    await choose(page);
    await reload('Sign in');
    await signIn(page);
    await reload('Allow Connexions to access Hart & Sons Bakery?');
    await decide(page);
    await reload('Sandbox is connected');
    const { history } = await onlyConnectionOf(gateway, companyId);
    expect(history.nodes).toHaveLength(2);
  });

  test('two tabs with one link link two platforms, in whichever order they end', async () => {
    const { page, newTab, gateway, companyId, linkUrl } = await arrive();
    const other = await newTab();
    await other.goto(linkUrl);

    await choose(page, 'Sandbox');
    await choose(other, 'Banking Sandbox');
    await signIn(page);
    await signIn(other, 'Meridian Cycles');
    await decide(other);
    await decide(page);

    await expectHeading(page, 'Sandbox is connected');
    await expectHeading(other, 'Banking Sandbox is connected');
    const connections = await connectionsOf(gateway, companyId);
    expect(connections.map(({ platformName, status }) => [platformName, status])).toEqual([
      ['Sandbox', 'LINKED'],
      ['Banking Sandbox', 'LINKED'],
    ]);
  });

  test('two tabs that link the same platform link one connection', async () => {
    const { page, newTab, gateway, companyId, linkUrl } = await arrive();
    const other = await newTab();
    await other.goto(linkUrl);

    await choose(page);
    await other.getByRole('button', { name: 'Connect Sandbox' }).click();
    await signIn(page);
    await signIn(other);
    await decide(page);
    await decide(other);

    await expectHeading(page, 'Sandbox is connected');
    await expectHeading(other, 'Sandbox is connected');
    expect(await onlyConnectionOf(gateway, companyId)).toMatchObject({ status: 'LINKED' });
  });

  test('of two browsers with one link, the first has it', async () => {
    const { page, gateway, companyId, linkUrl } = await arrive();
    const { page: other } = await openVisitor();
    await other.goto(linkUrl);
    await choose(page);

    await other.getByRole('button', { name: 'Connect Sandbox' }).click();
    await expectHeading(other, 'This link can no longer be used');
    await other.goto(linkUrl);
    await expectHeading(other, 'This link can no longer be used');
    expect(await other.textContent('body')).not.toContain('Acme');

    await signIn(page);
    await decide(page);
    await expectHeading(page, 'Sandbox is connected');
    expect(await onlyConnectionOf(gateway, companyId)).toMatchObject({ status: 'LINKED' });
  });

  test('the address of a result shows another browser nothing', async () => {
    const { page, linkUrl } = await arrive();
    await linkPlatform(page, linkUrl);
    await expectHeading(page, 'Sandbox is connected');
    const { page: other } = await openVisitor();

    await other.goto(page.url());

    await expectHeading(other, 'This link is not valid');
    expect(await other.textContent('body')).not.toContain('Acme');
  });
});
