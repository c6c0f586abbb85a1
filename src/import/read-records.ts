import { isUtf8 } from 'node:buffer';
import { JSONParser } from '@streamparser/json';

/** A record of the input, or the place of one that cannot be read. */
export type SourceRecord =
  | { readonly place: string; readonly value: unknown }
  | { readonly place: string; readonly unreadable: string };

/** The longest line that is read, in bytes. A longer one is refused without being buffered. */
const maxLine = 16 * 1024 * 1024;

/**
 * Reads records from UTF-8 bytes in constant memory: the members of `results` of a JSON page (as `GET /companies`
 * returns it), the members of a JSON array, or NDJSON, one record per line. The start decides the format.
 */
export async function* readRecords(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<SourceRecord> {
  const chunks = withoutBom(bytes);
  const start: Buffer[] = [];
  let opening = '';
  let linesBefore = 0;
  let format: Format | undefined;
  while (format === undefined) {
    const next = await chunks.next();
    if (next.done) format = 'lines';
    else {
      if (start.length === 0 && isBlank(next.value)) {
        linesBefore += countLines(next.value);
        continue;
      }
      start.push(next.value);
      // The formats differ in ASCII characters, so a start that ends within a character does no harm.
      const more = next.value.toString('latin1');
      opening = (opening + more).trimStart().slice(0, maxStart);
      format = formatOf(opening);
    }
  }
  const all = prepend(start, chunks);
  if (format === 'lines') yield* readLines(all, linesBefore);
  else yield* readDocument(all, format === 'page' ? '$.results.*' : '$.*');
}

type Format = 'page' | 'array' | 'lines';

/** The properties of a page, from the schemas Companies and PagingInfo of the OpenAPI document. */
const pageProperties = new Set(['results', 'pageNumber', 'pageSize', 'totalResults', '_links']);

/** How many characters are examined before the input is taken for NDJSON. */
const maxStart = 1024;

function formatOf(opening: string): Format | undefined {
  if (opening.startsWith('[')) return 'array';
  const firstProperty = /^\{\s*"([^"]*)"/.exec(opening)?.[1];
  if (firstProperty !== undefined) return pageProperties.has(firstProperty) ? 'page' : 'lines';
  return opening.startsWith('{') && opening.length < maxStart ? undefined : 'lines';
}

function isBlank(bytes: Buffer): boolean {
  return bytes.every((byte) => byte === 0x20 || byte === 0x09 || byte === 0x0d || byte === newline);
}

function countLines(bytes: Buffer): number {
  return bytes.reduce((count, byte) => (byte === newline ? count + 1 : count), 0);
}

const newline = 0x0a;

async function* readLines(
  chunks: AsyncIterable<Buffer>,
  linesBefore: number,
): AsyncGenerator<SourceRecord> {
  let number = linesBefore;
  for await (const line of splitLines(chunks)) {
    number += 1;
    const record = readLine(`line ${number}`, line);
    if (record !== undefined) yield record;
  }
}

function readLine(place: string, line: Buffer | 'too long'): SourceRecord | undefined {
  if (line === 'too long') return { place, unreadable: 'is longer than 16 MiB' };
  // Decoding would store replacement characters for invalid bytes.
  if (!isUtf8(line)) return { place, unreadable: 'is not valid UTF-8' };
  const text = line.toString('utf8');
  if (text.trim() === '') return undefined;
  try {
    return { place, value: JSON.parse(text) as unknown };
  } catch {
    return { place, unreadable: 'is not valid JSON' };
  }
}

