import { Readable } from 'node:stream';
import { companyRecord } from './data.ts';

const linesAtOnce = 100;

/** Returns companies `from` (inclusive) to `to` (exclusive) as lines of JSON for an import. */
export function recordLines(from: number, to: number): Readable {
  return Readable.from(chunks(from, to), { objectMode: false });
}

function* chunks(from: number, to: number): Generator<string> {
  let lines = '';
  for (let index = from; index < to; index += 1) {
    lines += `${JSON.stringify(companyRecord(index))}\n`;
    if ((index - from + 1) % linesAtOnce === 0) {
      yield lines;
      lines = '';
    }
  }
  if (lines !== '') yield lines;
}
