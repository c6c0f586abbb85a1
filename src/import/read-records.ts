import { readDocument, type DocumentFormat } from './read-document.ts';
import { newline, readLines } from './read-lines.ts';
import { formatBytes, otherFormat } from './other-format.ts';
import { isSpace, maxSpaceBytes } from './record-text.ts';
import { lastRecord, tooMuchSpace, type SourceRecord } from './source-record.ts';

/**
 * Reads records from UTF-8 bytes in constant memory, whatever the bytes are: the members of `results` of a JSON page (as
 * `GET /companies` returns it), the members of a JSON array, or NDJSON, one record per line. The start decides the
 * format. A record that breaks `recordLimits` is unreadable.
 */
export async function* readRecords(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<SourceRecord> {
  const chunks = withoutBom(bytes);
  const start: Buffer[] = [];
  let opening = '';
  let blankBytes = 0;
  let linesBefore = 0;
  let format: Format | undefined;
  let isFirst = true;
  while (format === undefined) {
    const next = await chunks.next();
    if (next.done) format = 'lines';
    else {
      const other = isFirst ? otherFormat(next.value) : undefined;
      if (other !== undefined) return yield lastRecord('line 1', other);
      isFirst = false;
      if (start.length === 0 && next.value.every(isSpace)) {
        linesBefore += countLines(next.value);
        blankBytes += next.value.length;
        if (blankBytes <= maxSpaceBytes) continue;
        return yield lastRecord(`line ${linesBefore + 1}`, tooMuchSpace);
      }
      start.push(next.value);
      // The formats differ in ASCII characters, so a start that ends within a character does no harm.
      const more = next.value.toString('latin1');
      opening = (opening + more).trimStart().slice(0, maxStart);
      format = formatOf(opening);
    }
  }
  const all = prepend(start, chunks);
  yield* format === 'lines' ? readLines(all, linesBefore) : readDocument(all, format);
}

type Format = DocumentFormat | 'lines';

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

function countLines(bytes: Buffer): number {
  let count = 0;
  for (const byte of bytes) if (byte === newline) count += 1;
  return count;
}

const bom = Buffer.from('\uFEFF');

/** Yields bytes without a byte order mark. The first chunk has at least `formatBytes` if there are as many. */
async function* withoutBom(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer, void> {
  let start: Buffer | undefined = Buffer.alloc(0);
  for await (const piece of bytes) {
    const chunk = Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength);
    if (start === undefined) {
      yield chunk;
      continue;
    }
    start = Buffer.concat([start, chunk]);
    if (start.length < formatBytes) continue;
    yield afterBom(start);
    start = undefined;
  }
  if (start !== undefined) yield afterBom(start);
}

function afterBom(start: Buffer): Buffer {
  return start.subarray(0, bom.length).equals(bom) ? start.subarray(bom.length) : start;
}

async function* prepend(
  start: readonly Buffer[],
  rest: AsyncIterable<Buffer>,
): AsyncGenerator<Buffer, void> {
  yield* start;
  yield* rest;
}
