import { existsSync } from 'node:fs';
import type { AnonymousAccess } from '../access/authenticate.ts';
import { isLoopback } from '../access/loopback.ts';
import type { Limits } from '../limits/limits.ts';
import { environment, type LogLevel } from './environment.ts';

/** How the gateway runs. */
export interface Config {
  /** The address that it listens on. */
  readonly host: string;
  /** The port that it listens on; 0 lets the system choose one. */
  readonly port: number;
  /** The base of the URLs that it hands out, without a slash at its end. */
  readonly publicUrl: string | undefined;
  readonly database: {
    /** Path of the SQLite file. */
    readonly file: string;
    /** Whether nobody chose this database, so that a new one may be given the sample companies. */
    readonly isDefault: boolean;
  };
  readonly access: {
    /** What callers without an API key may do. */
    readonly anonymous: AnonymousAccess;
    /** How many API keys may be usable at a time. */
    readonly mostApiKeys: number;
    /** Whether callers may ask for the schema. */
    readonly introspection: boolean;
    /** The origins whose scripts may send requests from a browser. */
    readonly corsOrigins: readonly string[];
  };
  readonly limits: Limits;
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
  if (!parsed.success) {
    const faults = parsed.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`);
    throw new ConfigError(faults.join('\n'));
  }
  const env = parsed.data;
  const production = env.NODE_ENV === 'production';
  return {
    host: env.HOST,
    port: env.PORT,
    publicUrl: env.PUBLIC_URL,
    database: {
      file: (env.DATABASE_URL ?? defaultDatabase).slice('file:'.length),
      isDefault: env.DATABASE_URL === undefined,
    },
    access: {
      anonymous: anonymousAccess(env.ALLOW_ANONYMOUS, !production && isLoopback(env.HOST)),
      mostApiKeys: env.MAX_API_KEYS,
      introspection: env.INTROSPECTION === undefined ? !production : env.INTROSPECTION === 'on',
      corsOrigins: env.CORS_ORIGINS,
    },
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
    graphiql: env.GRAPHIQL === undefined ? !production : env.GRAPHIQL === 'on',
    logLevel: env.LOG_LEVEL,
    tracesUrl: tracesUrl(env.OTEL_EXPORTER_OTLP_ENDPOINT),
    production,
  };
}

/** The endpoint is the base of one URL for each kind of what OTLP carries. */
function tracesUrl(endpoint: string | undefined): string | undefined {
  return endpoint === undefined ? undefined : `${endpoint}/v1/traces`;
}

function anonymousAccess(allowed: 'read' | undefined, isPrivate: boolean): AnonymousAccess {
  return allowed ?? (isPrivate ? 'untilFirstKey' : 'none');
}

/** Reads the configuration of this process: its environment and, where that is silent, the file `.env`. */
export function loadConfig(): Config {
  if (existsSync('.env')) process.loadEnvFile('.env');
  return readConfig(process.env);
}
