import { pino, type DestinationStream, type Logger } from 'pino';

/** Creates the log on standard error: one JSON object per line, or readable lines on a terminal. Each has `base`. */
export async function createLogger(level: string, base: object | null = null): Promise<Logger> {
  const options = { level, base };
  if (!process.stderr.isTTY) return pino(options, linesOfATurn());
  const { default: pretty } = await import('pino-pretty');
  return pino(options, pretty({ destination: 2, ignore: 'time', singleLine: true, sync: true }));
}

/**
 * Writes the first line of an event loop turn at once, and the others together at the end of the turn: each write takes
 * a good part of the time of a request.
 */
function linesOfATurn(): DestinationStream {
  const destination = pino.destination({ dest: 2, sync: true });
  let isFirst = true;
  let others = '';
  const writeOthers = () => {
    isFirst = true;
    if (others !== '') destination.write(others);
    others = '';
  };
  process.on('exit', writeOthers);
  return {
    write(line: string) {
      if (!isFirst) {
        others += line;
        return;
      }
      isFirst = false;
      setImmediate(writeOthers);
      destination.write(line);
    },
  };
}
