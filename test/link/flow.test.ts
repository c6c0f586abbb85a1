import { expect, test } from 'vitest';
import { textOf } from '../support/browser.ts';
import {
  connectionsOf,
  linkPlatform,
  newCompany,
  openBrowser,
  startLinkingGateway,
} from '../support/linking.ts';

test('who chooses a platform, signs in and consents has linked it', async () => {
  const gateway = await startLinkingGateway();
  const { companyId, linkUrl } = await newCompany(gateway);

  const page = await linkPlatform(openBrowser(), linkUrl);

  expect(textOf(page.html)).toContain('is connected');
  const [connection, ...more] = await connectionsOf(gateway, companyId);
  expect(more).toEqual([]);
  expect(connection).toMatchObject({
    status: 'LINKED',
    platformName: 'Sandbox',
    health: { state: 'OK', failures: 0, reason: null },
  });
  expect(connection?.history.nodes).toEqual([
    {
      type: 'CONNECTION_CREATED',
      fromStatus: null,
      toStatus: 'PENDING_AUTH',
      actor: 'link',
      reason: null,
    },
    {
      type: 'CONNECTION_CONNECTED',
      fromStatus: 'PENDING_AUTH',
      toStatus: 'LINKED',
      actor: 'link',
      reason: null,
    },
  ]);
});
