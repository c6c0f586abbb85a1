import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';

/** How a server is started. */
export interface ServerCommand {
  /** The program and its arguments. */
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** The working directory. */
  readonly folder: string;
  /** The file for standard error, which is where the gateway writes its log. */
  readonly logFile: string;
}

/** A server in its own process. */
export interface Server {
  readonly url: string;
  /** The start time, from `performance.now()`. */
  readonly startedMs: number;
  /** Returns the resident memory in megabytes, or `undefined` if the system does not report it. */
  residentMegabytes(): number | undefined;
  stop(): Promise<void>;
}

const readyWithinMs = 30_000;

/** Starts a server. Resolves once the server has printed its URL. */
export async function startServer({
  command: [program = '', ...args],
  env,
  folder,
  logFile,
}: ServerCommand): Promise<Server> {
  const log = openSync(logFile, 'a');
  const startedMs = performance.now();
  const child = spawn(program, args, {
    // Pass no other variable of the caller: it could change how the gateway runs.
    env: { PATH: process.env['PATH'], NODE_ENV: 'production', ...env },
    cwd: folder,
    stdio: ['ignore', 'pipe', log],
  });
  closeSync(log);
  const ended = once(child, 'close');
  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
  };
  try {
    const url = await readyUrl(child, logFile);
    return { url, startedMs, residentMegabytes: () => residentMegabytes(child.pid), stop };
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
}

function readyUrl(child: ChildProcess, logFile: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = '';
    const timer = setTimeout(() => reject(new Error('a server did not start')), readyWithinMs);
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      const url = /ready at (http:\/\/\S+\/graphql)\s/.exec(output)?.[1];
      if (url === undefined) return;
      clearTimeout(timer);
      resolve(url);
    });
    child.on('error', reject);
    child.on('close', () => {
      clearTimeout(timer);
      reject(new Error(`a server ended: ${readFileSync(logFile, 'utf8').slice(-2000)}`));
    });
  });
}

function residentMegabytes(pid: number | undefined): number | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const kilobytes = /^VmRSS:\s*(\d+) kB/m.exec(status)?.[1];
    return kilobytes === undefined ? undefined : Number(kilobytes) / 1024;
  } catch {
    return undefined;
  }
}
