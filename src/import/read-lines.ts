import { maxSpaceBytes, RecordText } from './record-text.ts';
import { lastRecord, sourceRecord, tooMuchSpace, type SourceRecord } from './source-record.ts';

/** After so many unreadable lines in a row, the input is taken for something other than NDJSON. */
const maxUnreadableLines = 1000;

export const newline = 0x0a;

/** Reads NDJSON, one record per line. Refuses an unreadable line alone and goes on with the next. */
export async function* readLines(
  chunks: AsyncIterable<Buffer>,
  linesBefore: number,
): AsyncGenerator<SourceRecord> {
  const lines = new Lines(linesBefore);
  for await (const chunk of chunks) {
    let from = 0;
    for (let to = chunk.indexOf(newline); to !== -1; to = chunk.indexOf(newline, from)) {
      const record = lines.add(chunk.subarray(from, to)) ?? lines.end();
      if (record !== undefined) yield record;
      if (lines.areOver) return;
      from = to + 1;
    }
    const last = lines.add(chunk.subarray(from));
    if (last !== undefined) return yield last;
  }
  const record = lines.end();
  if (record !== undefined) yield record;
}

/** The lines of an input as they arrive. */
class Lines {
  readonly #text = new RecordText();
  #number: number;
  #isFirst = true;
  /** White space since the last line that was not blank. */
  #blankBytes = 0;
  /** Unreadable lines since the last readable one. */
  #unreadable = 0;
  #areOver = false;

  constructor(before: number) {
    this.#number = before + 1;
  }

  /** Whether the last record says why nothing more is read. */
  get areOver(): boolean {
    return this.#areOver;
  }

  /** Adds bytes to the current line. Returns a record only if nothing more is to be read. */
  add(bytes: Buffer): SourceRecord | undefined {
    this.#text.addAll(bytes);
    if (this.#isFirst && this.#text.isBinary) return this.#stop(binary);
    return this.#text.isEndless ? this.#stop('is longer than 128 MiB') : undefined;
  }

  /** Ends the current line and returns its record; none if the line is blank. */
  end(): SourceRecord | undefined {
    const { bytes } = this.#text;
    const read = this.#text.take();
    const place = this.#place;
    if (read === undefined) {
      this.#number += 1;
      this.#blankBytes += bytes + 1;
      return this.#blankBytes > maxSpaceBytes ? this.#stop(tooMuchSpace) : undefined;
    }
    this.#isFirst = false;
    this.#blankBytes = 0;
    this.#unreadable = 'value' in read ? 0 : this.#unreadable + 1;
    if (this.#unreadable > maxUnreadableLines) {
      return this.#stop(`and the ${maxUnreadableLines} lines before it cannot be read`);
    }
    this.#number += 1;
    return sourceRecord(place, read);
  }

  get #place(): string {
    return `line ${this.#number}`;
  }

  #stop(rule: string): SourceRecord {
    this.#areOver = true;
    return lastRecord(this.#place, rule);
  }
}

const binary = 'is not text but binary data, such as a compressed file, a database, or UTF-16';
