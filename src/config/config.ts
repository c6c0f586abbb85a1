import { existsSync } from 'node:fs';
import type { AnonymousAccess } from '../access/authenticate.ts';
import { isLoopback } from '../web/loopback.ts';
import type { Limits } from '../api/limits.ts';
import type { ClientCredentials } from '../platforms/oauth-platform.ts';
import type { EncryptionKey } from '../vault/key.ts';
import { clientCredentials } from './clients.ts';
import { environment, type LogLevel } from './environment.ts';

/** How the gateway runs. */
export interface Config {
  /** The address that it listens on. */
  readonly host: string;
  /** The port that it listens on; 0 lets the system choose one. */
  readonly port: number;
  /** The base of the URLs that it hands out, without a slash at its end. */
  readonly publicUrl: string | undefined;
  /** How many processes answer requests; with 1, the only process does. */
  readonly workers: number;
  readonly database: {
    /** Path of the SQLite file. */
    readonly file: string;
    /** Whether nobody chose this database, so that a new one may be given the sample companies. */
    readonly isDefault: boolean;
  };
  /** The keys that encrypt credentials: the first encrypts, all decrypt. None if the environment has none. */
  readonly encryptionKeys: readonly EncryptionKey[];
  readonly access: {
    /** What callers without an API key may do. */
    readonly anonymous: AnonymousAccess;
    /** How many API keys may be usable at a time. */
    readonly maxApiKeys: number;
    /** Whether callers may ask for the schema. */
    readonly introspection: boolean;
    /** The origins whose scripts may send requests from a browser. */
    readonly corsOrigins: readonly string[];
  };
  readonly limits: Limits;
  /** The documents that clients can ask for by their ids; absent if there are none. */
  readonly persistedDocuments:
    | {
        /** Path of the JSON file that holds them. */
        readonly file: string;
        /** Whether clients can ask for nothing else. */
        readonly only: boolean;
      }
    | undefined;
  /** Whether GraphQL requests that are plain take the fast path, which answers as the full one does. */
  readonly fastPath: boolean;
  readonly link: {
    /** The page to which a company's people are sent on, with placeholders; our own if absent. */
    readonly redirectTemplate: string | undefined;
    /** On whose behalf they are asked for access. */
    readonly applicationName: string | undefined;
  };
  /** How the gateway shows platforms who it is, by the keys of their integrations. */
  readonly clients: ReadonlyMap<string, ClientCredentials>;
  /** How the sandbox runs beside the gateway; absent if it does not. */
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
  /** Where traces are sent to, over OTLP; without it, there are none. */
  readonly tracesUrl: string | undefined;
  readonly production: boolean;
}

/** The environment holds values that the gateway cannot run with; the message has one line for each. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

const defaultDatabase = 'file:./data/connexions.db';

/** Reads the configuration from environment variables; an empty one counts as absent. Throws `ConfigError`. */
export function readConfig(variables: NodeJS.ProcessEnv): Config {
  const given = Object.fromEntries(
    Object.entries(variables).filter(([, value]) => value !== undefined && value !== ''),
  );
  const parsed = environment.safeParse(given);
  const clients = clientCredentials(given);
  if (!parsed.success || clients.faults.length > 0) {
    const faults = parsed.error?.issues.map(({ path, message }) => `${path.join('.')} ${message}`);
    throw new ConfigError([...(faults ?? []), ...clients.faults].join('\n'));
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
    },
    encryptionKeys: env.ENCRYPTION_KEYS,
    access: {
      anonymous: anonymousAccess(env.ALLOW_ANONYMOUS, !production && isLoopback(env.HOST)),
      maxApiKeys: env.MAX_API_KEYS,
      introspection: env.INTROSPECTION === undefined ? !production : env.INTROSPECTION === 'on',
      corsOrigins: env.CORS_ORIGINS,
    },
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
      perMinute: env.RATE_LIMIT === 'off' ? undefined : env.RATE_LIMIT,
    },
    link: { redirectTemplate: env.LINK_REDIRECT_URL, applicationName: env.APPLICATION_NAME },
    clients: clients.byKey,
    sandbox: sandboxOf(env, env.SANDBOX === undefined ? !production : env.SANDBOX === 'on'),
    graphiql:
      env.GRAPHIQL === undefined
        ? !production && persistedDocuments?.only !== true
        : env.GRAPHIQL === 'on',
    logLevel: env.LOG_LEVEL,
    tracesUrl: tracesUrl(env.OTEL_EXPORTER_OTLP_ENDPOINT),
    production,
  };
}

/** The endpoint is the base of one URL for each kind of what OTLP carries. */
function tracesUrl(endpoint: string | undefined): string | undefined {
  return endpoint === undefined ? undefined : `${endpoint}/v1/traces`;
}

/** Beside the gateway: on the next port, unless another is chosen, and for programs on this machine only. */
function sandboxOf(env: ReturnType<typeof environment.parse>, isOn: boolean): Config['sandbox'] {
  if (!isOn) return undefined;
  return {
    host: '127.0.0.1',
    port: env.SANDBOX_PORT ?? (env.PORT === 0 ? 0 : (env.PORT % 65_535) + 1),
    accessTokenSeconds: env.SANDBOX_ACCESS_TOKEN_SECONDS,
    refreshTokenSeconds: env.SANDBOX_REFRESH_TOKEN_SECONDS,
  };
}

function persistedDocumentsOf(
  env: ReturnType<typeof environment.parse>,
): Config['persistedDocuments'] {
  const { PERSISTED_DOCUMENTS: file, PERSISTED_DOCUMENTS_ONLY, GRAPHIQL } = env;
  const only = PERSISTED_DOCUMENTS_ONLY === 'on';
  if (only && file === undefined) {
    throw new ConfigError('PERSISTED_DOCUMENTS_ONLY needs PERSISTED_DOCUMENTS beside it');
  }
  if (only && GRAPHIQL === 'on') {
    throw new ConfigError(
      'GRAPHIQL must not be on with PERSISTED_DOCUMENTS_ONLY: what is typed there would be refused',
    );
  }
  return file === undefined ? undefined : { file, only };
}

function anonymousAccess(allowed: 'read' | undefined, isPrivate: boolean): AnonymousAccess {
  return allowed ?? (isPrivate ? 'untilFirstKey' : 'none');
}

/** Reads the configuration of this process: its environment and, where that is silent, the file `.env`. */
export function loadConfig(): Config {
  if (existsSync('.env')) process.loadEnvFile('.env');
  return readConfig(process.env);
}
