import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { environment } from '../src/config/environment.ts';
import { ask } from './support/callers.ts';
import { startTestGateway } from './support/gateway.ts';

const root = new URL('../', import.meta.url);
const read = (file: string) => readFileSync(new URL(file, root), 'utf8');
const operations = read('docs/operations.md');
const security = read('docs/security.md');

/** Returns the distinct matches of a pattern's first group in a text. */
function named(text: string, pattern: RegExp): Set<string> {
  return new Set([...text.matchAll(pattern)].map(([, name = '']) => name));
}

/** Returns the part of a page from its heading to the next heading of the same level. */
function section(page: string, heading: string): string {
  const [, after = ''] = page.split(`\n## ${heading}\n`);
  return after.split('\n## ', 1)[0] ?? '';
}

const inDocs = readdirSync(new URL('docs', root)).filter((file) => file.endsWith('.md'));
const pages = [
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  ...inDocs.map((file) => `docs/${file}`),
];

const checklists = ['docs/security.md', 'docs/linking.md'];

test('the index of the docs lists every page', () => {
  const listed = named(read('docs/README.md'), /\]\(([\w-]+\.md)\)/g);

  expect([...listed].toSorted()).toEqual(inDocs.filter((file) => file !== 'README.md'));
});

test.for(pages)('every relative link of %s leads somewhere', (page) => {
  const links = named(read(page), /\]\(((?!https?:)[^)\s]+)\)/g);

  const broken = [...links].filter((link) => {
    const target = new URL(link, new URL(page, root));
    const anchor = target.hash.slice(1);
    return !existsSync(target.pathname) || (anchor !== '' && !anchorsOf(target).includes(anchor));
  });
  expect(broken).toEqual([]);
});

/** Returns the anchors of a page's headings, as they appear on the web. */
function anchorsOf({ pathname }: URL): string[] {
  const headings = named(readFileSync(pathname, 'utf8'), /^#+ (.+)$/gm);
  return [...headings].map((heading) =>
    heading
      .toLowerCase()
      .replace(/[^\w\s-]/g, '')
      .replaceAll(' ', '-'),
  );
}

test.for(checklists)('every test that %s names exists', (checklist) => {
  const text = read(checklist);
  const tests = [...text.matchAll(/`(test\/[\w/.-]+)`: "([^"]+)"/g)];

  expect(tests.length).toBeGreaterThan(40);
  expect(new Set(tests.map(([, file]) => file))).toEqual(named(text, /`(test\/[^`]+)`/g));
  const missing = tests.filter(([, file = '', name = '']) => {
    return !existsSync(new URL(file, root)) || !read(file).includes(name);
  });
  expect(missing.map(([it]) => it)).toEqual([]);
});

/** Returns the metrics of a gateway after a request that it rejected. */
async function exposedMetrics(): Promise<Set<string>> {
  const gateway = await startTestGateway();
  await ask(gateway, { query: '{ company(id: "no uuid") { id } }' });
  const response = await fetch(`${gateway.url}/metrics`);
  return named(await response.text(), /^# TYPE (\w+) /gm);
}

// Some metrics of the process exist only on Linux.
const own = /^(connexions|nodejs)_/;

test('docs/operations.md explains every metric, and no other', async () => {
  const exposed = [...(await exposedMetrics())];
  const explained = [...named(section(operations, 'Metrics'), /^\| `(\w+)`/gm)];

  expect(explained).toEqual(expect.arrayContaining(exposed));
  expect(explained.filter((name) => own.test(name)).toSorted()).toEqual(
    exposed.filter((name) => own.test(name)).toSorted(),
  );
});

test('the alerts watch metrics that exist', async () => {
  const exposed = await exposedMetrics();
  const watched = named(read('deploy/alerts.yml'), /\b((?:connexions|nodejs)_\w+)\b/g);

  expect(watched.size).toBeGreaterThan(2);
  for (const name of watched) expect(exposed).toContain(name.replace(/_bucket$/, ''));
});

test('docs/operations.md explains every alert, and no other', () => {
  expect(named(section(operations, 'Alerts'), /^\| `(\w+)`/gm)).toEqual(
    named(read('deploy/alerts.yml'), /alert: (\w+)/g),
  );
});

const variables = new Set(Object.keys(environment.shape));

test('docs/operations.md places every variable, and no other', () => {
  const table = section(operations, 'Configuration').match(/^\|.*/gm) ?? [];
  const placed = table.map((row) => row.split(' | ')[1] ?? '').join();

  expect(named(placed, /`([A-Z_]+)`/g)).toEqual(variables);
});

test('every name in capitals in the docs is a variable of the configuration or a code of an error', () => {
  const codes = named(sources().join('\n'), /'([A-Z_]+)'/g);
  const ofOthers = named(read('docs/configuration.md'), /`(OTEL_\w+)`/g);

  const names = named(`${operations}${security}`, /`([A-Z][A-Z_]+)(?:=[^`]*)?`/g);

  expect(names.size).toBeGreaterThan(20);
  for (const name of names) expect([...variables, ...codes, ...ofOthers]).toContain(name);
});

test('docs/queries.md lists every code of an error of GraphQL', () => {
  const listed = named(section(read('docs/queries.md'), 'Errors'), /^\| `([A-Z_]+)`/gm);
  const texts = sources(/^(api\/(graphql|http)|operations|web)\//).join('\n');

  const codes = [...named(texts, /\bcode: '([A-Z_]+)'/g)];

  expect(codes.length).toBeGreaterThan(20);
  expect(codes.filter((code) => !listed.has(code))).toEqual([]);
});

function sources(of = /./): string[] {
  const files = readdirSync(new URL('src', root), { recursive: true, encoding: 'utf8' });
  return files
    .filter((file) => file.endsWith('.ts') && of.test(file))
    .map((file) => read(`src/${file}`));
}

test.for(['Dockerfile', 'deploy/connexions.service', 'deploy/connexions-backup.service'])(
  '%s sets variables that exist',
  (file) => {
    const lines = /^(?:ENV NODE_ENV(?:.*\\\n)*.*|Environment=.*)$/gm;
    const set = named(read(file).match(lines)?.join('\n') ?? '', /(?:^|[\s=])([A-Z_]{4,})=/g);

    expect(set.size).toBeGreaterThan(1);
    for (const name of set) expect(variables).toContain(name);
  },
);
