import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { startServer, type Server } from './server-process.ts';

// Runs the built product as its users do.

/** The root folder of the product. */
export const productFolder = fileURLToPath(new URL('../../', import.meta.url));
/** The folder for data, on the disk of the checkout: a temporary folder may be memory, where commits cost nothing. */
export const dataFolder = fileURLToPath(new URL('../data/', import.meta.url));

const main = `${productFolder}dist/main.js`;

/** The command of every server, with the Node options of the gateway's `npm start`. */
const server = [process.execPath, '--max-semi-space-size=32'];

/** Returns the path of a new database, after removing what an earlier run left there. */
export function newDatabaseFile(name: string): string {
  mkdirSync(dataFolder, { recursive: true });
  const file = `${dataFolder}${name}.db`;
  for (const end of ['', '-wal', '-shm']) rmSync(`${file}${end}`, { force: true });
  return file;
}

/** Imports records, given as lines of JSON, into a database: offline, or as beside a gateway. */
export async function importRecords(
  file: string,
  { prefix, lines, offline }: { prefix: readonly string[]; lines: Readable; offline: boolean },
): Promise<ImportMemory> {
  const peakFile = `${dataFolder}peak`;
  await runProduct(file, ['import', ...(offline ? ['--offline'] : []), '-'], {
    prefix,
    input: lines,
    env: {
      NODE_OPTIONS: `--import=${new URL('peak-memory.js', import.meta.url).href}`,
      PEAK_FILE: peakFile,
    },
  });
  return { peakMegabytes: Number(readFileSync(peakFile, 'utf8')) / 1024 };
}

/** The memory of an import. */
export interface ImportMemory {
  readonly peakMegabytes: number;
}

/** Creates an API key in a database that has its tables. */
export async function createApiKey(file: string): Promise<string> {
  const output = await runProduct(file, ['keys', 'create', '--name', 'bench', '--scope', 'write']);
  return output.trim();
}

/** Starts the gateway as in production: with API keys, all limits, and its log, which goes to a file. */
export function startGateway(file: string, prefix: readonly string[]): Promise<Server> {
  return startServer({
    command: [...prefix, ...server, main],
    env: {
      DATABASE_URL: `file:${file}`,
      PORT: '0',
      ENCRYPTION_KEYS: randomBytes(32).toString('base64'),
      // Counted like any other limit, but never reached.
      RATE_LIMIT: '100000000',
    },
    // A folder without an `.env`.
    folder: dataFolder,
    logFile: `${dataFolder}gateway.log`,
  });
}

/** Starts one of the servers in `servers/`, which read or write the same file. */
export function startPeer(
  file: string,
  prefix: readonly string[],
  [name, ...args]: readonly string[],
): Promise<Server> {
  const script = fileURLToPath(new URL(`servers/${name}.js`, import.meta.url));
  return startServer({
    command: [...prefix, ...server, script, file, ...args],
    env: {},
    folder: dataFolder,
    logFile: `${dataFolder}${name}.log`,
  });
}

interface RunOptions {
  /** The words to put before the command. */
  readonly prefix?: readonly string[];
  readonly input?: Readable;
  readonly env?: Readonly<Record<string, string>>;
}

async function runProduct(
  file: string,
  args: readonly string[],
  { prefix = [], input, env }: RunOptions = {},
): Promise<string> {
  const [program = '', ...words] = [...prefix, process.execPath, main, ...args];
  const child = spawn(program, words, {
    env: { PATH: process.env['PATH'], DATABASE_URL: `file:${file}`, ...env },
    cwd: dataFolder,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let output = '';
  let complaint = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaint += text));
  const ended = once(child, 'close');
  if (input) await pipeline(input, child.stdin);
  else child.stdin.end();
  const [code] = (await ended) as [number | null];
  if (code !== 0) throw new Error(`connexions ${args.join(' ')} failed: ${complaint}`);
  return output;
}
