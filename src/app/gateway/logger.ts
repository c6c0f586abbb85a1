import { pino, type DestinationStream, type Logger } from 'pino';

/** Makes the log on standard error: one JSON object a line, or lines for people where that is a terminal. `base` is in each. */
export async function createLogger(level: string, base: object | null = null): Promise<Logger> {
  const options = { level, base };
  if (!process.stderr.isTTY) return pino(options, linesOfATurn());
  const { default: pretty } = await import('pino-pretty');
  return pino(options, pretty({ destination: 2, ignore: 'time', singleLine: true, sync: true }));
}

/**
 * Writes a line at once, and those that come in the same turn of the event loop together at its end: each write takes a
 * good part of what it takes to answer.
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
