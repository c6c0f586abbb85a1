import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { expect } from 'vitest';
import { whenOver } from './lifetime.ts';

export type VisitorOptions = BrowserContextOptions & {
  /** Hosts beside the gateway's that the visitor is led to. */
  readonly otherHosts?: readonly string[];
};

/**
 * Opens a browser of somebody who has never been here. The test fails if any page of theirs violated its policy, wrote
 * an error to the console, or asked for anything on a machine that is not this one.
 */
export async function openVisitor(
  browser: Browser,
  options: VisitorOptions = {},
): Promise<Visitor> {
  const profile = await newProfile(browser, options);
  whenOver(async () => {
    await profile.context.close();
    expect(profile.faults).toEqual([]);
  });
  return visitorWith(profile);
}

/**
 * Returns what opens such visitors one after the other with as few profiles of the browser as there are visitors at a
 * time: to make a profile costs more than to link an account, and there is nothing in it but cookies and cached files.
 */
export function visitorsInTurn(browser: Browser): () => Promise<Visitor> {
  const idle: Profile[] = [];
  return async () => {
    const profile = idle.pop() ?? (await newLastingProfile(browser));
    const { context, faults } = profile;
    const [blank] = context.pages();
    whenOver(async () => {
      const tabs = context.pages().filter((page) => page !== blank);
      await Promise.all(tabs.map((tab) => tab.close()));
      await context.clearCookies();
      await clearCache(context, blank);
      const ofThisVisitor = faults.splice(0);
      idle.push(profile);
      expect(ofThisVisitor).toEqual([]);
    });
    return visitorWith(profile);
  };
}

/** Somebody with a browser of their own. */
export interface Visitor {
  readonly context: BrowserContext;
  readonly page: Page;
  readonly newTab: () => Promise<Page>;
}

/** What a browser keeps for somebody, and what went wrong on their pages. */
interface Profile {
  readonly context: BrowserContext;
  readonly faults: string[];
}

async function newProfile(
  browser: Browser,
  { otherHosts = [], ...options }: VisitorOptions = {},
): Promise<Profile> {
  const context = await browser.newContext(options);
  context.setDefaultTimeout(10_000);
  return { context, faults: watch(context, new Set(['127.0.0.1', ...otherHosts])) };
}

async function visitorWith({ context }: Profile): Promise<Visitor> {
  return { context, newTab: () => context.newPage(), page: await context.newPage() };
}

/** A profile with a tab that stays empty: with its last tab, Chromium would end more than the next one begins with. */
async function newLastingProfile(browser: Browser): Promise<Profile> {
  const profile = await newProfile(browser);
  await profile.context.newPage();
  return profile;
}

async function clearCache(context: BrowserContext, page: Page | undefined): Promise<void> {
  if (!page) return;
  const session = await context.newCDPSession(page);
  await session.send('Network.clearBrowserCache');
  await session.detach();
}

function watch(context: BrowserContext, hosts: ReadonlySet<string>): string[] {
  const faults: string[] = [];
  const visited = new Set<string>();
  context.on('request', (request) => {
    if (request.isNavigationRequest()) visited.add(request.url());
    if (!hosts.has(new URL(request.url()).hostname)) faults.push(`request of ${request.url()}`);
  });
  context.on('requestfailed', (request) => {
    // Who presses twice, or goes on before a page is whole, gives up what was on its way.
    const why = request.failure()?.errorText;
    if (why !== 'net::ERR_ABORTED') faults.push(`${request.url()} failed: ${why}`);
  });
  context.on('weberror', (error) => faults.push(error.error().message));
  context.on('console', (message) => {
    // Chromium says of pages with a status such as 410 that they could not be loaded, and shows them.
    const isStatus = message.text().startsWith('Failed to load resource: the server responded');
    if (isStatus && visited.has(message.location().url)) return;
    faults.push(`${message.type()}: ${message.text()} (${message.location().url})`);
  });
  context.on('page', (page) => {
    // A page can be closed before it is watched.
    watchIssues(page, faults).catch(() => undefined);
  });
  return faults;
}

/** What Chromium lists under "Issues": policies that were violated, cookies that were not taken, missing labels. */
async function watchIssues(page: Page, faults: string[]): Promise<void> {
  const session = await page.context().newCDPSession(page);
  session.on('Audits.issueAdded', ({ issue }) => faults.push(JSON.stringify(issue)));
  await session.send('Audits.enable');
}
