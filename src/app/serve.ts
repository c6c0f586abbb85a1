import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Logger } from 'pino';
import { ConfigError, type Config } from '../config/config.ts';
import { firstRequest, type FirstRequest } from './first-request.ts';
import { listenForInterruption } from './interruption.ts';
import { createLogger } from './gateway/logger.ts';
import type { PersistedDocuments } from '../api/graphql/execution/persisted-documents.ts';
import { openPersistedDocuments } from './gateway/open-persisted-documents.ts';
import { openStore } from './gateway/open-store.ts';
import { openVault, requireEncryptionKeys, type OpenedVault } from './gateway/open-vault.ts';
import { loadSamples } from './samples/samples.ts';
import type { Gateway } from './gateway/gateway.ts';
import { isOpenToAll } from '../store/sqlite/files/private-files.ts';
import type { Store } from '../store/store.ts';
import type { Terminal } from './terminal.ts';
import { sealedWithMissingKeys } from '../vault/missing-keys.ts';

/** The terminal, log and stop signal of a gateway. */
interface ServeParts {
  readonly terminal: Terminal;
  /** Creates the log; on standard error by default. */
  readonly makeLogger?: (level: string) => Promise<Logger>;
  /** Starts listening for a stop signal and resolves when it comes; SIGINT or SIGTERM by default. */
  readonly stopSignal?: () => Promise<void>;
}

/** Runs the gateway until a signal stops it. */
export async function serve(
  config: Config,
  { terminal, makeLogger = createLogger, stopSignal = signalToProcess }: ServeParts,
): Promise<void> {
  const { file, isDefault, readerThreads } = config.database;
  // Before the database is created: a start that fails here leaves nothing behind.
  requireEncryptionKeys(config);
  const documents = openPersistedDocuments(config);
  const isFirstStart = isDefault && !config.production && !existsSync(file);
  const store = await openStore({ file, readerThreads, platforms: config.platforms });
  try {
    await requireKey(config, store);
    const opened = openVault(config);
    const { vault } = opened;
    const logger = await makeLogger(config.logLevel);
    for (const warning of config.warnings) logger.warn(warning);
    const missing = await sealedWithMissingKeys(store, vault);
    if (missing.size > 0) {
      logger.warn({ sealed: Object.fromEntries(missing) }, 'encryption keys are missing');
    }
    if (isOpenToAll(file)) {
      logger.warn({ file }, 'every user of this machine can open the database: chmod 600 it');
    }
    const samples = isFirstStart
      ? await loadSamples(store, config.limits.connectionsPerCompany)
      : 0;
    // From here on a signal stops the gateway in order, even one that comes right after the ready message.
    const stopped = stopSignal();
    const start = await starterOf(config);
    const gateway = await start(config, {
      store,
      vault,
      documents,
      logger,
      onRequest: () => store.beginTurn(),
      integrationAtHand: (id) => store.integrationAtHand(id),
    });
    const encryption = [describeKey(opened), ...missingWarning(missing)];
    const open = await isOpen(config, store);
    const first = await firstRequest(store, documents);
    terminal.print(welcome(config, gateway, { samples, open, encryption, documents, first }));
    try {
      await Promise.race([stopped, gateway.lost ?? stopped]);
    } finally {
      await gateway.close();
    }
  } finally {
    await store.close();
  }
  // The trace exporter retries for a while, which would keep the process alive if the collector is gone.
  if (config.tracesUrl !== undefined) process.exit();
}

/** Returns the function that starts the gateway. With workers, the primary process does not load their modules. */
async function starterOf({ workers }: Config) {
  return workers > 1
    ? (await import('./workers/primary.ts')).startWorkers
    : (await import('./gateway/gateway.ts')).startGateway;
}

/** Resolves at the first SIGINT or SIGTERM; a second one ends the process at once. */
async function signalToProcess(): Promise<void> {
  await once(listenForInterruption().signal, 'abort');
}

