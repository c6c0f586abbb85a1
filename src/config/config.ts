import { readFileSync, statSync } from 'node:fs';
import type { AnonymousAccess } from '../access/authenticate.ts';
import { hostName, isLoopback } from '../web/host.ts';
import type { Network } from '../web/network.ts';
import type { Limits } from '../api/limits.ts';
import type { RedirectOptions } from '../linking/redirect/redirects.ts';
import type { ClientCredentials } from '../platforms/oauth-platform.ts';
import type { EncryptionKey } from '../vault/key.ts';
import { authorizationProfiles } from '../platforms/authorization-profiles.ts';
import type { OwnPlatform } from '../platforms/platform-file.ts';
import { clientCredentials } from './clients.ts';
import { parseEnvFile } from './env-file.ts';
import { nearName } from './near-names.ts';
import { readPlatformFile } from './platforms.ts';
import { environment, type LogLevel } from './environment.ts';

/** The configuration of the gateway. */
export interface Config {
  /** The address that it listens on. */
  readonly host: string;
  /** The port that it listens on; 0 lets the system choose one. */
  readonly port: number;
  /** The base of the gateway's public URLs, without a trailing slash. */
  readonly publicUrl: string | undefined;
  /** How many processes handle requests; with 1, the only process does. */
  readonly workers: number;
  readonly database: {
    /** Path of the SQLite file. */
    readonly file: string;
    /** Whether the operator chose no database. A new one may then get the sample companies. */
    readonly isDefault: boolean;
    /** The most threads in each process that read lists whose cost has no bound. */
    readonly readerThreads: number;
  };
  /** The keys for credentials: the first encrypts, all decrypt. Empty if the environment has none. */
  readonly encryptionKeys: readonly EncryptionKey[];
  readonly access: {
    /** What callers without an API key may do. */
    readonly anonymous: AnonymousAccess;
    /** Names of this gateway, in lower case: callers without an API key read only under these. */
    readonly hosts: ReadonlySet<string>;
    /** How many API keys may be usable at a time. */
    readonly maxApiKeys: number;
    /** Whether callers may query the schema. */
    readonly introspection: boolean;
    /** The origins whose scripts may send requests from a browser. */
    readonly corsOrigins: readonly string[];
  };
  /** The proxies whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed. */
  readonly trustedProxies: readonly Network[];
  /** What requests of the gateway to other servers may reach, besides the public internet. */
  readonly outgoing: {
    readonly networks: readonly Network[];
    /** URL of the proxy that they pass through, if any. It may hold a password. */
    readonly proxyUrl: string | undefined;
  };
  readonly limits: Limits;
  /** The documents that clients can request by id; absent if there are none. */
  readonly persistedDocuments:
    | {
        /** Path of their JSON file. */
        readonly file: string;
        /** Whether clients can request only these. */
        readonly only: boolean;
      }
    | undefined;
  /** Whether plain GraphQL requests take the fast path, which returns the same responses as the full one. */
  readonly fastPath: boolean;
  readonly link: {
    readonly redirects: RedirectOptions;
    /** The application that asks the user for access. */
    readonly applicationName: string | undefined;
  };
  /** The platforms that the operator described, in the order of the file. */
  readonly platforms: readonly OwnPlatform[];
  /** The gateway's client credentials for platforms, by integration key. */
  readonly clients: ReadonlyMap<string, ClientCredentials>;
  /** The sandbox beside the gateway; absent if it does not run. */
  readonly sandbox:
    | {
        readonly host: string;
        readonly port: number;
        readonly accessTokenSeconds: number;
        readonly refreshTokenSeconds: number;
      }
    | undefined;
  readonly graphiql: boolean;
  readonly logLevel: LogLevel;
  /** The URL that receives traces over OTLP; without it, there are none. */
  readonly tracesUrl: string | undefined;
  readonly production: boolean;
  /** What the operator should look at, for the log. */
  readonly warnings: readonly string[];
}

