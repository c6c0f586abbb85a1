import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { read, readCut } from './read-cut.ts';

const first = { id: '1', name: 'Ωmega 🦜 Société' };
const second = { id: '2', dataConnections: [{ id: '3' }], tags: {} };

const bothRecords = [
  { place: 'record 1', value: first },
  { place: 'record 2', value: second },
];

const bothLines = [
  { place: 'line 1', value: first },
  { place: 'line 2', value: second },
];

const page = {
  results: [first, second],
  pageNumber: 1,
  pageSize: 100,
  totalResults: 2,
  _links: {},
};
const { results, _links, ...paging } = page;
const lines = `${JSON.stringify(first)}\n${JSON.stringify(second)}\n`;

test.for([
  ['a page', JSON.stringify(page)],
  ['a page in many lines', JSON.stringify(page, null, 2)],
  ['a page in many lines with CRLF', JSON.stringify(page, null, 2).replaceAll('\n', '\r\n')],
  ['a page whose records come last', JSON.stringify({ ...paging, _links, results })],
  ['a page that starts with its links', JSON.stringify({ _links, ...paging, results }, null, '\t')],
  ['a page after a BOM', `\uFEFF${JSON.stringify(page)}`],
  ['a page after blank lines', `\n\r\n  ${JSON.stringify(page)}\n\n`],
  ['a list', JSON.stringify([first, second])],
  ['a list in many lines', JSON.stringify([first, second], null, 2)],
  ['a list after a BOM', `\uFEFF${JSON.stringify([first, second])}`],
] as const)('%s is read record by record', async ([, input]) => {
  expect(await read(input)).toEqual(bothRecords);
});

test.for([
  ['NDJSON', lines],
  ['NDJSON without a last line break', lines.trimEnd()],
  ['NDJSON with CRLF', lines.replaceAll('\n', '\r\n')],
  ['NDJSON after a BOM', `\uFEFF${lines}`],
  ['NDJSON with spaces around', lines.replaceAll(/^|$/gm, ' \t')],
] as const)('%s is read line by line', async ([, input]) => {
  expect(await read(input)).toEqual(bothLines);
});

test('blank lines are no records, but count as lines', async () => {
  expect(await read(`\n\r\n${lines.replace('\n', '\n \n\n')}\n`)).toEqual([
    { place: 'line 3', value: first },
    { place: 'line 6', value: second },
  ]);
});

test('many blank lines before the first record do not hide what the input is', async () => {
  const blank = '\n'.repeat(5000);

  expect(await read(`${blank}${JSON.stringify(page)}`)).toEqual(bothRecords);
  expect(await read(`${blank}${lines}`)).toEqual([
    { place: 'line 5001', value: first },
    { place: 'line 5002', value: second },
  ]);
});

test.for([
  ['nothing', ''],
  ['white space', ' \n\r\n\t\n'],
  ['a BOM', '\uFEFF'],
  ['an empty list', '[]'],
  ['a page without records', '{"results": [], "pageNumber": 1}'],
  ['a page that lacks its records', '{"pageNumber": 1}'],
] as const)('%s holds no record', async ([, input]) => {
  expect(await read(input)).toEqual([]);
});

test('a line is not cut where JSON allows what other languages take for a line break', async () => {
  const record = { id: '1', note: 'a\u2028b\u2029c\u0085d' };

  expect(await read(`{}\n${JSON.stringify(record)}\n{}\n`)).toEqual([
    { place: 'line 1', value: {} },
    { place: 'line 2', value: record },
    { place: 'line 3', value: {} },
  ]);
});

test('members named results within a record are not records', async () => {
  const nested = { id: '1', results: [{ id: '2' }] };

  expect(
    await read(JSON.stringify({ pageNumber: 1, _links: { results: [1] }, results: [nested] })),
  ).toEqual([{ place: 'record 1', value: nested }]);
});

test.for([
  ['a page', (value: string) => `{"results":[{"id":"1","deep":${value}},{"id":"2"}]}`],
  ['a list', (value: string) => `[{"id":"1","deep":${value}},{"id":"2"}]`],
  ['NDJSON', (value: string) => `{"id":"1","deep":${value}}\n{"id":"2"}\n`],
] as const)('%s with a hundred thousand nested lists is read to its end', async ([, written]) => {
  const deep = '['.repeat(100_000) + ']'.repeat(100_000);

  const records = await readCut(written(deep), [64 * 1024]);

  expect(records).toHaveLength(2);
  expect(records[1]).toMatchObject({ value: { id: '2' } });
});

test.for([
  ['a page', (record: string) => `{"results":[${record}]}`],
  ['a list', (record: string) => `[${record}]`],
  ['NDJSON', (record: string) => `${record}\n`],
] as const)('%s keeps keys and values that programs trip over', async ([, written]) => {
  const record =
    '{"id":"1","__proto__":{"name":"x"},"constructor":null,"huge":1e999,"long":123456789012345678901234567890,"half":"\\ud800","pair":"\\ud83e\\udd9c","bom":"a\uFEFFb"}';

  const [read1] = await read(written(record));

  expect(read1).toHaveProperty('value');
  const { value } = read1 as { value: Record<string, unknown> };
  expect(Object.keys(value)).toEqual(Object.keys(JSON.parse(record) as object));
  expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  expect(value).toMatchObject({ huge: Infinity, half: '\uD800', pair: '🦜', bom: 'a\uFEFFb' });
});

const texts = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme' }),
  // Unpaired surrogates, which JSON can represent as escapes.
  fc.array(fc.integer({ min: 0xd7ff, max: 0xe000 })).map((units) => String.fromCharCode(...units)),
  fc.constantFrom('__proto__', 'results', 'constructor', '\u2028', 'a\uFEFF', '\n'),
);
const values = fc.oneof(fc.jsonValue({ maxDepth: 3 }), texts, fc.array(texts));
// Every record starts with `id`, since a line whose first key is `results` is read as a page.
const records = fc.array(fc.dictionary(texts, values).map(withId), { maxLength: 8 });
const cuts = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 20 });
const indents = fc.constantFrom(undefined, 2, '\t');

function withId(fields: Record<string, unknown>): unknown {
  return { id: '', ...fields };
}

const formats = {
  page: (list: unknown[], indent?: string | number) =>
    JSON.stringify({ pageNumber: 1, results: list, totalResults: list.length }, null, indent),
  list: (list: unknown[], indent?: string | number) => JSON.stringify(list, null, indent),
  NDJSON: (list: unknown[]) => list.map((record) => `${JSON.stringify(record)}\n`).join(''),
};

test.for(Object.entries(formats))(
  'what is written as %s, and cut anywhere, reads back the same',
  async ([, write]) => {
    await fc.assert(
      fc.asyncProperty(records, indents, cuts, async (list, indent, sizes) => {
        const found = await readCut(write(list, indent), sizes);

        expect(JSON.stringify(found.map((record) => 'value' in record && record.value))).toBe(
          JSON.stringify(list),
        );
      }),
    );
  },
);