/** Splits at line breaks. Does not buffer a line that is too long. */
async function* splitLines(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer | 'too long'> {
  let pieces: Buffer[] = [];
  let length = 0;
  const add = (piece: Buffer) => {
    length += piece.length;
    if (length > maxLine) pieces = [];
    else if (piece.length > 0) pieces.push(piece);
  };
  const take = () => {
    const [first] = pieces;
    const whole = pieces.length === 1 && first ? first : Buffer.concat(pieces);
    const line = length > maxLine ? 'too long' : whole;
    pieces = [];
    length = 0;
    return line;
  };
  for await (const chunk of chunks) {
    let from = 0;
    for (let to = chunk.indexOf(newline); to !== -1; to = chunk.indexOf(newline, from)) {
      add(chunk.subarray(from, to));
      yield take();
      from = to + 1;
    }
    add(chunk.subarray(from));
  }
  yield take();
}

/**
 * How many bytes of a string the parser decodes at once. Its default, one character at a time, loses every U+FEFF. With
 * a buffer, only one at the very start of a text is lost, which is trimmed anyway.
 */
const stringBufferSize = 64 * 1024;

async function* readDocument(
  chunks: AsyncIterable<Buffer>,
  path: string,
): AsyncGenerator<SourceRecord> {
  const parser = new JSONParser({ paths: [path], keepStack: false, stringBufferSize });
  let values: unknown[] = [];
  let number = 0;
  parser.onValue = ({ value }) => values.push(value);
  const step = function* (advance: () => void): Generator<SourceRecord, boolean> {
    let fine = true;
    try {
      advance();
    } catch {
      fine = false;
    }
    for (const value of values) yield { place: `record ${(number += 1)}`, value };
    values = [];
    if (!fine) yield { place: `record ${number + 1}`, unreadable: unreadableDocument };
    return fine;
  };
  for await (const text of decodeUtf8(chunks)) {
    if (typeof text !== 'string') return yield text;
    if (!(yield* step(() => parser.write(text)))) return;
  }
  if (!parser.isEnded) yield* step(() => parser.end());
}

const unreadableDocument =
  'is not valid JSON, or is cut off at the end of the file; the rest of the file was not read';

/** Decodes UTF-8 strictly, up to the first invalid byte, and yields that byte's place last. */
async function* decodeUtf8(chunks: AsyncIterable<Buffer>): AsyncGenerator<string | SourceRecord> {
  let rest = Buffer.alloc(0);
  let position = 0;
  const fault = (): SourceRecord => ({
    place: `byte ${position + 1}`,
    unreadable: 'is not valid UTF-8; the rest of the file was not read',
  });
  for await (const chunk of chunks) {
    const bytes = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
    const complete = bytes.subarray(0, completeLength(bytes));
    const fine = isUtf8(complete);
    const text = fine ? complete.toString('utf8') : goodStart(complete);
    if (text !== '') yield text;
    position += fine ? complete.length : Buffer.byteLength(text);
    if (!fine) return yield fault();
    rest = Buffer.from(bytes.subarray(complete.length));
  }
  if (rest.length > 0) yield fault();
}

/** Returns the number of bytes before an incomplete last character. */
function completeLength(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes.readUInt8(bytes.length - back);
    if (byte >= 0x80 && byte < 0xc0) continue;
    const needs = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return needs > back ? bytes.length - back : bytes.length;
  }
  return bytes.length;
}

function goodStart(bytes: Buffer): string {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  let text = '';
  try {
    for (let at = 0; at < bytes.length; at += 1) {
      text += decoder.decode(bytes.subarray(at, at + 1), { stream: true });
    }
  } catch {
    // The valid start ends here.
  }
  return text;
}

const bom = Buffer.from('\uFEFF');

async function* withoutBom(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer, void> {
  let start: Buffer | undefined = Buffer.alloc(0);
  for await (const piece of bytes) {
    const chunk = Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength);
    if (start === undefined) {
      yield chunk;
      continue;
    }
    start = Buffer.concat([start, chunk]);
    if (start.length < bom.length && bom.subarray(0, start.length).equals(start)) continue;
    yield afterBom(start);
    start = undefined;
  }
  if (start !== undefined) yield start;
}

function afterBom(start: Buffer): Buffer {
  return start.subarray(0, bom.length).equals(bom) ? start.subarray(bom.length) : start;
}

async function* prepend(
  start: readonly Buffer[],
  rest: AsyncIterable<Buffer>,
): AsyncGenerator<Buffer> {
  yield* start;
  yield* rest;
}