/** Reports whether all access is open: no API key was ever created, and only this machine reaches the gateway. */
async function isOpen({ access }: Config, store: Store): Promise<boolean> {
  return access.anonymous === 'untilFirstKey' && !(await store.apiKeys.any());
}

async function requireKey({ access, host }: Config, store: Store): Promise<void> {
  if (access.anonymous !== 'none' || (await store.apiKeys.any())) return;
  throw new ConfigError(
    [
      `No API key exists, and other machines may reach the gateway (HOST is ${host}, or NODE_ENV is production). Create one:`,
      '',
      '  npm run keys -- create --name "first" --scope admin',
      '',
      'Or set ALLOW_ANONYMOUS=read to allow everyone to read without an API key.',
    ].join('\n'),
  );
}

const openWarning = [
  '  WARNING: no API key exists, so every program on this machine can read and change everything.',
  '  To require API keys, create one: npm run keys -- create --name "first" --scope admin',
];

function describeKey({ vault, keyFile }: OpenedVault): string {
  const what = `  Encryption key ${vault.keyId}:`;
  if (!keyFile) return `${what} the first of ENCRYPTION_KEYS`;
  const made = ' (new; keep a copy: without it, credentials cannot be decrypted)';
  return `${what} ${keyFile.path}${keyFile.isNew ? made : ''}`;
}

function missingWarning(missing: ReadonlyMap<string, number>): string[] {
  if (missing.size === 0) return [];
  const total = [...missing.values()].reduce((sum, count) => sum + count);
  const keyIds = [...missing.keys()].join(', ');
  return [
    '',
    `  WARNING: ${total} secrets in the database are encrypted with keys that are missing (${keyIds}).`,
    '  They are kept, but their connections do not work until you add the keys or link the connections again.',
    '  See docs/encryption.md.',
  ];
}

function describeSandbox(sandbox: Config['sandbox'], url: string | undefined): string[] {
  if (sandbox === undefined) return [];
  return url === undefined
    ? [
        `  WARNING: the sandbox could not start on port ${sandbox.port}; see the log. Set SANDBOX_PORT to use another port.`,
      ]
    : [
        `  Sandbox: ${url}, with platforms that you can link without an account: open the linkUrl of a company`,
      ];
}

function describeDocuments(
  { count, only }: PersistedDocuments,
  config: Config['persistedDocuments'],
): string[] {
  if (config === undefined) return [];
  return [
    `  Persisted documents: ${count} in ${resolve(config.file)}${only ? '; no other documents are allowed' : ''}`,
  ];
}

interface Said {
  readonly samples: number;
  readonly open: boolean;
  /** Lines about the encryption keys of credentials. */
  readonly encryption: readonly string[];
  readonly documents: PersistedDocuments;
  readonly first: FirstRequest;
}

function welcome(
  { database, graphiql, sandbox, persistedDocuments, workers }: Config,
  { url, sandboxUrl }: Gateway,
  { samples, open, encryption, documents, first }: Said,
): string {
  const authorization = open ? '' : ` -H 'authorization: Bearer YOUR_KEY'`;
  const loaded = samples > 0 ? ` (new, with ${samples} sample companies)` : '';
  return `${[
    '',
    `  Connexions is ready at ${url}/graphql`,
    ...(graphiql ? ['  Open this URL in a browser to explore the API in GraphiQL.'] : []),
    `  Database: ${resolve(database.file)}${loaded}`,
    ...(workers > 1 ? [`  Workers: ${workers} processes`] : []),
    ...encryption,
    ...describeDocuments(documents, persistedDocuments),
    ...describeSandbox(sandbox, sandboxUrl),
    ...(open ? ['', ...openWarning] : []),
    '',
    `  ${first.title}`,
    '',
    `  curl ${url}/graphql -H 'content-type: application/json'${authorization} -d '${JSON.stringify(first.body)}'`,
    '',
  ].join('\n')}\n`;
}
