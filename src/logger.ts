import { pino, type Logger } from 'pino';
import pretty from 'pino-pretty';

/** Makes the log on standard error: one JSON object a line, or lines for people where that is a terminal. `base` is in each. */
export function createLogger(level: string, base: object | null = null): Logger {
  const options = { level, base };
  return process.stderr.isTTY
    ? pino(options, pretty({ destination: 2, ignore: 'time', singleLine: true, sync: true }))
    : pino(options, pino.destination({ dest: 2, sync: true }));
}
