import { existsSync } from 'node:fs';
import { z } from 'zod';

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
  GRAPHIQL: z.enum(['on', 'off'], 'must be on or off').optional(),
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
  const { HOST, PORT, PUBLIC_URL, DATABASE_URL, GRAPHIQL, LOG_LEVEL, NODE_ENV } = parsed.data;
  const production = NODE_ENV === 'production';
  return {
    host: HOST,
    port: PORT,
    publicUrl: PUBLIC_URL,
    database: {
      file: (DATABASE_URL ?? defaultDatabase).slice('file:'.length),
      isDefault: DATABASE_URL === undefined,
    },
    graphiql: GRAPHIQL === undefined ? !production : GRAPHIQL === 'on',
    logLevel: LOG_LEVEL,
    production,
  };
}

/** Reads the configuration of this process: its environment and, where that is silent, the file `.env`. */
export function loadConfig(): Config {
  if (existsSync('.env')) process.loadEnvFile('.env');
  return readConfig(process.env);
}
