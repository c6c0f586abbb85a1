import { describe, expect, test } from 'vitest';
import { chromiumPath, useChromium } from '../support/chromium.ts';
import { ManualClock } from '../support/clock.ts';
import {
  companyLinkUrl,
  connectionLinkUrl,
  newCompany,
  onlyConnectionOf,
  startLinkingGateway,
} from '../support/linking.ts';
import { decide, expectHeading, linkPlatform, revokeAccess, signIn } from '../support/visit.ts';

describe.skipIf(chromiumPath === undefined)('linking again, in Chromium', () => {
  const openVisitor = useChromium();
  /** The lifetime of the sandbox's access tokens. */
  const minuteMs = 60_000;

  /** Links the accounting sandbox as Hart & Sons Bakery in a new browser. */
  async function linked(clock?: ManualClock) {
    const gateway = await startLinkingGateway({}, clock);
    const { companyId, linkUrl } = await newCompany(gateway);
    const { page } = await openVisitor();
    await linkPlatform(page, linkUrl);
    await expectHeading(page, 'Sandbox is connected');
    const connection = () => onlyConnectionOf(gateway, companyId);
    return { gateway, companyId, page, connection, id: (await connection()).id };
  }

  test('access that is revoked on the sandbox’s page can be given again', async () => {
    const clock = new ManualClock();
    const { gateway, companyId, page, connection, id } = await linked(clock);

    await revokeAccess(page, gateway.sandboxUrl);

    // The revocation takes effect once the access token has expired, and the platform refuses the renewal twice.
    await clock.advance(minuteMs);
    const health = async () => (await connection()).health?.state;
    await expect.poll(health, { timeout: 10_000, interval: 20 }).toBe('FAILING');
    await clock.advance(6 * minuteMs);
    const status = async () => (await connection()).status;
    await expect.poll(status, { timeout: 10_000, interval: 20 }).toBe('DEAUTHORIZED');
    const { history } = await connection();
    expect(history.nodes.at(-1)).toMatchObject({
      type: 'CONNECTION_DISCONNECTED',
      actor: 'provider',
      reason: 'the platform no longer accepts the authorization',
    });

    await page.goto(await companyLinkUrl(gateway, companyId));
    await page.getByText('Access expired or withdrawn').waitFor();
    await page.getByRole('button', { name: 'Renew access to Sandbox' }).click();
    await signIn(page);
    await decide(page);
    await expectHeading(page, 'Sandbox is connected');
    expect(await connection()).toMatchObject({ id, status: 'LINKED' });
  });

  test('another account than before is refused, and the same one is not', async () => {
    const { gateway, page, connection, id } = await linked();
    await page.goto(await connectionLinkUrl(gateway, id));
    await expectHeading(page, 'Renew access to Sandbox');
    await page.getByRole('button', { name: 'Continue to Sandbox' }).click();
    await signIn(page, 'Lindström Design Studio');
    await decide(page);

    await expectHeading(page, 'Connecting to Sandbox was not completed');
    expect(await page.getByRole('alert').textContent()).toContain('a different account');
    const { status, history } = await connection();
    expect(status).toBe('LINKED');
    expect(history.nodes.at(-1)).toMatchObject({
      type: 'CONNECTION_FAILED',
      reason: 'a different account than before was chosen at the platform',
    });

    await page.getByRole('link', { name: 'Try again' }).click();
    await page.getByRole('button', { name: 'Continue to Sandbox' }).click();
    await signIn(page, 'Hart & Sons Bakery');
    await decide(page);
    await expectHeading(page, 'Sandbox is connected');
    expect(await connection()).toMatchObject({ id, status: 'LINKED' });
  });
});