/** The gateway cannot run with its configuration. For invalid variables, the message has one line for each. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

const defaultDatabase = 'file:./data/connexions.db';

/** Reads the configuration from environment variables; an empty one counts as absent. Throws `ConfigError`. */
export function readConfig(variables: NodeJS.ProcessEnv): Config {
  const given = Object.fromEntries(
    Object.entries(variables).filter(([, value]) => value !== undefined && value !== ''),
  );
  const marked = Object.keys(given).find((name) => name.startsWith('\uFEFF'));
  if (marked !== undefined) {
    throw new ConfigError(
      `the name of the variable ${marked.slice(1)} starts with a byte order mark: save the file that sets it without one`,
    );
  }
  const parsed = environment.safeParse(given);
  const platforms = readPlatformFile(given['PLATFORMS_FILE']);
  const profiles = [...authorizationProfiles, ...platforms.platforms.map(({ profile }) => profile)];
  const clients = clientCredentials(
    given,
    new Set(profiles.map(({ integrationKey }) => integrationKey)),
  );
  // Without the file, the credentials of its platforms belong to no platform.
  const faults = platforms.faults.length > 0 ? platforms.faults : clients.faults;
  if (!parsed.success || faults.length > 0) {
    const issues = parsed.error?.issues ?? [];
    throw new ConfigError(
      [...issues.map(({ path, message }) => `${path.join('.')} ${message}`), ...faults].join('\n'),
    );
  }
  const env = parsed.data;
  const production = env.NODE_ENV === 'production';
  const persistedDocuments = persistedDocumentsOf(env);
  return {
    host: env.HOST,
    port: env.PORT,
    publicUrl: env.PUBLIC_URL,
    workers: env.WORKERS,
    database: {
      file: (env.DATABASE_URL ?? defaultDatabase).slice('file:'.length),
      isDefault: env.DATABASE_URL === undefined,
      readerThreads: env.READER_THREADS,
    },
    encryptionKeys: env.ENCRYPTION_KEYS,
    access: {
      anonymous: anonymousAccess(env.ALLOW_ANONYMOUS, !production && isLoopback(env.HOST)),
      hosts: new Set([...env.ALLOWED_HOSTS, ...namesOf(env)]),
      maxApiKeys: env.MAX_API_KEYS,
      introspection: env.INTROSPECTION === undefined ? !production : env.INTROSPECTION === 'on',
      corsOrigins: env.CORS_ORIGINS,
    },
    trustedProxies: env.TRUSTED_PROXIES,
    outgoing: { networks: env.OUTGOING_NETWORKS, proxyUrl: env.OUTGOING_PROXY_URL },
    persistedDocuments,
    fastPath: env.FAST_PATH === 'on',
    limits: {
      bodyBytes: env.MAX_BODY_BYTES,
      document: {
        bytes: env.MAX_QUERY_BYTES,
        tokens: env.MAX_TOKENS,
        depth: env.MAX_DEPTH,
        aliases: env.MAX_ALIASES,
        directives: env.MAX_DIRECTIVES,
        rootFields: env.MAX_ROOT_FIELDS,
        cost: env.MAX_COST,
      },
      concurrent: env.MAX_CONCURRENT,
      queued: env.MAX_QUEUED,
      operationMs: env.OPERATION_TIMEOUT_MS,
      connectionsPerCompany: env.MAX_CONNECTIONS_PER_COMPANY,
      perMinute: env.RATE_LIMIT === 'off' ? undefined : env.RATE_LIMIT,
      idempotencyBytes: env.MAX_IDEMPOTENCY_BYTES,
    },
    link: {
      redirects: {
        template: env.LINK_REDIRECT_URL,
        allowed: env.ALLOWED_REDIRECTS,
        clientId: env.LINK_CLIENT_ID ?? '',
      },
      applicationName: env.APPLICATION_NAME,
    },
    platforms: platforms.platforms,
    clients: clients.byKey,
    sandbox: sandboxOf(env, env.SANDBOX === undefined ? !production : env.SANDBOX === 'on'),
    graphiql:
      env.GRAPHIQL === undefined
        ? !production && persistedDocuments?.only !== true
        : env.GRAPHIQL === 'on',
    logLevel: env.LOG_LEVEL,
    tracesUrl: tracesUrl(env.OTEL_EXPORTER_OTLP_ENDPOINT),
    production,
    warnings: profiles
      .slice(authorizationProfiles.length)
      .filter(({ integrationKey }) => !clients.byKey.has(integrationKey))
      .map(({ integrationKey }) => withoutClient(integrationKey)),
  };
}

