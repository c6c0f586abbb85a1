import type { Readable } from 'node:stream';

/** The input and output of a command. */
export interface Terminal {
  /** Standard input, which a command may leave unread. */
  readonly input: Readable;
  /** Whether a person sees progress output, such as a moving bar. */
  readonly isWatched: boolean;
  /** Writes the command's result to standard output. */
  readonly print: (text: string) => void;
  /** Writes other messages to standard error. */
  readonly tell: (text: string) => void;
}

/** The standard streams of this process, on a terminal or not. */
export const processTerminal: Terminal = {
  // A getter, because Node opens standard input on first access.
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
