import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../support/folder.ts';
import { postQuery, startTestGateway } from '../support/gateway.ts';
import { shared } from '../support/lifetime.ts';
import { companyLinkUrl } from '../support/linking.ts';
import { runHere } from '../support/run-here.ts';
import { countRows } from '../support/stored.ts';
import { startIn, stop, type Started } from './start-in.ts';

interface Companies {
  companies: { totalCount: number; nodes: { id: string; linkUrl: string }[] };
}

const companies = '{ companies { totalCount nodes { id linkUrl } } }';

async function countCompanies(url: string): Promise<number> {
  const { data } = await postQuery<Companies>(url, companies);
  return data.companies.totalCount;
}

/** Starts a gateway in an empty folder, as a new user does. */
async function startInNewFolder(env: Record<string, string> = {}) {
  const folder = await temporaryFolder();
  return { folder, ...(await startIn(folder, env)) };
}

/** Runs the curl command that a start prints, as if it were pasted. Returns the response. */
async function tryIt(welcome: string): Promise<unknown> {
  const command = /^ {2}(curl .*)$/m.exec(welcome)?.[1] ?? '';
  const { stdout } = await promisify(execFile)('sh', ['-c', command]);
  return JSON.parse(stdout);
}

const first = shared(() => startInNewFolder());

test('the first start loads the sample companies, says so, and prints a curl command that works when pasted', async () => {
  const { welcome } = first();

  expect(welcome).toContain('new, with 7 sample companies');
  const { data, errors } = (await tryIt(welcome)) as { data: Companies; errors?: unknown };
  expect(errors).toBeUndefined();
  expect(data.companies.totalCount).toBe(7);
  expect(data.companies.nodes[0]).toHaveProperty('connections');
});

test('on a new database without samples, the printed curl command creates a company, and then lists it', async () => {
  const folder = await temporaryFolder();
  const start = () => startIn(folder, { DATABASE_URL: 'file:./chosen.db' });
  const started = await start();

  const created = await tryIt(started.welcome);
  await stop(started);
  const listed = await tryIt((await start()).welcome);

  expect(created).toMatchObject({ data: { createCompany: { company: { name: 'Acme' } } } });
  expect(listed).toMatchObject({ data: { companies: { totalCount: 1 } } });
});

test('the database of the first start is data/connexions.db, and the terminal shows its path', () => {
  const { folder, welcome } = first();

  const database = join(folder, 'data', 'connexions.db');
  expect(welcome).toContain(`Database: ${database} (new`);
  expect(existsSync(database)).toBe(true);
});

test('a gateway whose sandbox finds its port taken starts without, and says so', async () => {
  const { port } = new URL(first().url);

  const { welcome, url } = await startInNewFolder({ SANDBOX: 'on', SANDBOX_PORT: port });

  expect(welcome).toContain(`WARNING: the sandbox could not start on port ${port}`);
  expect(await countCompanies(url)).toBe(7);
});

test('a gateway that is open to everybody on this machine says so', () => {
  expect(first().welcome).toContain('WARNING: no API key exists');
});

describe('when the first was stopped,', () => {
  const second = shared(async () => {
    const { folder } = first();
    await stop(first());
    const database = join(folder, 'data', 'connexions.db');
    const eventsBefore = countRows(database, 'events');
    return { folder, database, eventsBefore, ...(await startIn(folder)) };
  });

  test('the second start does not load the samples again', async () => {
    const { welcome, url, database, eventsBefore } = second();

    expect(welcome).not.toContain('sample');
    expect(await countCompanies(url)).toBe(7);
    expect(countRows(database, 'events')).toBe(eventsBefore);
  });

  test('a second start brings back no sample that was deleted', async () => {
    const { data } = await postQuery<Companies>(second().url, companies);
    for (const { id } of data.companies.nodes) {
      await postQuery(
        second().url,
        'mutation Delete($id: ID!) { deleteCompany(input: { companyId: $id }) { __typename } }',
        { id },
      );
    }
    await stop(second());

    const { url } = await startIn(second().folder);

    expect(data.companies.nodes).toHaveLength(7);
    expect(await countCompanies(url)).toBe(0);
  });
});

