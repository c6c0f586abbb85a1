import { JSONParser } from '@streamparser/json';

/** One record of the input, or the place where it cannot be read. */
export type SourceRecord =
  | { readonly place: string; readonly value: unknown }
  | { readonly place: string; readonly unreadable: string };

/**
 * Reads records from UTF-8 bytes in constant memory: the members of `results` of a JSON page (as `GET /companies`
 * answers it), the members of a JSON array, or NDJSON, one record a line. Which of them it is shows at the start.
 */
export async function* readRecords(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<SourceRecord> {
  const chunks = decodeUtf8(bytes);
  try {
    let start = '';
    let format: Format | undefined;
    while (format === undefined) {
      const next = await chunks.next();
      if (next.done) format = 'lines';
      else format = formatOf((start += next.value));
    }
    const all = prepend(start, chunks);
    if (format === 'lines') yield* readLines(all);
    else yield* readDocument(all, format === 'page' ? '$.results.*' : '$.*');
  } catch (error) {
    if (!(error instanceof NotUtf8Error)) throw error;
    yield { place: error.place, unreadable: 'is not UTF-8; nothing from here on was read' };
  }
}

type Format = 'page' | 'array' | 'lines';

/** The properties of a page, as the OpenAPI document's schemas Companies and PagingInfo name them. */
const pageProperties = new Set(['results', 'pageNumber', 'pageSize', 'totalResults', '_links']);

/** The longest start that is looked at before it is taken for lines. */
const longestStart = 1024;

function formatOf(start: string): Format | undefined {
  const opening = start.trimStart();
  if (opening.startsWith('[')) return 'array';
  const firstProperty = /^\{\s*"([^"]*)"/.exec(opening)?.[1];
  if (firstProperty !== undefined) return pageProperties.has(firstProperty) ? 'page' : 'lines';
  const mayBecomePage = opening === '' || opening.startsWith('{');
  return mayBecomePage && start.length < longestStart ? undefined : 'lines';
}

async function* readLines(chunks: AsyncIterable<string>): AsyncGenerator<SourceRecord> {
  let number = 0;
  for await (const line of splitLines(chunks)) {
    number += 1;
    if (line.trim() === '') continue;
    const place = `line ${number}`;
    try {
      yield { place, value: JSON.parse(line) as unknown };
    } catch {
      yield { place, unreadable: 'is not valid JSON' };
    }
  }
}

async function* splitLines(chunks: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of chunks) {
    rest += chunk;
    if (!chunk.includes('\n')) continue;
    const lines = rest.split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  yield rest;
}

async function* readDocument(
  chunks: AsyncIterable<string>,
  path: string,
): AsyncGenerator<SourceRecord> {
  const parser = new JSONParser({ paths: [path], keepStack: false });
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
  for await (const chunk of chunks) {
    if (!(yield* step(() => parser.write(chunk)))) return;
  }
  if (!parser.isEnded) yield* step(() => parser.end());
}

const unreadableDocument =
  'is not valid JSON, or the file ends in it; nothing from here on was read';

class NotUtf8Error extends Error {
  override readonly name = 'NotUtf8Error';
  readonly place: string;

  constructor(fromByte: number, toByte: number) {
    super();
    this.place = `bytes ${fromByte} to ${toByte}`;
  }
}

/** Decodes UTF-8 strictly, since replacement characters would be stored as if they had been meant; drops a BOM. */
async function* decodeUtf8(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string, void> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let position = 0;
  const decode = (chunk: Uint8Array, stream: boolean) => {
    try {
      return decoder.decode(chunk, { stream });
    } catch {
      throw new NotUtf8Error(position, position + chunk.length);
    }
  };
  for await (const chunk of bytes) {
    yield decode(chunk, true);
    position += chunk.length;
  }
  yield decode(new Uint8Array(), false);
}

async function* prepend(first: string, rest: AsyncIterable<string>): AsyncGenerator<string> {
  yield first;
  yield* rest;
}
