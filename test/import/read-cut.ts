import { Readable } from 'node:stream';
import { readRecords } from '../../src/import/read-records.ts';
import type { SourceRecord } from '../../src/import/source-record.ts';

/** A record without its length. */
type ReadRecord =
  Exclude<SourceRecord, { value: unknown }> | { readonly place: string; readonly value: unknown };

/** Reads records from bytes that arrive in chunks of these sizes, repeated in turn. */
export async function readCut(
  input: string | Uint8Array,
  sizes: readonly number[],
): Promise<ReadRecord[]> {
  const records: ReadRecord[] = [];
  for await (const record of readRecords(Readable.from(cut(Buffer.from(input), sizes)))) {
    if ('value' in record) records.push({ place: record.place, value: record.value });
    else records.push(record);
  }
  return records;
}

function* cut(bytes: Buffer, sizes: readonly number[]): Generator<Buffer> {
  let start = 0;
  for (let piece = 0; start < bytes.length; piece += 1) {
    const end = start + (sizes[piece % sizes.length] ?? bytes.length);
    yield bytes.subarray(start, end);
    start = end;
  }
}

/** Chunk sizes: byte by byte, through most characters and tokens, and the whole input at once. */
export const cuttings = [[1], [2], [3, 5, 1, 7], [64 * 1024]] as const;

/** Reads records from an input that is cut in several ways. Throws if the records differ. */
export async function read(input: string | Uint8Array): Promise<ReadRecord[]> {
  const [records, ...others] = await Promise.all(cuttings.map((sizes) => readCut(input, sizes)));
  for (const other of others) {
    if (JSON.stringify(other) !== JSON.stringify(records)) {
      throw new Error(`cut otherwise, it reads ${JSON.stringify(other)}`);
    }
  }
  return records ?? [];
}
