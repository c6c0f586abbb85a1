import { SingleBar } from 'cli-progress';
import type { Terminal } from '../app/terminal.ts';

/** The progress display of a command. */
export interface Progress {
  /** `value` is the part of the total; `done` is the number that `{done}` in the format shows: `value` by default. */
  update(value: number, done?: number): void;
  /** Prints a line that stays. */
  print(text: string): void;
  end(): void;
}

/** Options of a progress display. */
export interface ProgressOptions {
  /** The total amount of work; `undefined` if unknown. */
  readonly total: number | undefined;
  /** The text beside a bar, in cli-progress's format. */
  readonly format: string;
  /** Returns the text of a line for the amount done. */
  readonly line: (done: number) => string;
}

/** The amount of work between two lines. */
const lineEvery = 10_000;

/** Shows a bar on a terminal if the total is known, and otherwise a line now and then. */
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
