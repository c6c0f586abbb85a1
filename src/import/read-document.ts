import {
  closingBrace,
  closingBracket,
  colon,
  comma,
  isSpace,
  openingBracket,
  maxSpaceBytes,
  RecordText,
  type ReadText,
} from './record-text.ts';
import { lastRecord, sourceRecord, type SourceRecord } from './source-record.ts';

/** A JSON array of records, or a page, which has them as its `results`. */
export type DocumentFormat = 'array' | 'page';

/**
 * Reads the records of a JSON document. Refuses a record that breaks a limit alone. Ends where the JSON is invalid, since
 * what follows may not be what it seems.
 */
export async function* readDocument(
  chunks: AsyncIterator<Buffer, void>,
  format: DocumentFormat,
): AsyncGenerator<SourceRecord> {
  yield* new DocumentReader(chunks).read(format);
}

/** The rule of a document, which does not show whether it is wrong or incomplete. */
const notJson = 'is not valid JSON, or is cut off at the end of the file';

/** What stands before a separator. */
interface Part {
  /** `undefined` if it is blank. */
  readonly read: ReadText | undefined;
  /** The separator; `undefined` if the input ends before one, or is not worth reading up to one. */
  readonly separator: number | undefined;
}

/** Returns the rule of JSON, or of its encoding, that a part breaks. */
function ruleOf({ read, separator }: Part): string | undefined {
  if (read === undefined) return notJson;
  if ('value' in read) return undefined;
  if (read.breaks === 'JSON') return notJson;
  return read.breaks === 'limit' && separator !== undefined ? undefined : read.unreadable;
}

class DocumentReader {
  readonly #chunks: AsyncIterator<Buffer, void>;
  readonly #text = new RecordText();
  #chunk: Buffer = Buffer.alloc(0);
  #at = 0;
  #number = 1;

  constructor(chunks: AsyncIterator<Buffer, void>) {
    this.#chunks = chunks;
  }

  async *read(format: DocumentFormat): AsyncGenerator<SourceRecord> {
    const rule = yield* format === 'array' ? this.#array() : this.#page();
    const broken = rule ?? (await this.#end());
    if (broken !== undefined) yield lastRecord(this.#place, broken);
  }

  get #place(): string {
    return `record ${this.#number}`;
  }

  /** Reads an array of records. Like the other parts of a document, returns the rule that it breaks. */
  async *#array(): AsyncGenerator<SourceRecord, string | undefined> {
    if ((await this.#nextByte()) !== openingBracket) return 'must be in the array results';
    for (let isFirst = true; ; isFirst = false) {
      const part = await this.#nextPart();
      const { read, separator } = part;
      if (read === undefined) return isFirst && separator === closingBracket ? undefined : notJson;
      const rule = ruleOf(part);
      if (rule !== undefined) return rule;
      yield sourceRecord(this.#place, read);
      this.#number += 1;
      if (separator === closingBracket) return undefined;
      if (separator !== comma) return notJson;
    }
  }

  async *#page(): AsyncGenerator<SourceRecord, string | undefined> {
    await this.#nextByte();
    for (;;) {
      const { read: key, separator: afterKey } = await this.#nextPart();
      const isKey = key !== undefined && 'value' in key && typeof key.value === 'string';
      if (!isKey || afterKey !== colon) return notJson;
      let after: number | undefined;
      if (key.value === 'results') {
        const rule = yield* this.#array();
        if (rule !== undefined) return rule;
        const rest = await this.#nextPart();
        if (rest.read !== undefined) return notJson;
        after = rest.separator;
      } else {
        const other = await this.#nextPart();
        const rule = ruleOf(other);
        if (rule !== undefined) return rule;
        after = other.separator;
      }
      if (after === closingBrace) return undefined;
      if (after !== comma) return notJson;
    }
  }

  /** Reads up to the end of the input, where only white space may be. */
  async #end(): Promise<string | undefined> {
    const { read, separator } = await this.#nextPart();
    return read === undefined && separator === undefined ? undefined : notJson;
  }

  async #nextPart(): Promise<Part> {
    const text = this.#text;
    for (;;) {
      this.#at = text.add(this.#chunk, this.#at);
      const separator = this.#chunk[this.#at];
      if (separator !== undefined) this.#at += 1;
      const isLast = text.isBinary || text.isEndless;
      if (separator === undefined && !isLast && (await this.#nextChunk())) continue;
      return { read: text.take(), separator };
    }
  }

  /** Reads one byte after white space. */
  async #nextByte(): Promise<number | undefined> {
    for (let spaces = 0; spaces <= maxSpaceBytes; spaces += 1) {
      if (this.#at === this.#chunk.length && !(await this.#nextChunk())) return undefined;
      const byte = this.#chunk[this.#at];
      this.#at += 1;
      if (byte !== undefined && !isSpace(byte)) return byte;
    }
    return undefined;
  }

  async #nextChunk(): Promise<boolean> {
    const next = await this.#chunks.next();
    if (next.done) return false;
    this.#chunk = next.value;
    this.#at = 0;
    return true;
  }
}
