import { expect, test } from 'vitest';
import { startTestGateway } from '../support/gateway.ts';
import { counts } from '../support/import.ts';
import { companyRecord } from '../support/records.ts';
import { cuttings, read, readCut } from './read-cut.ts';

const good = { id: '1' };
const endsHere =
  'is not valid JSON, or is cut off at the end of the file; the rest of the file was not read';

test.for([
  ['a page that ends within a record', '{"results":[{"id":"1"},{"id":"2","na'],
  ['a page that ends after a record', '{"results":[{"id":"1"}'],
  ['a page that ends after its records', '{"results":[{"id":"1"}]'],
  ['a page that ends within its paging', '{"results":[{"id":"1"}],"pageNum'],
  ['a page with something after its end', '{"results":[{"id":"1"}]} and more'],
  ['a page with another one after its end', '{"results":[{"id":"1"}]}\n{"results":[{"id":"2"}]}'],
  ['a page with something wrong between', '{"results":[{"id":"1"},{id:"2"},{"id":"3"}]}'],
  ['a list that ends within a record', '[{"id":"1"},{'],
  ['a list that ends after a comma', '[{"id":"1"},'],
  ['a list that ends after a record', '[{"id":"1"}'],
  ['a list with a comma too many', '[{"id":"1"},]'],
  ['a list with something after its end', '[{"id":"1"}]]'],
  ['a list with a broken escape', String.raw`[{"id":"1"},{"id":"\x"}]`],
  ['a list with a number that is none', '[{"id":"1"},{"id":01}]'],
] as const)('of %s, what comes before the fault is read', async ([, input]) => {
  expect(await read(input)).toEqual([
    { place: 'record 1', value: good },
    { place: 'record 2', unreadable: endsHere },
  ]);
});

test.for([
  ['an opening bracket', '['],
  ['the start of a page', '{"results":['],
] as const)('%s alone is unreadable', async ([, input]) => {
  expect(await read(input)).toEqual([{ place: 'record 1', unreadable: endsHere }]);
});

test.for([
  ['a line that is cut off', '{"id":"2"'],
  ['a line of garbage', 'id;name;status'],
  ['a line with two records', '{"id":"2"}{"id":"3"}'],
  ['a line with a NUL', '\u0000'],
] as const)('%s is reported with its number, and the others are read', async ([, line]) => {
  expect(await read(`{"id":"1"}\n${line}\n\n{"id":"1"}\n`)).toEqual([
    { place: 'line 1', value: good },
    { place: 'line 2', unreadable: 'is not valid JSON' },
    { place: 'line 4', value: good },
  ]);
});

test('a last line that is cut off is reported with its number', async () => {
  expect(await read('{"id":"1"}\n{"id":"1"}\n{"id":')).toEqual([
    { place: 'line 1', value: good },
    { place: 'line 2', value: good },
    { place: 'line 3', unreadable: 'is not valid JSON' },
  ]);
});

test('lines that are no objects are handed on as they are', async () => {
  expect(await read('17\nnull\n[1]\n"text"\ntrue\n')).toEqual([
    { place: 'line 1', value: 17 },
    { place: 'line 2', value: null },
    { place: 'line 3', value: [1] },
    { place: 'line 4', value: 'text' },
    { place: 'line 5', value: true },
  ]);
});

const latin1 = Buffer.from('{"name":"Soci\u00E9t\u00E9"}', 'latin1');

test('a line that is not UTF-8 is reported with its number, and the others are read', async () => {
  const input = Buffer.concat([Buffer.from('{"id":"1"}\n'), latin1, Buffer.from('\n{"id":"1"}\n')]);

  expect(await read(input)).toEqual([
    { place: 'line 1', value: good },
    { place: 'line 2', unreadable: expect.stringContaining('is not valid UTF-8') },
    { place: 'line 3', value: good },
  ]);
});

test('a line of more than 16 MiB is refused alone', async () => {
  const long = `{"id":"${'x'.repeat(16 * 1024 * 1024)}"}`;

  expect(await readCut(`{"id":"1"}\n${long}\n{"id":"1"}\n`, [64 * 1024])).toEqual([
    { place: 'line 1', value: good },
    { place: 'line 2', unreadable: 'is longer than 16 MiB' },
    { place: 'line 3', value: good },
  ]);
});

test.for(cuttings)(
  'of a list that is not UTF-8, what comes before is read: cut by %j',
  async (sizes) => {
    const input = Buffer.concat([Buffer.from('[{"id":"1"},'), latin1, Buffer.from(',{"id":"3"}]')]);

    const [first, ...rest] = await readCut(input, sizes);

    expect(first).toEqual({ place: 'record 1', value: good });
    expect(rest).toMatchObject([{ unreadable: expect.stringContaining('is not valid UTF-8') }]);
  },
);

test('a character that is cut off by the end of the input is not UTF-8', async () => {
  const input = Buffer.from('{"id":"1"}\n{"id":"é').subarray(0, -1);

  expect(await read(input)).toEqual([
    { place: 'line 1', value: good },
    { place: 'line 2', unreadable: expect.stringContaining('is not') },
  ]);
});

test('good records around deeply nested ones go in', async () => {
  const gateway = await startTestGateway();
  // One level less than a record can have.
  let deep: unknown = [];
  for (let depth = 2; depth < 31; depth += 1) deep = [deep];

  const { companies } = await gateway.import([
    companyRecord(),
    { ...companyRecord(), deep },
    { ...companyRecord(), name: deep },
    { ...companyRecord(), tags: { deep } },
    companyRecord(),
  ]);

  expect(companies).toEqual(counts({ created: 3, refused: 2 }));
});
