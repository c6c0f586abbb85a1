import { execFileSync } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import { manyCompanies } from '../support/companies.ts';
import { temporaryFolder } from '../support/folder.ts';
import { postQuery, startTestGateway } from '../support/gateway.ts';
import { ndjson } from '../support/import.ts';
import { placeNewDatabase } from '../support/new-database.ts';
import { runCommand } from '../support/process.ts';
import { untilServed } from '../support/retry.ts';
import { amount } from '../support/soak.ts';
import { countRows, faultsOf } from '../support/stored.ts';
import { until } from '../support/until.ts';

/** The number of companies that an import reads before it writes any of them. */
const atOnce = 1500;
const number = amount({ usual: 1600, soak: 4000 });

/** Makes an empty database and functions that import companies into it. */
async function sharedDatabase() {
  const folder = await temporaryFolder();
  const database = join(folder, 'test.db');
  const env = { DATABASE_URL: `file:${database}` };
  const importFile = (file: string, args: readonly string[] = []) =>
    runCommand(['import', ...args, file], { env });
  await placeNewDatabase(database);
  return {
    database,
    importFile,
    /** Imports companies from an input that stays open, as if more were to come. */
    importFirst: (companies: readonly unknown[]) =>
      runCommand(['import', '-'], { env, input: ndjson(companies), keepInputOpen: true }),
    fileOf: async (companies: readonly unknown[]) => {
      const file = join(folder, 'companies.ndjson');
      await writeFile(file, ndjson(companies));
      return file;
    },
  };
}

interface Data {
  createCompany: { company: { id: string } };
  updateCompany: unknown;
  company: unknown;
  companies: { totalCount: number };
}

const rename = /* GraphQL */ `
  mutation Rename($companyId: ID!, $name: String!) {
    updateCompany(input: { companyId: $companyId, name: $name }) {
      ... on UpdateCompanyPayload {
        company {
          name
        }
      }
    }
  }
`;

const create = /* GraphQL */ `
  mutation Create {
    createCompany(input: { name: "Made meanwhile" }) {
      ... on CreateCompanyPayload {
        company {
          id
        }
      }
    }
  }
`;

test('a gateway answers and changes what it is asked to while an import runs', async () => {
  const { database, importFirst } = await sharedDatabase();
  const { url } = await startTestGateway({ file: database });
  const send = (document: string, variables = {}) =>
    untilServed(() => postQuery<Data>(url, document, variables));
  const { data } = await send(create);
  const companyId = data.createCompany.company.id;
  const companies = manyCompanies(number);
  const importing = importFirst(companies.slice(0, atOnce));
  await until('something is imported', () => countRows(database, 'connections') > 0);

  let renamed = 0;
  let name = '';
  while (importing.child.exitCode === null) {
    name = `Renamed ${(renamed += 1)} times`;
    const answer = await send(rename, { companyId, name });
    expect(answer.data.updateCompany).toEqual({ company: { name } });
    if (renamed === 1) importing.child.stdin?.end(ndjson(companies.slice(atOnce)));
  }

  const { code, stdout } = await importing.finished;
  expect(code).toBe(0);
  expect(stdout).toContain(`${number} companies: ${number} created`);
  expect(renamed).toBeGreaterThan(0);
  const after = await send('query Count { companies { totalCount } }');
  expect(after.data.companies.totalCount).toBe(number + 1);
  const company = await send('query Name($id: ID!) { company(id: $id) { name } }', {
    id: companyId,
  });
  expect(company.data.company).toEqual({ name });
  expect(faultsOf(database)).toEqual([]);
});

test('two imports at once both complete', async () => {
  const { database, importFirst } = await sharedDatabase();
  const sources = [1, 2].map(() => manyCompanies(number));
  const importing = sources.map((companies) => importFirst(companies.slice(0, atOnce)));
  await until('both are under way', () => countRows(database, 'companies') === 2 * atOnce);

  for (const [index, companies] of sources.entries()) {
    importing[index]?.child.stdin?.end(ndjson(companies.slice(atOnce)));
  }
  const both = await Promise.all(importing.map(({ finished }) => finished));

  for (const { stderr, stdout } of both) {
    expect(stderr).toBe('');
    expect(stdout).toContain(`${number} companies: ${number} created`);
  }
  expect(countRows(database, 'companies')).toBe(2 * number);
});

test('the same file imported twice at once is imported once', async () => {
  const { database, importFile, fileOf } = await sharedDatabase();
  const file = await fileOf(manyCompanies(number));

  const both = await Promise.all([importFile(file).finished, importFile(file).finished]);

  const reported = both.map(({ stdout }) =>
    /companies: (\d+) created, 0 updated, (\d+)/.exec(stdout),
  );
  expect(reported.reduce((sum, counts) => sum + Number(counts?.[1]), 0)).toBe(number);
  expect(countRows(database, 'companies')).toBe(number);
  expect(countRows(database, 'events')).toBe(2 * number);
});

test('an import outlasts another process that holds the database for longer than one try', async () => {
  const { database, importFile, fileOf } = await sharedDatabase();
  const other = new Database(database);
  onTestFinished(() => {
    other.close();
  });
  other.exec('BEGIN IMMEDIATE');
  const importing = importFile(await fileOf(manyCompanies(10)));

  // Longer than SQLite's busy timeout. Stops waiting if the import ends early.
  await Promise.race([importing.finished, new Promise((resolve) => setTimeout(resolve, 2500))]);
  other.exec('ROLLBACK');

  const { code, stderr } = await importing.finished;
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
});

test('a dry run goes on while another process holds the database', async () => {
  const { database, importFile, fileOf } = await sharedDatabase();
  const file = await fileOf(manyCompanies(10));
  const other = new Database(database);
  onTestFinished(() => {
    other.close();
  });
  other.exec('BEGIN IMMEDIATE');

  const { code, stdout } = await importFile(file, ['--dry-run']).finished;

  expect(code).toBe(0);
  expect(stdout).toContain('10 companies: 10 created');
});

test.for(['its standard input', 'a named pipe'])(
  'a strict import that waits for %s holds up nobody',
  async (what) => {
    const { file: database, url } = await startTestGateway();
    const pipe = join(await temporaryFolder(), 'pipe');
    execFileSync('mkfifo', [pipe]);
    const isNamed = what === 'a named pipe';
    const { child, finished } = runCommand(['import', '--strict', isNamed ? pipe : '-'], {
      env: { DATABASE_URL: `file:${database}` },
      keepInputOpen: true,
    });
    const input = isNamed ? createWriteStream(pipe) : child.stdin;
    await new Promise((written) => input?.write(ndjson(manyCompanies(10)), written));

    const { errors } = await postQuery(url, create);

    expect(errors).toEqual([]);
    input?.end();
    expect((await finished).code).toBe(0);
    expect(countRows(database, 'companies')).toBe(11);
  },
);
