import { once } from 'node:events';
import { Readable, Writable } from 'node:stream';
import { pino } from 'pino';
import { runCommandLine } from '../../src/cli/command-line.ts';
import { readConfig } from '../../src/config/config.ts';
import { serve } from '../../src/app/serve.ts';
import { whenOver } from './lifetime.ts';
import type { Finished } from './process.ts';

/**
 * Runs the command line, `connexions …`, in this process, which has the same effects and output as its own process but
 * is much faster. Tests that need a process, such as for signals or locks, use `runCommand`.
 */
export async function runHere(
  args: readonly string[],
  { env = {}, input = '' }: { env?: Record<string, string>; input?: string | Buffer } = {},
): Promise<Finished> {
  let [stdout, stderr] = ['', ''];
  const code = await runCommandLine(args, {
    terminal: {
      input: Readable.from([Buffer.from(input)]),
      isWatched: false,
      print: (text) => (stdout += text),
      tell: (text) => (stderr += text),
    },
    loadConfig: () => readConfig({ SANDBOX: 'off', ...env }),
  });
  return { code, signal: null, stdout, stderr };
}

/** A gateway that was started as by the command line, with its output, but in this process. */
export interface ServedHere {
  readonly url: string;
  /** Stops the gateway. Returns its terminal output, and its log as part of standard error. */
  stop(): Promise<Pick<Finished, 'stdout' | 'stderr'>>;
}

/** Starts such a gateway over the database `file`, on a free port, until the test ends. */
export async function serveHere(
  file: string,
  env: Record<string, string> = {},
): Promise<ServedHere> {
  let [stdout, stderr] = ['', ''];
  const log = new Writable({
    write(line, _, done) {
      stderr += String(line);
      done();
    },
  });
  const stopping = new AbortController();
  const given = { SANDBOX: 'off', DATABASE_URL: `file:${file}`, PORT: '0', ...env };
  const started = new AbortController();
  const ready = once(started.signal, 'abort');
  const ended = serve(readConfig(given), {
    terminal: {
      input: Readable.from([]),
      isWatched: false,
      print: (text) => {
        stdout += text;
        started.abort();
      },
      tell: (text) => (stderr += text),
    },
    makeLogger: (level) => Promise.resolve(pino({ level, base: null }, log)),
    stopSignal: async () => void (await once(stopping.signal, 'abort')),
  });
  await Promise.race([
    ready,
    ended.then(() => {
      throw new Error(`the gateway ended before it was ready: ${stderr}`);
    }),
  ]);
  const stop = async () => {
    stopping.abort();
    await ended;
    return { stdout, stderr };
  };
  whenOver(stop);
  return { url: /ready at (\S+)\/graphql/.exec(stdout)?.[1] ?? '', stop };
}
