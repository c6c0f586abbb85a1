import { describe, expect, test } from 'vitest';
import { chromiumPath, useChromium } from '../support/chromium.ts';
import { startTestGateway } from '../support/gateway.ts';
import { shared } from '../support/lifetime.ts';
import { until } from '../support/until.ts';

// Each visitor fails its test where the page violates its Content-Security-Policy or reaches another machine.

describe.skipIf(chromiumPath === undefined)('GraphiQL, in Chromium', () => {
  const openVisitor = useChromium();
  const gateway = shared(() => startTestGateway({ graphiql: true }));

  test('shows the query of its address, and runs it only when the user does', async () => {
    await gateway().withCompany({ name: 'Acme' });
    const { page } = await openVisitor({
      knownIssues: ['FormEmptyIdAndNameAttributesForInputError'],
    });
    const sent: string[] = [];
    const loaded: string[] = [];
    page.on('request', (request) => {
      if (request.method() === 'POST') sent.push(request.postData() ?? '');
      else loaded.push(new URL(request.url()).pathname);
    });
    const query = '{ planted: companies(first: 1) { nodes { name } } }';

    await page.goto(`${gateway().url}/graphql?query=${encodeURIComponent(query)}`);
    await page.locator('.graphiql-query-editor').getByText('planted').first().waitFor();
    await until('the schema is read', () => sent.some((body) => body.includes('__schema')));
    // Typing makes the editor use what it runs in the background.
    await page.locator('.graphiql-query-editor .view-lines').first().click();
    await page.keyboard.press('Control+Home');
    await page.keyboard.type('#');
    await page.keyboard.press('Backspace');
    await until('the editor works in the background', () =>
      loaded.some((path) => path.startsWith('/graphiql/graphql-worker.')),
    );
    expect(sent.filter((body) => body.includes('planted'))).toEqual([]);

    await page.getByRole('button', { name: /execute query/i }).click();

    await page.locator('.graphiql-response').getByText('Acme').waitFor();
    expect(sent.filter((body) => body.includes('planted'))).toHaveLength(1);
  });
});
