import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { whenOver } from './lifetime.ts';
import { newKeyText } from './vault.ts';

/** The result of a command of the product. */
export interface Finished {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A running command of the product. */
export interface Running {
  readonly child: ChildProcess;
  /** Returns standard error so far, which contains the log. */
  readonly errorOutput: () => string;
  /** Resolves when the command and all processes that it started have ended. */
  readonly finished: Promise<Finished>;
}

/** Runs the built command line, `connexions …`, in its own process, which is killed when the test ends. */
export function runCommand(
  args: readonly string[],
  options: {
    env?: Record<string, string>;
    cwd?: string;
    input?: string | Buffer;
    /** Keeps standard input open, as on a terminal. */
    keepInputOpen?: boolean;
  } = {},
): Running {
  const main = new URL('../../dist/main.js', import.meta.url).pathname;
  const child = spawn(process.execPath, [main, ...args], {
    env: {
      PATH: process.env['PATH'],
      // Few tests link anything.
      SANDBOX: 'off',
      ...productionKeys(options.env),
      ...options.env,
    },
    ...(options.cwd !== undefined && { cwd: options.cwd }),
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  // A command that is killed does not read its input to the end.
  child.stdin.on('error', () => {});
  child.stdin.write(options.input ?? '');
  if (options.keepInputOpen !== true) child.stdin.end();
  const finished = once(child, 'close').then(([code, signal]: unknown[]) => ({
    code: code as number | null,
    signal: signal as NodeJS.Signals | null,
    stdout,
    stderr,
  }));
  whenOver(async () => {
    child.kill('SIGKILL');
    await finished;
  });
  return { child, errorOutput: () => stderr, finished };
}

/** In production a gateway needs an encryption key to start, but few tests are about that. */
function productionKeys(env: Record<string, string> = {}) {
  return env['NODE_ENV'] === 'production' ? { ENCRYPTION_KEYS: newKeyText() } : {};
}

/** A gateway in its own process. */
export interface SpawnedGateway extends Running {
  readonly url: string;
  /** The URL of its sandbox, or an empty string if it serves none. */
  readonly sandboxUrl: string;
}

/** Starts a gateway in its own process, on a free port, over the database `file`. */
export async function spawnGateway(
  file: string,
  env: Record<string, string> = {},
): Promise<SpawnedGateway> {
  const running = runCommand([], { env: { DATABASE_URL: `file:${file}`, PORT: '0', ...env } });
  const [url, sandboxUrl] = await new Promise<[string, string]>((resolve, reject) => {
    let output = '';
    running.child.stdout?.on('data', (text: string) => {
      output += text;
      const ready = /ready at (http:\/\/\S+)\/graphql[^]*Try it/.exec(output);
      const sandbox = /Sandbox: (http:\/\/[^\s,]+)/.exec(output);
      if (ready?.[1] !== undefined) resolve([ready[1], sandbox?.[1] ?? '']);
    });
    void running.finished.then(({ stderr }) => reject(new Error(`it did not start: ${stderr}`)));
  });
  return { ...running, url, sandboxUrl };
}
