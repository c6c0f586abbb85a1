import { Readable } from 'node:stream';
import { runCommandLine } from '../../src/command-line.ts';
import { readConfig } from '../../src/config/config.ts';
import type { Finished } from './process.ts';

/**
 * Runs the command line, `connexions …`, in this process: what it does and says is the same as in one of its own, which
 * takes much longer. What a process is needed for, such as signals and other processes' locks, is for `runCommand`.
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
