import { existsSync } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Command, CommanderError, Option } from 'commander';
import { createKey, listKeys, revokeKey, type NewKeyOptions } from './keys.ts';
import { ConfigError, type Config } from '../config/config.ts';
import { scopes } from '../domain/api-key.ts';
import { describeFailure } from '../app/gateway/failure.ts';
import type { ImportCommand } from './import.ts';
import { openStore, type StoreOptions } from '../app/gateway/open-store.ts';
import { copyDatabase } from '../store/sqlite/maintenance/copy.ts';
import type { Store } from '../store/store.ts';
import type { Terminal } from '../app/terminal.ts';

// Each command imports its own modules: loading all takes longer than most commands run.

/** The terminal and configuration of a command line. */
export interface CommandLineParts {
  readonly terminal: Terminal;
  /** Reads the configuration. Throws `ConfigError`. */
  readonly loadConfig: () => Config;
}

/** Runs a command line, given without the program name; returns the exit code. */
export async function runCommandLine(
  args: readonly string[],
  parts: CommandLineParts,
): Promise<number> {
  try {
    return await parseAndRun(args, parts);
  } catch (error) {
    // Commander has already printed the error or the requested help.
    if (error instanceof CommanderError) return error.exitCode;
    parts.terminal.tell(`${describeFailure(error)}\n`);
    return 1;
  }
}

async function parseAndRun(args: readonly string[], parts: CommandLineParts): Promise<number> {
  const { terminal } = parts;
  let exitCode = 0;
  const running: Running = {
    ...parts,
    exitWith: (code) => {
      exitCode = code;
    },
  };
  const program = new Command('connexions')
    .exitOverride()
    .configureOutput({ writeOut: terminal.print, writeErr: terminal.tell })
    .description(
      'Self-hosted GraphQL gateway for companies and their data connections. Configured by environment variables: see docs/configuration.md.',
    );
  for (const add of [addGateway, addImport, addMaintenance, addRotation, addKeys, addPersist]) {
    add(program, running);
  }
  await program.parseAsync(args, { from: 'user' });
  return exitCode;
}

/** The terminal, configuration and exit code of a running command. */
interface Running extends CommandLineParts {
  readonly exitWith: (code: number) => void;
}

function addGateway(program: Command, { terminal, loadConfig }: Running): void {
  program
    .command('serve', { isDefault: true })
    .description('run the gateway')
    .action(async () => {
      const { serve } = await import('../app/serve.ts');
      await serve(loadConfig(), { terminal });
    });

  // Internal: `serve` starts as many as WORKERS says.
  program.command('worker', { hidden: true }).action(async () => {
    const { runWorker } = await import('../app/workers/worker.ts');
    await runWorker(loadConfig());
  });
}

function addImport(program: Command, { terminal, loadConfig, exitWith }: Running): void {
  program
    .command('import')
    .description('import companies with their connections')
    .argument(
      '<file>',
      'JSON as returned by GET /companies, or NDJSON with one company per line; - for standard input',
    )
    .option('--dry-run', 'check everything, write nothing', false)
    .option('--strict', 'import nothing if any record is refused', false)
    .addOption(
      new Option(
        '--offline',
        'load many new companies several times faster; requires exclusive access to the database',
      )
        .default(false)
        .conflicts('strict'),
    )
    .action(async (file: string, options: Pick<ImportCommand, 'strict' | 'offline' | 'dryRun'>) => {
      const { limits, database, platforms } = loadConfig();
      if (file !== '-' && (await stat(file)).isDirectory()) {
        throw new ConfigError(`${file} is a folder: pass a file`);
      }
      const command = { file, ...options, maxConnections: limits.connectionsPerCompany };
      exitWith(
        options.dryRun
          ? await rehearse({ file: database.file, platforms }, command, terminal)
          : await importInto({ file: database.file, platforms }, command, terminal),
      );
    });
}

function addMaintenance(program: Command, { terminal, loadConfig, exitWith }: Running): void {
  program
    .command('backup')
    .description('back up the database; works while the gateway runs')
    .argument('<file>', 'file to write; must not exist unless --force is given')
    .option('--force', 'replace an existing file', false)
    .action(async (file: string, { force }: { force: boolean }) => {
      const { runBackup } = await import('./maintenance.ts');
      exitWith(await runBackup({ database: loadConfig().database.file, file, force }, terminal));
    });

  program
    .command('restore')
    .description('replace the database with a backup; stop the gateway first')
    .argument('<file>', 'backup to restore')
    .action(async (file: string) => {
      const { runRestore } = await import('./maintenance.ts');
      exitWith(await runRestore({ database: loadConfig().database.file, file }, terminal));
    });

  program
    .command('check')
    .description('check the database or a backup for damage and inconsistencies')
    .argument('[file]', 'file to check (default: the configured database)')
    .action(async (file?: string) => {
      const { runCheck } = await import('./maintenance.ts');
      exitWith(runCheck(file ?? loadConfig().database.file, terminal));
    });
}