async function samplesIn({ welcome, url }: Started) {
  return { saysSo: welcome.includes('sample'), companies: await countCompanies(url) };
}

const noSamples = { saysSo: false, companies: 0 };

test.for([
  ['the default database, chosen', { DATABASE_URL: 'file:./data/connexions.db' }],
  ['production', { NODE_ENV: 'production', ALLOW_ANONYMOUS: 'read' }],
] as const)('no samples are loaded into %s', async ([, env]) => {
  expect(await samplesIn(await startInNewFolder(env))).toEqual(noSamples);
});

describe('with a file .env and some of it in the environment, too,', () => {
  const withFile = shared(async () => {
    const folder = await temporaryFolder();
    await writeFile(
      join(folder, '.env'),
      '# where it is kept\nDATABASE_URL="file:./from-env.db"\nPUBLIC_URL=https://from-env.example\nNODE_ENC=production\nCOMPOSE_FILE=x\n',
    );
    const env = { PUBLIC_URL: 'https://environment.example', WORKERS: '1' };
    const started = await startIn(folder, env);
    return { folder, ...started, loggedAtStart: started.errorOutput() };
  });

  test('no samples are loaded into a database that was chosen', async () => {
    expect(await samplesIn(withFile())).toEqual(noSamples);
  });

  test('what the environment does not say is read from the file .env', async () => {
    const { folder, welcome, url } = withFile();

    expect(welcome).toContain(`Database: ${join(folder, 'from-env.db')}\n`);
    const { data } = await postQuery<{ createCompany: { company: { linkUrl: string } } }>(
      url,
      'mutation { createCompany(input: { name: "A" }) { ... on CreateCompanyPayload { company { linkUrl } } } }',
    );
    expect(data.createCompany.company.linkUrl).toMatch(/^https:\/\/environment\.example\//);
  });

  test('a gateway of one process has no workers, and warns of a name that is nearly a variable', () => {
    const { welcome, loggedAtStart } = withFile();

    expect(welcome).not.toContain('Workers');
    expect(JSON.parse(loggedAtStart)).toMatchObject({
      msg: '.env sets NODE_ENC, which the gateway ignores: is it NODE_ENV?',
    });
  });
});

test('PUBLIC_URL is the base of link URLs', async () => {
  const gateway = await startTestGateway({ publicUrl: 'https://gateway.example/base/' });
  const { companyId } = await gateway.withCompany();

  const linkUrl = await companyLinkUrl(gateway, companyId);

  const base = `https://gateway.example/base/link/companies/${companyId}`;
  expect(linkUrl.replace(/\?.*/, '')).toBe(base);
});

test('without PUBLIC_URL, link URLs start with where the gateway listens', async () => {
  const gateway = await startTestGateway();
  const { companyId } = await gateway.withCompany();

  const linkUrl = await companyLinkUrl(gateway, companyId);

  expect(linkUrl.startsWith(`${gateway.url}/link/companies/`)).toBe(true);
});

test('--help lists the commands', async () => {
  const { code, stdout } = await runHere(['--help']);

  expect(code).toBe(0);
  expect(stdout).toMatch(/^Usage: connexions /);
  expect(stdout).toMatch(/^ {2}serve /m);
  expect(stdout).toMatch(/^ {2}import .*<file>/m);
});

test('import --help says what it takes', async () => {
  const { code, stdout } = await runHere(['import', '--help']);

  expect(code).toBe(0);
  for (const word of ['<file>', 'NDJSON', '--dry-run', '--strict']) expect(stdout).toContain(word);
});

test('a command that does not exist is refused with one clear message', async () => {
  const { code, stderr } = await runHere(['improt']);

  expect(code).toBe(1);
  expect(stderr).toMatch(/^error: .*\n$/);
});
