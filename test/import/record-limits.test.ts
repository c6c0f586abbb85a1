import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { batches } from '../../src/import/batches.ts';
import { readRecords } from '../../src/import/read-records.ts';
import type { SourceRecord } from '../../src/import/source-record.ts';
import { companyRecord, connectionRecord } from '../support/records.ts';
import { readCut } from './read-cut.ts';

const MiB = 1024 * 1024;
const good = { id: '1' };
const member = (value: string) => `{"id":"1","more":${value}}`;
const nested = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);
const list = (members: number) => `[${'0,'.repeat(members - 1)}0]`;
const nothingMore = 'the rest of the file was not read';

/** Each format with a good record before and after another one, whose place is given. */
const formats = [
  ['NDJSON', 'line', (record: string) => `{"id":"1"}\n${record}\n{"id":"1"}\n`],
  ['a list', 'record', (record: string) => `[{"id":"1"},${record},{"id":"1"}]`],
  [
    'a page',
    'record',
    (record: string) => `{"results":[{"id":"1"},${record},{"id":"1"}],"pageNumber":1}`,
  ],
] as const;

const tooLong = 'is longer than 16 MiB';
const tooDeep = 'has more than 32 levels of objects and arrays';
const tooMany = 'has more than 100000 members in its objects and arrays';

const rules = [
  ['a string of more than 16 MiB', member(`"${'x'.repeat(16 * MiB)}"`), tooLong],
  ['a number of more than 16 MiB', member('1'.repeat(16 * MiB)), tooLong],
  ['white space of more than 16 MiB', member(`${' '.repeat(16 * MiB)}1`), tooLong],
  ['33 levels', member(nested(32)), tooDeep],
  ['a million levels', member(nested(1_000_000)), tooDeep],
  ['100,001 members of an array and the object that it is in', member(list(99_999)), tooMany],
  ['a million empty objects', member(`[${'{},'.repeat(999_999)}{}]`), tooMany],
] as const;

test.for(
  formats.flatMap(([format, place, written]) =>
    rules.map(([what, record, rule]) => [what, format, place, written(record), rule] as const),
  ),
)('a record with %s in %s is refused alone', async ([, , place, input, rule]) => {
  expect(await readCut(input, [64 * 1024])).toEqual([
    { place: `${place} 1`, value: good },
    { place: `${place} 2`, unreadable: rule },
    { place: `${place} 3`, value: good },
  ]);
});

test.for(formats)('a record just within the limits in %s is read', async ([, place, written]) => {
  const records = [
    member(nested(31)),
    member(list(99_998)),
    member(`"${'x'.repeat(16 * MiB - 20)}"`),
  ];

  for (const record of records) {
    const read = await readCut(written(record), [64 * 1024]);
    expect(read.map((it) => ('value' in it ? 'read' : it))).toEqual(['read', 'read', 'read']);
    expect(read[2]?.place).toBe(`${place} 3`);
  }
});

test('a company with a thousand connections is far within the limits of a record', async () => {
  const record = companyRecord({
    dataConnections: Array.from({ length: 5000 }, () => connectionRecord()),
  });

  const [read] = await readCut(JSON.stringify([record]), [64 * 1024]);

  expect(read).toEqual({ place: 'record 1', value: record });
});

test('brackets, commas and escapes within a string are no members and no levels', async () => {
  const text = `${'[{,'.repeat(200_000)}\\"${'[{,'.repeat(200_000)}\\\\`;

  const [read] = await readCut(`[${member(`"${text}"`)}]`, [1000, 1]);

  expect(read).toHaveProperty('value');
});

test('a property of a page that is too long is not kept', async () => {
  const input = `{"_links":"${'x'.repeat(17 * MiB)}","results":[{"id":"1"}]}`;

  expect(await readCut(input, [64 * 1024])).toEqual([{ place: 'record 1', value: good }]);
});

/** Reads an input that starts like this and repeats the rest without end. Returns the records, and how much was read. */
async function readEndless(start: string | Buffer, repeated: string | Buffer) {
  const chunk = Buffer.alloc(64 * 1024, repeated);
  let bytes = 0;
  const endless = async function* () {
    yield Buffer.from(start);
    for (;;) {
      bytes += chunk.length;
      yield chunk;
    }
  };
  const records: SourceRecord[] = [];
  for await (const record of readRecords(endless())) records.push(record);
  return { records, mebibytes: bytes / MiB };
}

