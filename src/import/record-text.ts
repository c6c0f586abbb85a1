import { isUtf8 } from 'node:buffer';

/**
 * The limits of one record. A real export stays far below: a company with a thousand connections has about 1 MiB, 20,000
 * members and 5 levels.
 */
export const recordLimits = {
  /** Bytes of its text. */
  bytes: 16 * 1024 * 1024,
  /** Levels of objects and arrays in each other, the record itself included. */
  depth: 32,
  /** Members of all of its objects and arrays. A member can take 30 times as much memory as its text. */
  members: 100_000,
  /** Bytes after which reading stops, instead of skipping the record. */
  skippedBytes: 128 * 1024 * 1024,
} as const;

/** How much white space there can be between records, in bytes. */
export const maxSpaceBytes = 1024 * 1024;

/** A value, or the rule that its text breaks: one of `recordLimits`, or a rule of the encoding. */
export type ReadText =
  | { readonly value: unknown; readonly bytes: number }
  | { readonly unreadable: string; readonly breaks: 'limit' | 'JSON' | 'UTF-8' };

type Fault = Extract<ReadText, { unreadable: string }>;

/** How many bytes are kept before more memory is taken. */
const firstCapacity = 64 * 1024;

/**
 * The text of one JSON value, which arrives in chunks. Follows the text only as far as necessary to find its end and to
 * check `recordLimits`; `JSON.parse` does the rest. From the chunk on that breaks a rule, it keeps nothing.
 */
export class RecordText {
  #kept = Buffer.allocUnsafe(firstCapacity);
  #keptBytes = 0;
  #bytes = 0;
  #depth = 0;
  #deepest = 0;
  #members = 0;
  #isBlank = true;
  #isBinary = false;
  #inString = false;
  #afterBackslash = false;
  /** Whether an object or array has begun whose first member, if there is one, is still to come. */
  #hasOpened = false;
  #fault: Fault | undefined;

  /** Its length so far. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Whether it has a control character outside of strings, as binary data has. */
  get isBinary(): boolean {
    return this.#isBinary;
  }

  /** Whether it is so long that reading should stop. */
  get isEndless(): boolean {
    return this.#bytes > recordLimits.skippedBytes;
  }

  /** Adds bytes up to the `,`, `:`, `]` or `}` that follows the value, or all. Returns where they end. */
  add(chunk: Buffer, from = 0): number {
    const end = this.#scan(chunk, from);
    this.#bytes += end - from;
    if (this.#deepest > recordLimits.depth) this.#break(tooDeep);
    if (this.#members > recordLimits.members) this.#break(tooMany);
    if (this.#isBinary) this.#break(notJson);
    this.#checkLength();
    if (this.#fault === undefined) this.#keep(chunk, from, end);
    return end;
  }

  /** Adds bytes that all belong to the text, as those of a line do. */
  addAll(bytes: Buffer): void {
    const end = this.#fault === undefined ? this.add(bytes) : 0;
    if (end === bytes.length) return;
    this.#break(notJson);
    this.#bytes += bytes.length - end;
    this.#checkLength();
  }

  /** Ends the text and returns what it holds, or `undefined` if it is blank. The next text can then be added. */
  take(): ReadText | undefined {
    const isBlank = this.#isBlank && this.#fault === undefined;
    const read = isBlank
      ? undefined
      : (this.#fault ?? parse(this.#kept.subarray(0, this.#keptBytes)));
    this.#keptBytes = 0;
    this.#bytes = 0;
    this.#depth = 0;
    this.#deepest = 0;
    this.#members = 0;
    this.#isBlank = true;
    this.#isBinary = false;
    this.#inString = false;
    this.#afterBackslash = false;
    this.#hasOpened = false;
    this.#fault = undefined;
    return read;
  }

  #break(fault: Fault): void {
    this.#fault ??= fault;
    this.#keptBytes = 0;
  }

  /** The length counts first, however the text is cut into chunks. */
  #checkLength(): void {
    if (this.#bytes <= recordLimits.bytes) return;
    this.#fault = this.isEndless ? endless : tooLong;
    this.#keptBytes = 0;
  }

  #keep(chunk: Buffer, from: number, end: number): void {
    const total = this.#keptBytes + end - from;
    if (total > this.#kept.length) {
      const larger = Buffer.allocUnsafe(Math.max(total, 2 * this.#kept.length));
      this.#kept.copy(larger, 0, 0, this.#keptBytes);
      this.#kept = larger;
    }
    chunk.copy(this.#kept, this.#keptBytes, from, end);
    this.#keptBytes = total;
  }

  /** Follows strings, depth and members up to the separator that ends the value, or to the end of the chunk. */
  #scan(chunk: Buffer, from: number): number {
    let at = from;
    while (at < chunk.length) {
      if (this.#inString) {
        at = this.#scanString(chunk, at);
        continue;
      }
      const byte = chunk[at] as number;
      if (!isSpace(byte)) {
        const closes = byte === closingBracket || byte === closingBrace;
        if (this.#depth === 0 && (closes || byte === comma || byte === colon)) return at;
        this.#isBlank = false;
        if (closes) this.#depth -= 1;
        else if (byte === comma || this.#hasOpened) this.#members += 1;
        this.#hasOpened = byte === openingBracket || byte === openingBrace;
        if (this.#hasOpened) this.#deepest = Math.max(this.#deepest, (this.#depth += 1));
        else if (byte === quote) this.#inString = true;
        else if (byte < space) this.#isBinary = true;
      }
      at += 1;
    }
    return at;
  }

  /** Follows a string to its closing quote or to the end of the chunk. */
  #scanString(chunk: Buffer, from: number): number {
    let afterBackslash = this.#afterBackslash;
    let at = from;
    for (; at < chunk.length; at += 1) {
      const byte = chunk[at] as number;
      if (afterBackslash) afterBackslash = false;
      else if (byte === quote) {
        this.#inString = false;
        at += 1;
        break;
      } else if (byte === backslash) afterBackslash = true;
    }
    this.#afterBackslash = afterBackslash;
    return at;
  }
}

const space = 0x20;
const quote = 0x22;
export const comma = 0x2c;
export const colon = 0x3a;
export const openingBracket = 0x5b;
const backslash = 0x5c;
export const closingBracket = 0x5d;
const openingBrace = 0x7b;
export const closingBrace = 0x7d;

/** Reports whether a byte is white space between the tokens of JSON. */
export function isSpace(byte: number): boolean {
  return byte === space || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

function parse(bytes: Buffer): ReadText {
  // Decoding would store replacement characters for invalid bytes.
  if (!isUtf8(bytes)) return { unreadable: 'is not valid UTF-8', breaks: 'UTF-8' };
  try {
    return { value: JSON.parse(bytes.toString('utf8')) as unknown, bytes: bytes.length };
  } catch {
    return notJson;
  }
}

const notJson: Fault = { unreadable: 'is not valid JSON', breaks: 'JSON' };
const tooLong = beyond('is longer than 16 MiB');
const endless = beyond('is longer than 128 MiB');
const tooDeep = beyond(`has more than ${recordLimits.depth} levels of objects and arrays`);
const tooMany = beyond(`has more than ${recordLimits.members} members in its objects and arrays`);

function beyond(unreadable: string): Fault {
  return { unreadable, breaks: 'limit' };
}
