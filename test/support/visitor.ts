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
  { otherHosts = [], ...options }: VisitorOptions = {},
): Promise<Visitor> {
  const context = await browser.newContext(options);
  context.setDefaultTimeout(10_000);
  const faults = watch(context, new Set(['127.0.0.1', ...otherHosts]));
  whenOver(async () => {
    await context.close();
    expect(faults).toEqual([]);
  });
  return { context, newTab: () => context.newPage(), page: await context.newPage() };
}

/** Somebody with a browser of their own. */
export interface Visitor {
  readonly context: BrowserContext;
  readonly page: Page;
  readonly newTab: () => Promise<Page>;
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
