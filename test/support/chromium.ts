import { chromium, type Browser } from 'playwright-core';
import { afterAll, beforeAll } from 'vitest';
import { chromiumPath } from './chromium-path.ts';
import { openVisitor, visitorsInTurn, type Visitor, type VisitorOptions } from './visitor.ts';

export { chromiumPath } from './chromium-path.ts';

/** Hosts that Chromium takes for other sites than this machine's address; they lead to it all the same. */
export const hosts = { lender: 'lender.test', gateway: 'gateway.test' };

/** Starts a Chromium for the tests of a `describe`; returns what opens a new visitor, who ends with the test. */
export function useChromium() {
  let browser: Browser;
  let nextVisitor: () => Promise<Visitor>;
  beforeAll(async () => {
    browser = await launchChromium();
    nextVisitor = visitorsInTurn(browser);
  });
  afterAll(() => browser.close());
  return (options?: VisitorOptions) => (options ? openVisitor(browser, options) : nextVisitor());
}

/** Starts a Chromium that reaches this machine only; with a gateway's `address`, it knows that under a name as well. */
export function launchChromium(address?: string): Promise<Browser> {
  const rules = [
    ...(address === undefined ? [] : [`MAP ${hosts.gateway} ${address}`]),
    `MAP ${hosts.lender} 127.0.0.1`,
    'MAP * ~NOTFOUND',
    'EXCLUDE 127.0.0.1',
  ];
  return chromium.launch({
    ...(chromiumPath !== undefined && { executablePath: chromiumPath }),
    args: [
      `--host-resolver-rules=${rules.join(', ')}`,
      // As if it were https, without which Chromium does not tell where forms are from.
      `--unsafely-treat-insecure-origin-as-secure=http://${hosts.gateway}`,
    ],
  });
}
