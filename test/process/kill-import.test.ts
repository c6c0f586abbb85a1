import { randomInt } from 'node:crypto';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { manyCompanies } from '../support/companies.ts';
import { temporaryFolder } from '../support/folder.ts';
import { ndjson } from '../support/import.ts';
import { placeNewDatabase } from '../support/new-database.ts';
import { runCommand } from '../support/process.ts';
import { amount } from '../support/soak.ts';
import { countRows, faultsOf, rowsOf } from '../support/stored.ts';
import { until } from '../support/until.ts';

const rounds = amount({ usual: 1, soak: 4 });
// More than all rounds import together: an import that is killed late may have written another 1,500.
const enoughForAll = amount({ usual: 3000, soak: 10_000 });

/** Makes a file of companies and the path of a database, which does not exist yet, to import them into. */
async function largeFile(number: number) {
  const folder = await temporaryFolder();
  const [file, input] = [join(folder, 'test.db'), join(folder, 'companies.ndjson')] as const;
  await writeFile(input, ndjson(manyCompanies(number)));
  const env = { DATABASE_URL: `file:${file}` };
  return { file, startImport: () => runCommand(['import', input], { env }) };
}

test('an import that is killed while it creates the database can be started again', async () => {
  const few = amount({ usual: 100, soak: enoughForAll });
  const { file, startImport } = await largeFile(few);
  const { child, finished } = startImport();
  await until('the file is there', () => existsSync(file));
  child.kill('SIGKILL');
  await finished;

  const { code } = await startImport().finished;

  expect(code).toBe(0);
  expect(countRows(file, 'companies')).toBe(few);
  expect(faultsOf(file)).toEqual([]);
});

test(
  'an import that is killed at any moment leaves whole companies, and can be completed',
  { timeout: 60_000 },
  async () => {
    const { file, startImport } = await largeFile(enoughForAll);
    await placeNewDatabase(file);

    for (let round = 0; round < rounds; round += 1) {
      const enough = countRows(file, 'companies') + randomInt(1, 400);
      const { child, finished } = startImport();
      await until(`${enough} companies are in`, () => countRows(file, 'companies') >= enough);
      child.kill('SIGKILL');
      expect((await finished).signal).toBe('SIGKILL');

      expect(faultsOf(file)).toEqual([]);
      expect(rowsOf(file, halfCompanies)).toEqual([]);
    }

    const before = countRows(file, 'companies');
    const { code, stdout } = await startImport().finished;
    expect(code).toBe(0);
    expect(stdout).toMatch(
      `${enoughForAll} companies: ${enoughForAll - before} created, 0 updated, ${before} unchanged, 0 refused`,
    );
  },
);

/** Selects incomplete companies. A complete one has one connection and two events. */
const halfCompanies = `
  SELECT id FROM companies
  WHERE id NOT IN (SELECT company_id FROM connections GROUP BY company_id HAVING count(*) = 1)
    OR id NOT IN (SELECT company_id FROM events GROUP BY company_id HAVING count(*) = 2)`;
