import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { expect } from 'vitest';
import { whenOver } from './lifetime.ts';

export type VisitorOptions = BrowserContextOptions & {
  /** Other hosts than the gateway's that the visitor may be sent to. */
  readonly otherHosts?: readonly string[];
  /** Issues, as Chromium calls them, of pages whose markup is not ours. */
  readonly knownIssues?: readonly string[];
};

/**
 * Opens a browser with a new profile. The test fails if any page violated its policy, wrote to the console, or sent a
 * request to another machine.
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
 * Returns a function that opens visitors. Profiles are reused, since making one takes longer than linking an account,
 * and it holds only cookies and cached files, which are cleared.
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

/** A user with their own browser. */
export interface Visitor {
  readonly context: BrowserContext;
  readonly page: Page;
  readonly newTab: () => Promise<Page>;
}

/** A browser profile, and the faults of its pages. */
interface Profile {
  readonly context: BrowserContext;
  readonly faults: string[];
}

async function newProfile(
  browser: Browser,
  { otherHosts = [], knownIssues = [], ...options }: VisitorOptions = {},
): Promise<Profile> {
  const context = await browser.newContext(options);
  context.setDefaultTimeout(10_000);
  const hosts = new Set(['127.0.0.1', ...otherHosts]);
  return { context, faults: watch(context, hosts, knownIssues) };
}

async function visitorWith({ context }: Profile): Promise<Visitor> {
  return { context, newTab: () => context.newPage(), page: await context.newPage() };
}

/** Makes a profile with an empty tab: closing the last tab of Chromium would lose more than the next visitor needs. */
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

function watch(
  context: BrowserContext,
  hosts: ReadonlySet<string>,
  knownIssues: readonly string[],
): string[] {
  const faults: string[] = [];
  const visited = new Set<string>();
  context.on('request', (request) => {
    if (request.isNavigationRequest()) visited.add(request.url());
    if (!hosts.has(new URL(request.url()).hostname)) faults.push(`request of ${request.url()}`);
  });
  context.on('requestfailed', (request) => {
    // A second press, or leaving a page before it has loaded, aborts requests.
    const why = request.failure()?.errorText;
    if (why !== 'net::ERR_ABORTED') faults.push(`${request.url()} failed: ${why}`);
  });
  context.on('weberror', (error) => faults.push(error.error().message));
  context.on('console', (message) => {
    // Chromium reports pages with an error status such as 410 as failed to load, but displays them.
    const isStatus = message.text().startsWith('Failed to load resource: the server responded');
    if (isStatus && visited.has(message.location().url)) return;
    faults.push(`${message.type()}: ${message.text()} (${message.location().url})`);
  });
  context.on('page', (page) => {
    // A page can be closed before the session opens.
    watchIssues(page, faults, knownIssues).catch(() => undefined);
  });
  return faults;
}

/** Collects what Chromium lists under "Issues": policy violations, rejected cookies, missing labels. */
async function watchIssues(page: Page, faults: string[], known: readonly string[]): Promise<void> {
  const session = await page.context().newCDPSession(page);
  session.on('Audits.issueAdded', ({ issue }) => {
    const type = issue.details.genericIssueDetails?.errorType ?? issue.code;
    if (!known.includes(type)) faults.push(JSON.stringify(issue));
  });
  await session.send('Audits.enable');
}
