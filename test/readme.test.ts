import { readdirSync, readFileSync } from 'node:fs';
import { buildSchema, parse, validate } from 'graphql';
import { expect, test } from 'vitest';
import { loadSamples } from '../src/app/samples/samples.ts';
import { blocksFor } from './support/block-checks.ts';
import { startTestGateway } from './support/gateway.ts';
import { choose, openBrowser, startLinkingGateway } from './support/linking.ts';

const read = (file: string) => readFileSync(new URL(`../${file}`, import.meta.url), 'utf8');
const readme = read('README.md');
const docs = readdirSync(new URL('../docs', import.meta.url))
  .filter((file) => file.endsWith('.md'))
  .map((file) => `docs/${file}`);

const take = blocksFor(import.meta.url);
const [answer = ''] = take({ page: 'README.md', language: 'json' });
const inReadme = take({ page: 'README.md', language: 'graphql' });
const inOtherPages = ['docs/linking.md', 'docs/queries.md'].flatMap((page) =>
  take({ page, language: 'graphql' }),
);

test('the README has at most 200 lines', () => {
  expect(readme.split('\n').length).toBeLessThanOrEqual(200);
});

test("the README's first query gives the README's answer", async () => {
  const gateway = await startTestGateway();
  await loadSamples(gateway.store, 1000);
  const body = /-d '(.+)'/.exec(readme)?.[1] ?? '';
  const { query } = JSON.parse(body) as { query: string };

  const { data, errors } = await gateway.query(query);

  expect(errors).toEqual([]);
  expect({ data }).toEqual(JSON.parse(answer));
});

test("the README's link leads to a page with the accounting sandbox to choose", async () => {
  const gateway = await startLinkingGateway();
  await loadSamples(gateway.store, 1000);
  const document = inReadme.find((it) => it.includes('linkUrl')) ?? '';
  const { data } = await gateway.query(document);

  const sent = await choose(openBrowser(), data.companies.nodes[0].linkUrl);

  expect(sent.url.origin).toBe(gateway.sandboxUrl);
});

test.for([...inReadme, ...inOtherPages])(
  'a GraphQL example of the README and docs is valid: %s',
  (document) => {
    expect(validate(buildSchema(read('schema.graphql')), parse(document))).toEqual([]);
  },
);

test('docs/configuration.md and .env.example name every variable of the configuration, and no other', () => {
  const known = [...read('src/config/environment.ts').matchAll(/^ {2}([A-Z_]+):/gm)].map(
    ([, name]) => name,
  );
  const page = read('docs/configuration.md');
  const inDocs = [...page.matchAll(/^\| `([A-Z_]+)`/gm)].map(([, name]) => name);
  const inExample = [...read('.env.example').matchAll(/^#?([A-Z_]+)=/gm)].map(([, name]) => name);

  expect(known.length).toBeGreaterThan(5);
  // The variables of OAuth clients contain the keys of integrations.
  expect(new Set(inExample.filter((name) => !name?.startsWith('CLIENT_')))).toEqual(new Set(known));
  expect(new Set(inDocs)).toEqual(new Set(known));
});

test('the docs name every code of an error that is returned', () => {
  const pages = read('docs/queries.md') + read('docs/rest.md');
  const sources = readdirSync(new URL('../src', import.meta.url), { recursive: true })
    .map(String)
    // The sandbox is a platform beside the gateway: its errors are none of the API.
    .filter((file) => file.endsWith('.ts') && !file.startsWith('sandbox/'))
    .map((file) => read(`src/${file}`));
  const codes = new Set([...sources.join('\n').matchAll(/code: '([A-Z_]+)'/g)].map(([, it]) => it));
  // A code of the file system.
  codes.delete('EEXIST');

  expect(codes.size).toBeGreaterThan(10);
  for (const code of codes) expect(pages).toContain(`\`${code}\``);
});

test('every npm script that the documentation names is in package.json', () => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  const pages = ['README.md', 'CONTRIBUTING.md', ...docs].map(read).join();
  const named = [...pages.matchAll(/npm run ([\w:-]+)/g)].map(([, name = '']) => name);

  expect(named.length).toBeGreaterThan(5);
  for (const name of named) expect(Object.keys(scripts)).toContain(name);
});