function withoutClient(key: string): string {
  return `companies cannot link the platform ${key} of PLATFORMS_FILE: CLIENT_ID_${key.toUpperCase()} is not set`;
}

/** The names by which the gateway is reached as far as its other variables say. */
function namesOf({ HOST, PUBLIC_URL }: ReturnType<typeof environment.parse>): string[] {
  return [HOST, ...(PUBLIC_URL === undefined ? [] : [new URL(PUBLIC_URL).host])].map(hostName);
}

/** Returns the URL for traces. The endpoint is the base of one URL for each kind of OTLP data. */
function tracesUrl(endpoint: string | undefined): string | undefined {
  return endpoint === undefined ? undefined : `${endpoint}/v1/traces`;
}

/** Returns the sandbox's settings: on the next port, unless another is set, and for programs on this machine only. */
function sandboxOf(env: ReturnType<typeof environment.parse>, isOn: boolean): Config['sandbox'] {
  if (!isOn) return undefined;
  return {
    host: '127.0.0.1',
    port: env.SANDBOX_PORT ?? portBeside(env.PORT),
    accessTokenSeconds: env.SANDBOX_ACCESS_TOKEN_SECONDS,
    refreshTokenSeconds: env.SANDBOX_REFRESH_TOKEN_SECONDS,
  };
}

/** Returns the next port; before the last port, the one before it, since ports below 1024 need privileges. */
function portBeside(port: number): number {
  if (port === 0) return 0;
  return port === 65_535 ? port - 1 : port + 1;
}

function persistedDocumentsOf(
  env: ReturnType<typeof environment.parse>,
): Config['persistedDocuments'] {
  const { PERSISTED_DOCUMENTS: file, PERSISTED_DOCUMENTS_ONLY, GRAPHIQL } = env;
  const only = PERSISTED_DOCUMENTS_ONLY === 'on';
  if (only && file === undefined) {
    throw new ConfigError('PERSISTED_DOCUMENTS_ONLY requires PERSISTED_DOCUMENTS');
  }
  if (only && GRAPHIQL === 'on') {
    throw new ConfigError(
      'GRAPHIQL must not be on with PERSISTED_DOCUMENTS_ONLY: the gateway would reject the queries that users type',
    );
  }
  return file === undefined ? undefined : { file, only };
}

function anonymousAccess(allowed: 'read' | undefined, isPrivate: boolean): AnonymousAccess {
  return allowed ?? (isPrivate ? 'untilFirstKey' : 'none');
}

/** The largest file `.env`, in bytes. It is read whole. */
const maxEnvBytes = 1024 * 1024;

/** Reads the configuration from the environment and, for variables that it lacks, from the file `.env`. */
export function loadConfig(): Config {
  const file = statSync('.env', { throwIfNoEntry: false });
  if (file && (!file.isFile() || file.size > maxEnvBytes)) {
    throw new ConfigError('.env must be a regular file of at most 1 MiB');
  }
  const warnings: string[] = [];
  if (file) {
    const parsed = parseEnvFile(readFileSync('.env'));
    if (!parsed.ok) throw new ConfigError(parsed.error.map((fault) => `.env ${fault}`).join('\n'));
    for (const [name, value] of parsed.value) {
      process.env[name] ??= value;
      const meant = nearName(name, Object.keys(environment.shape));
      if (meant) warnings.push(`.env sets ${name}, which the gateway ignores: is it ${meant}?`);
    }
  }
  const config = readConfig(process.env);
  return { ...config, warnings: [...warnings, ...config.warnings] };
}
