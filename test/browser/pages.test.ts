import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type axe from 'axe-core';
import type { Locator, Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { chromiumPath, useChromium } from '../support/chromium.ts';
import { shared } from '../support/lifetime.ts';
import {
  companyLinkUrl,
  connectionLinkUrl,
  newCompany,
  onlyConnectionOf,
  startLinkingGateway,
} from '../support/linking.ts';
import {
  choose,
  decide,
  expectHeading,
  linkPlatform,
  revokeAccess,
  signIn,
} from '../support/visit.ts';

const phone = { width: 375, height: 812 };
const colorSchemes = ['light', 'dark'] as const;
type ColorScheme = (typeof colorSchemes)[number];

// The minified file: Chromium has to parse only half as much on each page as with the package's exported text.
const axeSource = readFileSync(
  createRequire(import.meta.url).resolve('axe-core/axe.min.js'),
  'utf8',
);

describe.skipIf(chromiumPath === undefined)('the pages, in Chromium', () => {
  const openVisitor = useChromium();

  const linking = shared(() => startLinkingGateway());
  let walk: ReturnType<typeof walkThrough> | undefined;
  const walkThrough = async () => {
    const { page } = await openVisitor();
    await page.setViewportSize(phone);
    const faults: Record<ColorScheme, string[]> = { light: [], dark: [] };
    let count = 0;
    for await (const name of everyPage(page)) {
      count++;
      const ofPage = await faultsOf(page);
      for (const scheme of colorSchemes) {
        faults[scheme].push(...ofPage[scheme].map((fault) => `${name}: ${fault}`));
      }
    }
    return { count, faults };
  };

  test.for(colorSchemes)(
    'all are accessible and fit on a phone: %s',
    { timeout: 60_000 },
    async (colorScheme) => {
      const { count, faults } = await (walk ??= walkThrough());

      expect(faults[colorScheme]).toEqual([]);
      expect(count).toBe(16);
    },
  );

  test('dark pages are dark, and light ones light', async () => {
    const gateway = linking();
    const { linkUrl } = await newCompany(gateway);
    const { page } = await openVisitor();
    for (const [colorScheme, isDark] of [
      ['light', false],
      ['dark', true],
    ] as const) {
      await page.emulateMedia({ colorScheme });
      for (const url of [linkUrl, gateway.sandboxUrl]) {
        await page.goto(url);
        const ground = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
        const [red = 0] = ground.match(/\d+/g)?.map(Number) ?? [];
        expect(red < 128, `${url} ${colorScheme} ${ground}`).toBe(isDark);
      }
    }
  });

  test('the keyboard alone suffices, and shows where it is', async () => {
    const gateway = linking();
    const { companyId, linkUrl } = await newCompany(gateway);
    const { page } = await openVisitor();

    const button = (name: string) => page.getByRole('button', { name, exact: true });

    await page.goto(linkUrl);
    await tabTo(page, button('Connect Sandbox'));
    await page.keyboard.press('Enter');
    await expectHeading(page, 'Sign in');
    await tabTo(page, page.getByLabel('Hart & Sons Bakery'));
    await page.keyboard.press('ArrowDown');
    await tabTo(page, button('Sign in'));
    await page.keyboard.press('Space');
    await expectHeading(page, 'Allow Connexions to access Meridian Cycles?');
    await tabTo(page, button('Allow'));
    await page.keyboard.press('Enter');
    await expectHeading(page, 'Sandbox is connected');
    await tabTo(page, page.getByRole('link', { name: 'Back to your connections' }));

    expect(await onlyConnectionOf(gateway, companyId)).toMatchObject({ status: 'LINKED' });
  });

  test('no cookie is read by scripts, or sent by other sites', async () => {
    const gateway = linking();
    const { linkUrl } = await newCompany(gateway);
    const { page, context } = await openVisitor();
    await linkPlatform(page, linkUrl);
    await expectHeading(page, 'Sandbox is connected');
    await page.goto(`${gateway.sandboxUrl}/connected-apps`);

    const cookies = await context.cookies();

    expect(new Set(cookies.map(({ name }) => name))).toEqual(
      new Set([
        'connexions-link',
        'sandbox_csrf',
        'sandbox_interaction',
        'sandbox_interaction.sig',
      ]),
    );
    for (const cookie of cookies) expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Lax' });
    const known = cookies.find(({ name }) => name === 'connexions-link');
    expect(known?.expires).toBeLessThanOrEqual(Date.now() / 1000 + 24 * 60 * 60 + 1);
  });
});

/** Goes through the whole linking flow and yields the name of each page that is displayed. */
async function* everyPage(page: Page): AsyncGenerator<string> {
  const gateway = await startLinkingGateway({ APPLICATION_NAME: 'Northwind Lending' });
  const { companyId, linkUrl } = await newCompany(gateway);
  const { sandboxUrl } = gateway;
  const open = async (url: string, name: string) => {
    await page.goto(url);
    return name;
  };
  yield open(sandboxUrl, 'sandbox');
  yield open(`${sandboxUrl}/connected-apps`, 'connected apps, none');
  yield open(`${sandboxUrl}/nothing`, 'sandbox, nothing here');
  yield open(`${sandboxUrl}/interaction/ended`, 'sandbox, sign-in ended');
  yield open(`${sandboxUrl}/auth?client_id=unknown`, 'sandbox, refused request');
  yield open(`${gateway.url}/link/companies/none`, 'leads nowhere');
  yield open(`${linkUrl}&q=nothing`, 'choose, nothing found');
  yield open(linkUrl, 'choose');
  await choose(page);
  yield 'sign in';
  await signIn(page);
  yield 'consent';
  await decide(page, 'Refuse');
  yield 'result, refused';
  await page.getByRole('link', { name: 'Try again' }).click();
  await expectHeading(page, 'Choose what to connect');
  yield 'choose, one not finished';
  await page.getByRole('button', { name: 'Continue with Sandbox' }).click();
  await signIn(page);
  await decide(page);
  yield 'result, linked';
  const { id } = await onlyConnectionOf(gateway, companyId);
  yield open(await connectionLinkUrl(gateway, id), 'confirm');
  yield open(await companyLinkUrl(gateway, companyId), 'choose, one connected');
  await revokeAccess(page, sandboxUrl);
  yield 'connected apps, after revoking';
}

/** Returns the faults of the current page, by colour scheme. */
async function faultsOf(page: Page): Promise<Record<ColorScheme, string[]>> {
  await page.evaluate(`${axeSource};undefined`);
  const faults: Record<ColorScheme, string[]> = { light: [], dark: [] };
  for (const colorScheme of colorSchemes) {
    await page.emulateMedia({ colorScheme });
    faults[colorScheme] = [...(await violationsOn(page)), ...(await excessWidthOf(page))];
  }
  return faults;
}

function violationsOn(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    const { axe: it } = globalThis as unknown as { axe: typeof axe };
    return (await it.run({ resultTypes: ['violations'] })).violations.flatMap(({ id, nodes }) =>
      nodes.map(({ html }) => `${id}: ${html}`),
    );
  });
}

async function excessWidthOf(page: Page): Promise<string[]> {
  const wide = [];
  for (const width of [phone.width, 320]) {
    await page.setViewportSize({ ...phone, width });
    const needed = await page.evaluate(() => document.documentElement.scrollWidth);
    if (needed > width) wide.push(`needs ${needed} px of ${width}`);
  }
  await page.setViewportSize(phone);
  return wide;
}

/** Presses Tab until a control has the focus, and checks that the focus is visible. */
async function tabTo(page: Page, control: Locator): Promise<void> {
  const isReached = () => control.evaluate((it) => it === document.activeElement);
  for (let presses = 0; !(await isReached()); presses++) {
    if (presses > 50) throw new Error(`Tab does not lead to ${String(control)}`);
    await page.keyboard.press('Tab');
  }
  // The sandbox outlines the label around a radio button.
  const outline = await control.evaluate(
    (it) => getComputedStyle(it.closest('label') ?? it).outlineWidth,
  );
  expect(outline).toBe('3px');
}
