import { describe, expect, test } from 'vitest';
import { chromiumPath, useChromium } from '../support/chromium.ts';
import { newCompany, startLinkingGateway } from '../support/linking.ts';
import { shared } from '../support/lifetime.ts';
import { startPrefixProxy } from '../support/prefix-proxy.ts';
import { until } from '../support/until.ts';
import { expectHeading, linkPlatform } from '../support/visit.ts';

describe.skipIf(chromiumPath === undefined)(
  'behind a proxy that removes a path, in Chromium',
  () => {
    const openVisitor = useChromium();
    const behindProxy = shared(async () => {
      const proxy = await startPrefixProxy('/gate/way');
      const gateway = await startLinkingGateway({ PUBLIC_URL: proxy.url, GRAPHIQL: 'on' });
      proxy.forwardTo(gateway.url);
      return { proxy, gateway: { ...gateway, url: proxy.url } };
    });

    test('who refuses and tries again has linked the platform', async () => {
      const { proxy, gateway } = behindProxy();
      const { linkUrl } = await newCompany(gateway);
      const { page } = await openVisitor();

      await linkPlatform(page, linkUrl, { decision: 'Refuse' });
      await page.getByRole('link', { name: 'Try again' }).click();
      await expectHeading(page, 'Choose what to connect');
      await linkPlatform(page, page.url());

      await expectHeading(page, 'Sandbox is connected');
      expect(page.url()).toContain(`${proxy.url}/link/results/`);
      await page.getByRole('link', { name: 'Back to your connections' }).click();
      await expectHeading(page, 'Choose what to connect');
      expect(proxy.strays).toEqual([]);
    });

    test.for(['', '/graphql/'])('GraphiQL runs queries at %j', async (path) => {
      const { proxy, gateway } = behindProxy();
      await gateway.withCompany({ name: 'Meridian' });
      const { page } = await openVisitor({
        knownIssues: ['FormEmptyIdAndNameAttributesForInputError'],
      });
      const loaded: string[] = [];
      page.on('requestfinished', (request) => loaded.push(new URL(request.url()).pathname));

      await page.goto(`${proxy.url}${path}`);
      await page.getByRole('button', { name: /execute query/i }).click();

      await page.locator('.graphiql-response').getByText('Meridian').first().waitFor();
      await until('the editor works in the background', () =>
        loaded.some((it) => it.includes('/graphiql/graphql-worker.')),
      );
      expect(proxy.strays).toEqual([]);
    });
  },
);
