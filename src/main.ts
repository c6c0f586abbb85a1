#!/usr/bin/env node
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { Command } from 'commander';
import { ConfigError, loadConfig } from './config.ts';
import { runImport } from './import/command.ts';
import { openStore } from './open-store.ts';
import { serve } from './serve.ts';
import { copyDatabase } from './store/sqlite/copy.ts';
import { StoreUnavailableError } from './store/store.ts';

const program = new Command('connexions').description(
  'Self-hosted GraphQL gateway for companies and their data connections. Configured by environment variables: see README.md.',
);

program
  .command('serve', { isDefault: true })
  .description('run the gateway')
  .action(() => serve(loadConfig()));

program
  .command('import')
  .description('import companies with their connections')
  .argument(
    '<file>',
    'JSON as GET /companies answers it, or NDJSON, one company a line; - for standard input',
  )
  .option('--dry-run', 'check everything, write nothing', false)
  .option('--strict', 'import all records or, if any is refused, none', false)
  .action(async (file: string, { dryRun, strict }: { dryRun: boolean; strict: boolean }) => {
    const database = loadConfig().database.file;
    if (file !== '-') await stat(file);
    process.exitCode = dryRun
      ? await rehearse(database, file, strict)
      : await importInto(database, { file, strict, dryRun });
  });

async function importInto(database: string, command: Parameters<typeof runImport>[0]) {
  const store = await openStore({ file: database });
  try {
    return await runImport(command, store);
  } finally {
    await store.close();
  }
}

/** Imports into a copy: no transaction of this import holds up a gateway that uses the database. */
async function rehearse(database: string, file: string, strict: boolean): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'connexions-'));
  try {
    const copy = join(folder, 'copy.db');
    await copyDatabase(database, copy);
    return await importInto(copy, { file, strict, dryRun: true });
  } finally {
    await rm(folder, { recursive: true });
  }
}

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = 1;
  const expected =
    error instanceof ConfigError || error instanceof StoreUnavailableError || isSystemError(error);
  process.stderr.write(`${expected ? (error as Error).message : inspect(error)}\n`);
}

/** An error of the operating system, such as a port that is taken or a file that is missing; its message says all. */
function isSystemError(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error;
}
