import { SingleBar } from 'cli-progress';
import type { Terminal } from '../app/terminal.ts';

/** How a command shows how far it has come. */
export interface Progress {
  /** `value` is how much of the total; `done` is the number to show, `{done}` in the bar's format: `value` if absent. */
  update(value: number, done?: number): void;
  /** Prints a line that stays. */
  print(text: string): void;
  end(): void;
}

/** What a progress is of. */
export interface ProgressOptions {
  /** What is to be done in all; `undefined` if nobody knows. */
  readonly total: number | undefined;
  /** What a bar says beside itself, as cli-progress reads it. */
  readonly format: string;
  /** The text of a line, given how much is done. */
  readonly line: (done: number) => string;
}

/** How much is done from one line to the next. */
const lineEvery = 10_000;

/** Shows a bar on a terminal where the total is known, and a line now and then everywhere else. */
export function startProgress(options: ProgressOptions, terminal: Terminal): Progress {
  const { total = 0 } = options;
  return terminal.isWatched && total > 0 ? bar(total, options, terminal) : lines(options, terminal);
}

function bar(total: number, { format }: ProgressOptions, terminal: Terminal): Progress {
  const shown = new SingleBar({
    format: `  {bar} {percentage}%  ${format}`,
    barsize: 40,
    hideCursor: true,
    clearOnComplete: true,
    stopOnComplete: false,
    etaBuffer: 50,
  });
  shown.start(total, 0, { done: 0 });
  return {
    update: (value, done = value) => shown.update(value, { done }),
    print: (text) => {
      terminal.tell(`\r\u001B[K${text}\n`);
    },
    end: () => shown.stop(),
  };
}

function lines({ line }: ProgressOptions, terminal: Terminal): Progress {
  let next = lineEvery;
  return {
    update: (value, done = value) => {
      if (done < next) return;
      terminal.tell(`${line(done)}\n`);
      next = done - (done % lineEvery) + lineEvery;
    },
    print: (text) => {
      terminal.tell(`${text}\n`);
    },
    end: () => {},
  };
}
