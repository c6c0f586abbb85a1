import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../support/folder.ts';
import { postQuery } from '../support/gateway.ts';
import { runCommand } from '../support/process.ts';
import { countRows } from '../support/stored.ts';
import { startIn, stop } from './start-in.ts';

interface Companies {
  companies: { totalCount: number; nodes: { id: string; linkUrl: string }[] };
}

const companies = '{ companies { totalCount nodes { id linkUrl } } }';

async function countCompanies(url: string): Promise<number> {
  const { data } = await postQuery<Companies>(url, companies);
  return data.companies.totalCount;
}

test('the first start loads the sample companies, says so, and prints a curl command that works when pasted', async () => {
  const { welcome } = await startIn(await temporaryFolder());

  expect(welcome).toContain('new, with 7 sample companies');
  const command = /^ {2}(curl .*)$/m.exec(welcome)?.[1] ?? '';
  const { stdout } = await promisify(execFile)('sh', ['-c', command]);
  const { data, errors } = JSON.parse(stdout) as { data: Companies; errors?: unknown };
  expect(errors).toBeUndefined();
  expect(data.companies.totalCount).toBe(7);
  expect(data.companies.nodes[0]).toHaveProperty('connections');
});

test('the database of the first start is data/connexions.db, and the terminal shows its path', async () => {
  const folder = await temporaryFolder();

  const { welcome } = await startIn(folder);

  const database = join(folder, 'data', 'connexions.db');
  expect(welcome).toContain(`Database: ${database} (new`);
  expect(existsSync(database)).toBe(true);
});

test('a gateway whose sandbox finds its port taken starts without, and says so', async () => {
  const first = await startIn(await temporaryFolder());
  const { port } = new URL(first.url);
  const env = { SANDBOX: 'on', SANDBOX_PORT: port };

  const { welcome, url } = await startIn(await temporaryFolder(), env);

  expect(welcome).toContain(`WARNING: the sandbox could not start on port ${port}`);
  expect(await countCompanies(url)).toBe(7);
});

test('the second start does not load the samples again', async () => {
  const folder = await temporaryFolder();
  await stop(await startIn(folder));
  const events = countRows(join(folder, 'data', 'connexions.db'), 'events');

  const { welcome, url } = await startIn(folder);

  expect(welcome).not.toContain('sample');
  expect(await countCompanies(url)).toBe(7);
  expect(countRows(join(folder, 'data', 'connexions.db'), 'events')).toBe(events);
});

test('a second start brings back no sample that was deleted', async () => {
  const folder = await temporaryFolder();
  const first = await startIn(folder);
  const { data } = await postQuery<Companies>(first.url, companies);
  for (const { id } of data.companies.nodes) {
    await postQuery(
      first.url,
      'mutation Delete($id: ID!) { deleteCompany(input: { companyId: $id }) { __typename } }',
      { id },
    );
  }
  await stop(first);

  const { url } = await startIn(folder);

  expect(await countCompanies(url)).toBe(0);
});

test.for([
  ['a database that was chosen', { DATABASE_URL: 'file:./chosen.db' }],
  ['the default database, chosen', { DATABASE_URL: 'file:./data/connexions.db' }],
  ['production', { NODE_ENV: 'production', ALLOW_ANONYMOUS: 'read' }],
] as const)('no samples are loaded into %s', async ([, env]) => {
  const { welcome, url } = await startIn(await temporaryFolder(), env);

  expect(welcome).not.toContain('sample');
  expect(await countCompanies(url)).toBe(0);
});

test('PUBLIC_URL is the base of link URLs', async () => {
  const env = { PUBLIC_URL: 'https://gateway.example/base/' };
  const { url } = await startIn(await temporaryFolder(), env);

  const { data } = await postQuery<Companies>(url, companies);

  const [company] = data.companies.nodes;
  const base = `https://gateway.example/base/link/companies/${company?.id}`;
  expect(company?.linkUrl.replace(/\?.*/, '')).toBe(base);
});

test('without PUBLIC_URL, link URLs start with where the gateway listens', async () => {
  const { url } = await startIn(await temporaryFolder());

  const { data } = await postQuery<Companies>(url, companies);

  expect(data.companies.nodes[0]?.linkUrl.startsWith(`${url}/link/companies/`)).toBe(true);
});

test('what the environment does not say is read from the file .env', async () => {
  const folder = await temporaryFolder();
  await writeFile(
    join(folder, '.env'),
    '# where it is kept\nDATABASE_URL="file:./from-env.db"\nPUBLIC_URL=https://from-env.example\n',
  );

  const { welcome, url } = await startIn(folder, { PUBLIC_URL: 'https://environment.example' });

  expect(welcome).toContain(`Database: ${join(folder, 'from-env.db')}\n`);
  const { data } = await postQuery<{ createCompany: { company: { linkUrl: string } } }>(
    url,
    'mutation { createCompany(input: { name: "A" }) { ... on CreateCompanyPayload { company { linkUrl } } } }',
  );
  expect(data.createCompany.company.linkUrl).toMatch(/^https:\/\/environment\.example\//);
});

test('a gateway that is open to everybody on this machine says so', async () => {
  const { welcome } = await startIn(await temporaryFolder());

  expect(welcome).toContain('WARNING: there is no API key');
});

test('--help lists the commands', async () => {
  const { code, stdout } = await runCommand(['--help']).finished;

  expect(code).toBe(0);
  expect(stdout).toMatch(/^Usage: connexions /);
  expect(stdout).toMatch(/^ {2}serve /m);
  expect(stdout).toMatch(/^ {2}import .*<file>/m);
});

test('import --help says what it takes', async () => {
  const { code, stdout } = await runCommand(['import', '--help']).finished;

  expect(code).toBe(0);
  for (const word of ['<file>', 'NDJSON', '--dry-run', '--strict']) expect(stdout).toContain(word);
});

test('a command that does not exist is refused with one clear message', async () => {
  const { code, stderr } = await runCommand(['improt']).finished;

  expect(code).toBe(1);
  expect(stderr).toMatch(/^error: .*\n$/);
});
