import { Writable } from 'node:stream';
import { pino, type Logger } from 'pino';

/** A log that a test can read. */
export interface CapturedLog {
  readonly logger: Logger;
  /** Returns everything that was logged, as it was written. */
  text(): string;
  /** Returns the lines of the log as objects. */
  lines(): Record<string, unknown>[];
  /** Returns the lines that contain a text. */
  linesWith(text: string): Record<string, unknown>[];
  /** Returns the lines about requests for a path. */
  requests(path?: string): Record<string, unknown>[];
}

/** Makes a log of every level. */
export function captureLog(): CapturedLog {
  const written: string[] = [];
  // Each write is a line.
  const sink = new Writable({
    write(chunk, _encoding, done) {
      written.push(String(chunk));
      done();
    },
  });
  const linesWith = (part: string) =>
    written
      .filter((line) => line.includes(part))
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  const lines = () => linesWith('');
  return {
    linesWith,
    logger: pino({ level: 'trace', base: null }, sink),
    text: () => written.join(''),
    lines,
    requests: (path = '/graphql') =>
      lines().filter((line) => line['msg'] === 'request' && line['path'] === path),
  };
}
