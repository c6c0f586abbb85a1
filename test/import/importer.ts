import { join } from 'node:path';
import { temporaryFolder } from '../support/folder.ts';
import { runCommand, type Finished } from '../support/process.ts';
import { runHere } from '../support/run-here.ts';

/** The path of the sample export. */
export const samples = new URL('../../src/app/samples/companies.json', import.meta.url).pathname;

type RunImport = (args: readonly string[], input?: string) => Promise<Finished>;

/** A folder with a database, which need not exist yet, to run `connexions import` on. */
export async function importer() {
  const folder = await temporaryFolder();
  const database = join(folder, 'test.db');
  const env = { DATABASE_URL: `file:${database}` };
  const run: RunImport = (args, input = '') => runHere(['import', ...args], { env, input });
  /** In a process of its own, whose working directory is the folder. */
  const runInProcess: RunImport = (args, input = '') =>
    runCommand(['import', ...args], { cwd: folder, env, input }).finished;
  return { folder, database, run, runInProcess };
}