const endless = `is longer than 128 MiB; ${nothingMore}`;
const tooBlank = `follows more than 1 MiB of white space; ${nothingMore}`;
const binary = `is not text but binary data, such as a compressed file, a database, or UTF-16; ${nothingMore}`;
const broken = `is not valid JSON, or is cut off at the end of the file; ${nothingMore}`;

test.for<[string, string | Buffer, string | Buffer, Partial<SourceRecord>, number]>([
  ['a line', '{"id":"', 'x', { place: 'line 1', unreadable: endless }, 129],
  ['a list of lists', '[', '[', { place: 'record 1', unreadable: endless }, 129],
  ['a property of a page', '{"_links":"', 'x', { place: 'record 1', unreadable: endless }, 129],
  ['white space in a list', '[', ' ', { place: 'record 1', unreadable: endless }, 129],
  ['white space in a page', '{"results":', ' ', { place: 'record 1' }, 2],
  ['white space', '', ' ', { place: 'line 1', unreadable: tooBlank }, 2],
  ['a blank start', '', '\n', { place: 'line 1114113', unreadable: tooBlank }, 2],
  ['a blank rest', '{"id":"1"}\n', '\n', { place: 'line 1048579', unreadable: tooBlank }, 2],
  ['a file of zeros', '', Buffer.alloc(1), { place: 'line 1', unreadable: binary }, 1],
  ['a list of zeros', '[', Buffer.alloc(1), { place: 'record 1', unreadable: broken }, 1],
])('%s that never ends ends the reading', async ([, start, repeated, last, most]) => {
  const { records, mebibytes } = await readEndless(start, repeated);

  expect(records.at(-1)).toMatchObject(last);
  expect(mebibytes).toBeLessThanOrEqual(most);
});

test.for<[string, Buffer]>([
  ['a database', Buffer.from('SQLite format 3\0\u0010\0\u0001\u0001\0@\n\0\0\n', 'latin1')],
  ['UTF-16 without a mark', Buffer.from('{"id":"1"}\n{"id":"2"}\n', 'utf16le')],
])('%s is said to be binary, once', async ([, input]) => {
  expect(await readCut(input, [64 * 1024])).toEqual([{ place: 'line 1', unreadable: binary }]);
});

test.for<[string, Buffer, string]>([
  ['gzip', gzipSync('[{"id":"1"}]'), 'is compressed with gzip: decompress it first'],
  ['bzip2', Buffer.from('BZh91AY&SY'), 'is compressed with bzip2: decompress it first'],
  ['xz', Buffer.from('\u00FD7zXZ\0', 'latin1'), 'is compressed with xz: decompress it first'],
  [
    'Zstandard',
    Buffer.from('28b52ffd0458', 'hex'),
    'is compressed with Zstandard: decompress it first',
  ],
  ['ZIP', Buffer.from('PK\u0003\u0004..'), 'is a ZIP archive: decompress it first'],
  ['UTF-16', Buffer.from('\uFEFF[{}]', 'utf16le'), 'is text in UTF-16: save it as UTF-8'],
  [
    'UTF-16, big end first',
    Buffer.from('feff005b005d', 'hex'),
    'is text in UTF-16: save it as UTF-8',
  ],
])('of a file in %s it is said what to do, however it is cut', async ([, input, rule]) => {
  for (const cut of [1, 3, 64 * 1024]) {
    const records = await readCut(input, [cut]);

    expect(records).toEqual([{ place: 'line 1', unreadable: `${rule}; ${nothingMore}` }]);
  }
});

test('after a thousand unreadable lines in a row no more is read', async () => {
  const garbage = 'id;name\n';
  const input = `${garbage.repeat(1000)}{"id":"1"}\n${garbage.repeat(2000)}`;

  const records = await readCut(input, [64 * 1024]);

  expect(records).toHaveLength(2002);
  expect(records[1000]).toEqual({ place: 'line 1001', value: good });
  expect(records[2001]).toEqual({
    place: 'line 2002',
    unreadable: `and the 1000 lines before it cannot be read; ${nothingMore}`,
  });
});

test('what is kept until it is written is bounded in bytes, too', async () => {
  // A short part of a text, such as a trimmed name, keeps all of the text in memory.
  const name = `${' '.repeat(2 * MiB)}Acme Trading Ltd`;
  const records = async function* () {
    for (let index = 0; index < 12; index += 1) {
      const value = { ...companyRecord(), name };
      yield { place: '', value, bytes: Buffer.byteLength(JSON.stringify(value)) };
    }
  };

  const sizes: number[] = [];
  for await (const batch of batches(records(), undefined)) sizes.push(batch.length);

  expect(sizes).toEqual([4, 4, 4]);
});
