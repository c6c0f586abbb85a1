import type { Readable } from 'node:stream';

/** Where a command of the command line reads and reports. */
export interface Terminal {
  /** Standard input, which need not be read. */
  readonly input: Readable;
  /** Whether somebody watches what is reported by the way, as a bar that moves. */
  readonly isWatched: boolean;
  /** Writes to standard output, which is what the command was called for. */
  readonly print: (text: string) => void;
  /** Writes to standard error what is said beside that. */
  readonly tell: (text: string) => void;
}

/** The terminal, or whatever else stands in its place, of this process. */
export const processTerminal: Terminal = {
  // Not before a command asks for it: Node opens it then.
  get input() {
    return process.stdin;
  },
  get isWatched() {
    return process.stderr.isTTY;
  },
  print: (text) => {
    process.stdout.write(text);
  },
  tell: (text) => {
    process.stderr.write(text);
  },
};
