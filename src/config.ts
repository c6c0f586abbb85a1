import { existsSync } from 'node:fs';
import { z } from 'zod';
import type { AnonymousAccess } from './access/authenticate.ts';

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
  readonly graphiql: boolean;
  readonly logLevel: LogLevel;
  readonly production: boolean;
}

const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

/** The least severe messages that are logged. */
type LogLevel = (typeof logLevels)[number];

/** The environment holds values that the gateway cannot run with; the message has one line for each. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

const defaultDatabase = 'file:./data/connexions.db';

const onOrOff = z.enum(['on', 'off'], 'must be on or off');

function isOrigin(text: string): boolean {
  return /^https?:/.test(text) && URL.canParse(text) && new URL(text).origin === text;
}

const environment = z.object({
  HOST: z.string().trim().min(1, 'must not be empty').default('127.0.0.1'),
  PORT: z
    .string()
    .regex(/^\d{1,5}$/, 'must be a port, 0 to 65535')
    .transform(Number)
    .refine((port) => port <= 65_535, 'must be a port, 0 to 65535')
    .default(4000),
  PUBLIC_URL: z
    .url({ protocol: /^https?$/, error: 'must be an http or https URL' })
    .refine(
      (url) => new URL(url).search === '' && new URL(url).hash === '',
      'must have no query and no fragment',
    )
    .transform((url) => url.replace(/\/+$/, ''))
    .optional(),
  DATABASE_URL: z
    .string()
    .regex(
      /^file:.+/,
      'must be file: and the path of a SQLite database, such as file:./data/connexions.db',
    )
    .optional(),
  GRAPHIQL: onOrOff.optional(),
  INTROSPECTION: onOrOff.optional(),
  ALLOW_ANONYMOUS: z.literal('read', 'must be read, or absent').optional(),
  MAX_API_KEYS: z
    .string()
    .regex(/^[1-9]\d{0,5}$/, 'must be a whole number, 1 to 999999')
    .transform(Number)
    .default(10),
  CORS_ORIGINS: z
    .string()
    .transform((list) => list.split(',').map((origin) => origin.trim()))
    .refine(
      (origins) => origins.every(isOrigin),
      'must be origins such as https://app.example.com, with commas between them',
    )
    .default([]),
  LOG_LEVEL: z.enum(logLevels, `must be one of ${logLevels.join(', ')}`).default('info'),
  NODE_ENV: z.string().optional(),
});

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
    graphiql: env.GRAPHIQL === undefined ? !production : env.GRAPHIQL === 'on',
    logLevel: env.LOG_LEVEL,
    production,
  };
}

function anonymousAccess(allowed: 'read' | undefined, isPrivate: boolean): AnonymousAccess {
  return allowed ?? (isPrivate ? 'untilFirstKey' : 'none');
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}

/** Reads the configuration of this process: its environment and, where that is silent, the file `.env`. */
export function loadConfig(): Config {
  if (existsSync('.env')) process.loadEnvFile('.env');
  return readConfig(process.env);
}
