import { join } from 'node:path';
import { temporaryFolder } from '../support/folder.ts';
import { runCommand, type Finished } from '../support/process.ts';
import { runHere } from '../support/run-here.ts';

/** The path of the sample export. */
export const samples = new URL('../../src/app/samples/companies.json', import.meta.url).pathname;

type RunImport = (args: readonly string[], input?: string) => Promise<Finished>;

/** Makes a folder for a database, which need not exist yet, and functions that run `connexions import` on it. */
export async function importer(variables: Record<string, string> = {}) {
  const folder = await temporaryFolder();
  const database = join(folder, 'test.db');
  const env = { DATABASE_URL: `file:${database}`, ...variables };
  const run: RunImport = (args, input = '') => runHere(['import', ...args], { env, input });
  /** Runs the import in its own process, with the folder as working directory. */
  const runInProcess: RunImport = (args, input = '') =>
    runCommand(['import', ...args], { cwd: folder, env, input }).finished;
  return { folder, database, run, runInProcess };
}
