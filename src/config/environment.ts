import { availableParallelism } from 'node:os';
import { z } from 'zod';
import { text as textOf } from '../domain/text-input.ts';
import { parseAllowedRedirect } from '../linking/redirect/allowed-redirects.ts';
import { faultOfRedirectTemplate } from '../linking/redirect/template.ts';
import { parseNetwork, type Network } from '../web/network.ts';
import { parseEncryptionKey, type EncryptionKey } from '../vault/key.ts';

const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

/** The least severe messages that are logged. */
export type LogLevel = (typeof logLevels)[number];

/** More workers would overload the process that hands them connections before they served more requests. */
const maxWorkers = 64;
const workersRule = `must be a whole number, 1 to ${maxWorkers}, or auto`;

/** Leaves one processor to the event loop. More threads would each keep a part of the same database in memory. */
const usualReaderThreads = Math.max(1, Math.min(availableParallelism() - 1, 4));

const onOrOff = z.enum(['on', 'off'], 'must be on or off');

function whole(least: number, most: number, rule = `must be a whole number, ${least} to ${most}`) {
  return z
    .string()
    .regex(/^\d{1,12}$/, rule)
    .transform(Number)
    .refine((value) => value >= least && value <= most, rule);
}

function httpUrl() {
  return z
    .url({ protocol: /^https?$/, error: 'must be an http or https URL' })
    .refine((url) => !/[?#]/.test(url), 'must not have a query or a fragment')
    .transform((url) => url.replace(/\/+$/, ''));
}

function isOrigin(text: string): boolean {
  return /^https?:/.test(text) && URL.canParse(text) && new URL(text).origin === text;
}

const networksRule =
  'must be comma-separated addresses or networks, such as 10.0.0.0/8 or 2001:db8::/32, and not all addresses';

function networks(list: string, context: z.RefinementCtx): Network[] {
  return list.split(',').flatMap((text) => {
    const network = parseNetwork(text.trim());
    if (network === undefined) context.addIssue(networksRule);
    return network ?? [];
  });
}

const maxAllowedRedirects = 100;
const allowedRedirectsRule = `must be at most ${maxAllowedRedirects} comma-separated URLs without placeholders, wildcards, query and fragment, such as https://app.example.com/linked or myapp://`;

function allowedRedirects(list: string, context: z.RefinementCtx): URL[] {
  const urls = list.split(',').map((text) => parseAllowedRedirect(text.trim()));
  const valid = urls.filter((url) => url !== undefined);
  if (valid.length < urls.length || urls.length > maxAllowedRedirects) {
    context.addIssue(allowedRedirectsRule);
  }
  return valid;
}

function isHostName(text: string): boolean {
  return /^[a-z0-9_]([a-z0-9_.-]{0,251}[a-z0-9_])?$/.test(text);
}

/** Reads comma-separated keys. A fault gives a key's position, not its text, which may be a mistyped key. */
function encryptionKeys(list: string, context: z.RefinementCtx): EncryptionKey[] {
  const keys: EncryptionKey[] = [];
  for (const [index, text] of list.split(',').entries()) {
    const key = parseEncryptionKey(text.trim());
    if (key.ok) keys.push(key.value);
    else {
      context.addIssue(
        `must be comma-separated keys, each created with \`openssl rand -base64 32\`: key ${index + 1} ${key.error}`,
      );
    }
  }
  return keys;
}

/** The environment variables of the gateway, as text, with their rules. */
export const environment = z.object({
  HOST: z.string().trim().min(1, 'must not be empty').default('127.0.0.1'),
  PORT: whole(0, 65_535, 'must be a port, 0 to 65535').default(4000),
  PUBLIC_URL: httpUrl().optional(),
  WORKERS: z
    .union(
      [
        z.literal('auto').transform(() => Math.min(availableParallelism(), maxWorkers)),
        whole(1, maxWorkers, workersRule),
      ],
      workersRule,
    )
    .default(1),
  DATABASE_URL: z
    .string()
    .regex(
      /^file:.+/,
      'must be file: followed by the path of a SQLite database, such as file:./data/connexions.db',
    )
    .optional(),
  READER_THREADS: whole(1, 64).default(usualReaderThreads),
  ENCRYPTION_KEYS: z.string().transform(encryptionKeys).default([]),
  GRAPHIQL: onOrOff.optional(),
  INTROSPECTION: onOrOff.optional(),
  ALLOW_ANONYMOUS: z.literal('read', 'must be read or unset').optional(),
  ALLOWED_HOSTS: z
    .string()
    .transform((list) => list.split(',').map((host) => host.trim().toLowerCase()))
    .refine((hosts) => hosts.every(isHostName), 'must be comma-separated host names without ports')
    .default([]),
  TRUSTED_PROXIES: z.string().transform(networks).default([]),
  OUTGOING_NETWORKS: z.string().transform(networks).default([]),
  OUTGOING_PROXY_URL: httpUrl().optional(),
  MAX_API_KEYS: whole(1, 10_000).default(10),
  CORS_ORIGINS: z
    .string()
    .transform((list) => list.split(',').map((origin) => origin.trim()))
    .refine(
      (origins) => origins.every(isOrigin),
      'must be comma-separated origins, such as https://app.example.com',
    )
    .default([]),
  MAX_BODY_BYTES: whole(1024, 100_000_000).default(262_144),
  MAX_QUERY_BYTES: whole(256, 10_000_000).default(16_384),
  MAX_TOKENS: whole(10, 100_000).default(1000),
  MAX_DEPTH: whole(1, 100).default(10),
  MAX_ALIASES: whole(0, 10_000).default(15),
  MAX_DIRECTIVES: whole(0, 10_000).default(10),
  MAX_ROOT_FIELDS: whole(1, 10_000).default(20),
  MAX_COST: whole(1, 1_000_000_000).default(20_000),
  MAX_CONCURRENT: whole(1, 100_000).default(64),
  MAX_QUEUED: whole(0, 1_000_000).default(256),
  OPERATION_TIMEOUT_MS: whole(10, 600_000).default(5000),
  MAX_CONNECTIONS_PER_COMPANY: whole(1, 20_000).default(1000),
  RATE_LIMIT: z
    .union(
      [z.literal('off'), whole(1, 100_000_000)],
      'must be a whole number, 1 to 100000000, or off',
    )
    .default(6000),
  MAX_IDEMPOTENCY_BYTES: whole(1024, 100_000_000_000).default(1_073_741_824),
  PERSISTED_DOCUMENTS: z.string().optional(),
  PERSISTED_DOCUMENTS_ONLY: onOrOff.default('off'),
  FAST_PATH: onOrOff.default('on'),
  LINK_REDIRECT_URL: z
    .string()
    .superRefine((template, context) => {
      const fault = faultOfRedirectTemplate(template);
      if (fault !== undefined) context.addIssue(fault);
    })
    .optional(),
  LINK_CLIENT_ID: textOf({ min: 1, max: 100 }).optional(),
  ALLOWED_REDIRECTS: z.string().transform(allowedRedirects).default([]),
  APPLICATION_NAME: textOf({ min: 1, max: 100 }).optional(),
  PLATFORMS_FILE: z.string().optional(),
  SANDBOX: onOrOff.optional(),
  SANDBOX_PORT: whole(0, 65_535, 'must be a port, 0 to 65535').optional(),
  SANDBOX_ACCESS_TOKEN_SECONDS: whole(1, 86_400).default(60),
  SANDBOX_REFRESH_TOKEN_SECONDS: whole(1, 31_536_000).default(2_592_000),
  LOG_LEVEL: z.enum(logLevels, `must be one of ${logLevels.join(', ')}`).default('info'),
  OTEL_EXPORTER_OTLP_ENDPOINT: httpUrl().optional(),
  // Anything else is not production. A name that is nearly production would open the gateway.
  NODE_ENV: z
    .string()
    .refine(
      (name) => name === 'production' || !/^\W*prod/i.test(name),
      'must be exactly production, in lower case and without spaces, to run in production',
    )
    .optional(),
});
