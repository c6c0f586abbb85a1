import { join } from 'node:path';
import { temporaryFolder } from '../support/folder.ts';
import { runCommand } from '../support/process.ts';

/** The path of the sample export. */
export const samples = new URL('../../src/samples/companies.json', import.meta.url).pathname;

/** A folder with a database, which need not exist yet, to run `connexions import` on. */
export async function importer() {
  const folder = await temporaryFolder();
  const database = join(folder, 'test.db');
  return {
    folder,
    database,
    run: (args: readonly string[], input?: string) =>
      runCommand(['import', ...args], {
        cwd: folder,
        env: { DATABASE_URL: `file:${database}` },
        ...(input !== undefined && { input }),
      }).finished,
  };
}
