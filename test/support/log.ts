import { pino, type Logger } from 'pino';

/** A line of the log. */
interface LogEntry {
  readonly level: number;
  readonly msg?: string;
  readonly requestId?: string;
}

/** Makes a logger that records its lines. */
export function recordingLogger(): {
  logger: Logger;
  entries: () => LogEntry[];
  text: () => string;
} {
  const lines: string[] = [];
  const logger = pino({ level: 'trace' }, { write: (line: string) => lines.push(line) });
  return {
    logger,
    entries: () => lines.map((line) => JSON.parse(line) as LogEntry),
    text: () => lines.join(''),
  };
}