function addRotation(program: Command, { terminal, loadConfig, exitWith }: Running): void {
  program
    .command('rotate-keys')
    .description(
      'encrypt all secrets again with the first of ENCRYPTION_KEYS; works while the gateway runs',
    )
    .action(async () => {
      const config = loadConfig();
      requireKeysToRotate(config);
      const { runRotation } = await import('./encryption.ts');
      const { createVault } = await import('../vault/vault.ts');
      exitWith(
        await withStore(config, terminal, (store) =>
          runRotation(store, createVault(config.encryptionKeys), terminal),
        ),
      );
    });
}

function addKeys(program: Command, { terminal, loadConfig, exitWith }: Running): void {
  const keys = program.command('keys').description('manage API keys');

  keys
    .command('create')
    .description('create an API key and show it once')
    .requiredOption('--name <name>', 'name of the key, such as what it is used for')
    .addOption(
      new Option('--scope <scope>', 'scope of the key').choices(scopes).makeOptionMandatory(),
    )
    .option(
      '--expires <duration>',
      'lifetime of the key, such as 90d or 12h (default: never expires)',
    )
    .action(async (options: NewKeyOptions) => {
      const config = loadConfig();
      exitWith(
        await withStore(config, terminal, (store) =>
          createKey(store, config.access.maxApiKeys, options, terminal),
        ),
      );
    });

  keys
    .command('list')
    .description('list all API keys')
    .action(async () => {
      exitWith(await withStore(loadConfig(), terminal, (store) => listKeys(store, terminal)));
    });

  keys
    .command('revoke')
    .description('revoke an API key permanently')
    .argument('<key>', 'id of the key, or its prefix as shown by the list command')
    .action(async (key: string) => {
      exitWith(await withStore(loadConfig(), terminal, (store) => revokeKey(store, key, terminal)));
    });
}

function addPersist(program: Command, { terminal, loadConfig, exitWith }: Running): void {
  program
    .command('persist')
    .description('add operations to a file of persisted documents')
    .argument(
      '<path...>',
      '.graphql and .gql files, folders of them, and .json files of persisted documents',
    )
    .option('--out <file>', 'file of persisted documents to update', 'persisted-documents.json')
    .option('--replace', 'remove all other documents from the file', false)
    .action(async (paths: string[], options: { out: string; replace: boolean }) => {
      const { limits, access } = loadConfig();
      const { createDocumentCheck } = await import('../api/graphql/execution/document-check.ts');
      const { runPersist } = await import('./persist.ts');
      const check = createDocumentCheck(limits.document, access.introspection);
      exitWith(await runPersist({ paths, ...options }, check, terminal));
    });
}

function requireKeysToRotate({ encryptionKeys, database }: Config): void {
  if (encryptionKeys.length === 0) {
    throw new ConfigError(
      'ENCRYPTION_KEYS must contain the new key first, then the keys that it replaces: see docs/encryption.md',
    );
  }
  if (!existsSync(database.file)) {
    throw new ConfigError(`there is no database at ${resolve(database.file)}`);
  }
}

async function withStore<T>(
  { database, platforms }: Config,
  terminal: Terminal,
  work: (store: Store) => Promise<T>,
): Promise<T> {
  const store = await openStore({ file: database.file, platforms, notify: notifyOn(terminal) });
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

/** The database of an import, and the operator's platforms. */
type Target = Pick<StoreOptions, 'file' | 'platforms'>;

async function importInto(
  target: Target,
  command: ImportCommand,
  terminal: Terminal,
): Promise<number> {
  const { runImport } = await import('./import.ts');
  // A dry run imports into a temporary copy: rebuilding its indexes would only take time.
  const load = command.offline && !command.dryRun;
  const store = await openStore({ ...target, bulk: true, load, notify: notifyOn(terminal) });
  try {
    const ensureIndexes = load ? () => store.ensureIndexes() : undefined;
    return await runImport(command, store, ensureIndexes, terminal);
  } finally {
    if (load) terminal.tell('building the indexes\n');
    await store.close();
  }
}

/** Imports into a copy, so that no transaction blocks a gateway that uses the database. */
async function rehearse(
  { file, platforms }: Target,
  command: ImportCommand,
  terminal: Terminal,
): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'connexions-'));
  try {
    const copy = join(folder, 'copy.db');
    if (existsSync(file)) await copyDatabase(file, copy);
    return await importInto({ file: copy, platforms }, command, terminal);
  } finally {
    await rm(folder, { recursive: true });
  }
}

function notifyOn(terminal: Terminal) {
  return (message: string) => terminal.tell(`${message}\n`);
}
