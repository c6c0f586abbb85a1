import { chromium, type Browser } from 'playwright-core';
import { afterAll, beforeAll } from 'vitest';
import { chromiumPath } from './chromium-path.ts';
import { openVisitor, visitorsInTurn, type Visitor, type VisitorOptions } from './visitor.ts';

export { chromiumPath } from './chromium-path.ts';

/** Host names that resolve to this machine, but that Chromium treats as other sites than its IP address. */
export const hosts = { lender: 'lender.test', gateway: 'gateway.test' };

/** Starts a Chromium for a `describe`. Returns a function that opens a new visitor, which ends with the test. */
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

/** Starts a Chromium that can reach only this machine. `hosts.gateway` resolves to `address` if it is given. */
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
      // Treated as https, without which Chromium does not send the origin of forms.
      `--unsafely-treat-insecure-origin-as-secure=http://${hosts.gateway}`,
    ],
  });
}
