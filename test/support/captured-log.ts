import { Writable } from 'node:stream';
import { pino, type Logger } from 'pino';

/** A log that a test can read. */
export interface CapturedLog {
  readonly logger: Logger;
  /** Everything that was logged, as it was written. */
  text(): string;
  /** What was logged, one object a line. */
  lines(): Record<string, unknown>[];
  /** The lines that hold a text. */
  linesWith(text: string): Record<string, unknown>[];
  /** The lines about requests for a path. */
  requests(path?: string): Record<string, unknown>[];
}

/** Makes a log of everything, down to the least severe. */
export function captureLog(): CapturedLog {
  let text = '';
  const sink = new Writable({
    write(chunk, _encoding, done) {
      text += String(chunk);
      done();
    },
  });
  const linesWith = (part: string) =>
    text
      .split('\n')
      .filter((line) => line !== '' && line.includes(part))
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  const lines = () => linesWith('');
  return {
    linesWith,
    logger: pino({ level: 'trace', base: null }, sink),
    text: () => text,
    lines,
    requests: (path = '/graphql') =>
      lines().filter((line) => line['msg'] === 'request' && line['path'] === path),
  };
}
