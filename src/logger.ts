import { pino, type DestinationStream, type Logger } from 'pino';

/** Makes the log on standard error: one JSON object a line, or lines for people where that is a terminal. `base` is in each. */
export async function createLogger(level: string, base: object | null = null): Promise<Logger> {
  const options = { level, base };
  if (!process.stderr.isTTY) return pino(options, linesOfATurn());
  const { default: pretty } = await import('pino-pretty');
  return pino(options, pretty({ destination: 2, ignore: 'time', singleLine: true, sync: true }));
}

/** Writes the lines of one turn of the event loop at once: each write takes a good part of what it takes to answer. */
function linesOfATurn(): DestinationStream {
  const destination = pino.destination({ dest: 2, sync: true });
  let lines = '';
  const write = () => {
    if (lines !== '') destination.write(lines);
    lines = '';
  };
  process.on('exit', write);
  return {
    write(line: string) {
      if (lines === '') setImmediate(write);
      lines += line;
    },
  };
}
