import type { Page } from 'playwright-core';
import { expect } from 'vitest';

// The actions of a company's users on the pages of the gateway and of the sandbox, in a real browser.

interface Way {
  readonly platform?: string;
  readonly business?: string;
  readonly decision?: 'Allow' | 'Refuse';
}

export async function choose(page: Page, platform = 'Sandbox'): Promise<void> {
  await page.getByRole('button', { name: `Connect ${platform}`, exact: true }).click();
  await expectHeading(page, 'Sign in');
}

export async function signIn(page: Page, business = 'Hart & Sons Bakery'): Promise<void> {
  await page.getByLabel(business).check();
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expectHeading(page, `Allow Connexions to access ${business}?`);
}

/** Makes the decision and waits until the browser has left the sandbox's pages. */
export async function decide(page: Page, decision: Way['decision'] = 'Allow'): Promise<void> {
  await page.getByRole('button', { name: decision }).click();
  await page.waitForURL(({ pathname }) => !pathname.startsWith('/interaction/'));
}

/** Completes the whole flow, from a link to the result page. */
export async function linkPlatform(page: Page, linkUrl: string, way: Way = {}): Promise<void> {
  await page.goto(linkUrl);
  await choose(page, way.platform);
  await signIn(page, way.business);
  await decide(page, way.decision);
}

/** Revokes the newest access on the sandbox's own page. */
export async function revokeAccess(page: Page, sandboxUrl: string): Promise<void> {
  await page.goto(`${sandboxUrl}/connected-apps`);
  await page.getByRole('button', { name: 'Revoke access' }).first().click();
  await page.getByText('The access was revoked.').waitFor();
}

/** Waits for the page with this heading. */
export async function expectHeading(page: Page, heading: string): Promise<void> {
  const shown = page.getByRole('heading', { level: 1 });
  // Reading the heading fails while the browser leaves a page.
  const read = () => shown.textContent({ timeout: 1000 }).catch(() => 'nothing yet');
  await expect.poll(read, { timeout: 10_000 }).toBe(heading);
}
