import { expect, test } from 'vitest';
import { openBrowser } from '../support/browser.ts';
import { linkPlatform, newCompany, startLinkingGateway } from '../support/linking.ts';
import { shared } from '../support/lifetime.ts';
import { startPrefixProxy } from '../support/prefix-proxy.ts';

// Behind a proxy that removes a path, everything that the gateway sends leads below that path.

const prefix = '/gate/way';

const behindProxy = shared(async () => {
  const proxy = await startPrefixProxy(prefix);
  const gateway = await startLinkingGateway({ PUBLIC_URL: proxy.url, GRAPHIQL: 'on' });
  proxy.forwardTo(gateway.url);
  return { proxy, gateway: { ...gateway, url: proxy.url } };
});

test('a platform is linked', async () => {
  const { proxy, gateway } = behindProxy();
  const { linkUrl } = await newCompany(gateway);

  const result = await linkPlatform(openBrowser(), linkUrl);

  expect(result.url.href).toContain(`${proxy.url}/link/results/`);
  expect(result.html).toContain('is connected');
  expect(proxy.strays).toEqual([]);
});

test.for(['', '/'])('%j leads to GraphiQL, which finds its files', async (path) => {
  const { proxy } = behindProxy();
  const accept = 'text/html';

  const page = await fetch(`${proxy.url}${path}`, { headers: { accept } });
  const files = [...(await page.text()).matchAll(/(?:src|href)="([^"]*)"/g)].map(
    ([, file = '']) => new URL(file, page.url),
  );

  expect(page.url).toBe(`${proxy.url}/graphql`);
  expect(files).toHaveLength(3);
  for (const file of files) expect((await fetch(file)).status).toBe(200);
  expect(proxy.strays).toEqual([]);
});

test('GraphiQL finds its files with a slash at the end of its path, too', async () => {
  const { proxy } = behindProxy();
  const { url } = proxy;

  const page = await fetch(`${url}/graphql/`, { headers: { accept: 'text/html' } });
  const script = /src="([^"]*)"/.exec(await page.text())?.[1] ?? '';

  expect((await fetch(new URL(script, page.url))).headers.get('content-type')).toMatch(
    /javascript/,
  );
});

test('the OpenAPI document names the path of the API', async () => {
  const { proxy } = behindProxy();
  const address = `${proxy.url}/api/openapi.json`;

  const document = (await (await fetch(address)).json()) as { servers: { url: string }[] };

  const base = new URL(document.servers[0]?.url ?? '', address).href;
  expect(base).toBe(`${proxy.url}/api`);
  expect((await fetch(`${base}/companies`)).status).toBe(200);
});
