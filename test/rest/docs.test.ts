import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { runInNewContext } from 'node:vm';
import { CodatPlatform } from '@codat/platform';
import { expect, test } from 'vitest';
import { loadSamples } from '../../src/app/samples/samples.ts';
import { blocksFor } from '../support/block-checks.ts';
import { makeApiKey } from '../support/callers.ts';
import { startRestGateway } from '../support/rest.ts';

const page = readFileSync(new URL('../../docs/rest.md', import.meta.url), 'utf8');
const take = blocksFor(import.meta.url);
const examples = take({ page: 'docs/rest.md', language: 'sh' }).flatMap((it) => it.split('\n\n'));
const setups = take({ page: 'docs/rest.md', language: 'ts' });

/** Runs a command of the page as its reader would, against this gateway. */
async function run(url: string, command: string): Promise<unknown> {
  const { stdout } = await promisify(execFile)('sh', [
    '-c',
    `curl() { command curl --silent --show-error --fail-with-body "$@"; }\n${command.replaceAll('http://127.0.0.1:4000', url)}`,
  ]);
  return JSON.parse(stdout);
}

test('the curl examples of docs/rest.md do what they say', async () => {
  const gateway = await startRestGateway();
  await loadSamples(gateway.store, 1000);
  const [list = '', create = '', unlink = '', ...others] = examples;

  const listed = await run(gateway.url, list);
  const created = await run(gateway.url, create);
  const unlinked = await run(gateway.url, unlink);

  expect(others).toEqual([]);
  expect(listed).toMatchObject({
    results: [{ name: 'Toft stores US' }, { name: 'Toft stores UK' }, { name: 'Technicalium' }],
    pageSize: 10,
  });
  expect(created).toMatchObject({ name: 'Bank of Dave', tags: { region: 'north' } });
  expect(unlinked).toMatchObject({ platformName: 'Pandle', status: 'Unlinked' });
});

test('the SDK works with the base URL and key that docs/rest.md sets', async () => {
  const gateway = await startRestGateway();
  const { secret } = await makeApiKey(gateway, 'write');
  const [setup = '', ...others] = setups;
  const setUp = (key: string): CodatPlatform =>
    runInNewContext(`${setup.replace('http://127.0.0.1:4000', gateway.url)}; codatPlatform`, {
      CodatPlatform,
      Buffer,
      key,
    });

  const { name } = await setUp(secret).companies.create({ name: 'Acme' });

  expect(others).toEqual([]);
  expect(name).toBe('Acme');
  await expect(setUp('no key').companies.list({})).rejects.toMatchObject({ statusCode: 401 });
});

test('the table of docs/rest.md names every operation, and no other', async () => {
  const gateway = await startRestGateway();
  const { paths } = (await (await fetch(`${gateway.url}/api/openapi.json`)).json()) as {
    paths: Record<string, Record<string, unknown>>;
  };
  const methodsOf = (path: string) =>
    Object.keys(paths[path] ?? {}).map((method) => method.toUpperCase());
  const rows = [...page.matchAll(/^\| (`[^|]+?) +\| ([A-Z, ]+?) +\|/gm)].map(
    ([, path = '', methods = '']) => [path, new Set(methods.split(', '))],
  );
  const connection = '/companies/{companyId}/connections/{connectionId}';
  const expected: readonly [string, readonly string[]][] = [
    ['`/companies`', ['/companies']],
    ['`/companies/{companyId}`', ['/companies/{companyId}']],
    ['`/companies/{companyId}/connections`', ['/companies/{companyId}/connections']],
    ['`…/connections/{connectionId}`', [connection]],
    ['`…/connections/{connectionId}/authorization`', [`${connection}/authorization`]],
    [
      '`/integrations`, `/{platformKey}`, `…/branding`',
      ['/integrations', '/integrations/{platformKey}', '/integrations/{platformKey}/branding'],
    ],
    ['`/apiKeys`, `/{apiKeyId}`', ['/apiKeys', '/apiKeys/{apiKeyId}']],
  ];

  expect(new Set(expected.flatMap(([, named]) => named))).toEqual(new Set(Object.keys(paths)));
  expect(rows.slice(0, -1)).toEqual(
    expected.map(([row, named]) => [row, new Set(named.flatMap(methodsOf))]),
  );
});
