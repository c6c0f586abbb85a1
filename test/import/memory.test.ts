import { createWriteStream } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../support/folder.ts';
import { runCommand } from '../support/process.ts';
import { companyRecord } from '../support/records.ts';
import { isSoak } from '../support/soak.ts';

/** Makes records with a large property that imports ignore, so that parsing is most of the work. */
function* texts(records: number, kilobytesEach: number): Generator<string> {
  const ignored = 'x'.repeat(kilobytesEach * 1024);
  for (let index = 0; index < records; index += 1) {
    yield JSON.stringify({ ...companyRecord(), ignored });
  }
}

function* ndjson(records: Iterable<string>): Generator<string> {
  for (const record of records) yield `${record}\n`;
}

function* page(records: Iterable<string>): Generator<string> {
  yield '{"pageNumber":1,"results":[';
  let separator = '';
  for (const record of records) {
    yield separator;
    yield record;
    separator = ',';
  }
  yield ']}';
}

/**
 * Makes a process write its peak memory in KB to a file when it exits. Reads VmHWM if there is a `/proc`: maxRSS on
 * Linux starts at the memory of the parent process.
 */
const recorder = `
  import { existsSync, readFileSync, writeFileSync } from 'node:fs';
  const status = '/proc/self/status';
  const peak = () =>
    existsSync(status)
      ? /VmHWM:\\s*(\\d+) kB/.exec(readFileSync(status, 'utf8'))[1]
      : process.resourceUsage().maxRSS;
  process.on('exit', () => writeFileSync(process.env.PEAK_FILE, String(peak())));
`;

/** Imports a file, or else an input, in a process. Returns its peak memory in MB, and what it reports. */
async function importMeasured(folder: string, file: string, input?: Iterable<string>) {
  const [hook, peakFile] = [join(folder, 'recorder.mjs'), join(folder, 'peak')] as const;
  await writeFile(hook, recorder);
  const { child, finished } = runCommand(['import', file], {
    env: {
      DATABASE_URL: `file:${join(folder, 'test.db')}`,
      NODE_OPTIONS: `--import=${pathToFileURL(hook).href}`,
      PEAK_FILE: peakFile,
    },
    keepInputOpen: input !== undefined,
  });
  if (input !== undefined && child.stdin) {
    // The import may end before its input does.
    await pipeline(Readable.from(input), child.stdin).catch(() => {});
  }
  const { code, stdout, stderr } = await finished;
  const peak = Number(await readFile(peakFile, 'utf8')) / 1024;
  return { peak, code, stdout, stderr };
}

// The input is at least 66 MB. An import of one record peaks at 70 MB, and these at 90 to 125 MB. An import that held
// all of its input would reach 165 MB, or more than 300 MB for an input of 220 MB.
const [large, veryLarge, most] = isSoak
  ? ([{ records: 3000, each: 22 }, { records: 220, each: 1024 }, 250] as const)
  : ([{ records: 1500, each: 44 }, { records: 66, each: 1024 }, 140] as const);

test.for([
  ['large records as NDJSON', ndjson, large],
  ['large records as a page', page, large],
  ['very large records as NDJSON', ndjson, veryLarge],
  ['very large records as a page', page, veryLarge],
] as const)(
  '%s are imported in less memory than it takes to hold them',
  async ([, written, { records, each }]) => {
    const folder = await temporaryFolder();
    const file = join(folder, 'large');
    await pipeline(Readable.from(written(texts(records, each))), createWriteStream(file));

    const { peak, code, stderr } = await importMeasured(folder, file);

    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(peak).toBeGreaterThan(20);
    expect(peak).toBeLessThan(most);
  },
);

function* repeated(text: string, megabytes: number): Generator<string> {
  const chunk = text.repeat(Math.ceil((64 * 1024) / text.length));
  for (let bytes = 0; bytes < megabytes * 1024 * 1024; bytes += chunk.length) yield chunk;
}

function* joined(...parts: readonly (string | Iterable<string>)[]): Generator<string> {
  for (const part of parts) {
    if (typeof part === 'string') yield part;
    else yield* part;
  }
}

/** The start of a company's record up to the value of its last property. */
const upTo = (property: string) =>
  JSON.stringify({ ...companyRecord(), dataConnections: undefined }).replace(
    /\}$/,
    `,"${property}":`,
  );
const company = JSON.stringify(companyRecord());

// Before there were limits, these took 0.7 to 1.7 GB. Without any record an import peaks at 66 MB.
test.for<[string, () => Iterable<string>, RegExp]>([
  [
    'a record of 40 MB in a list',
    () => joined('[', company, ',', upTo('more'), '[0', repeated(',{}', 40), ']},', company, ']'),
    /^refused record 2: is longer than 16 MiB\n$/,
  ],
  [
    'a line of five million empty objects',
    () => joined(company, '\n', upTo('more'), '[0', repeated(',{}', 15), ']}\n', company, '\n'),
    /^refused line 2: has more than 100000 members in its objects and arrays\n$/,
  ],
  [
    'six million lists in each other',
    () => joined('[', company, ',', repeated('[', 6)),
    /^refused record 2: has more than 32 levels of objects and arrays; the rest of the file was not read\n$/,
  ],
  ['a number of 15 MB in a list', () => joined('[', upTo('more'), repeated('1', 15), '}]'), /^$/],
  [
    'a company with 90,000 connections that are all empty',
    () => joined(upTo('dataConnections'), '[{}', ',{}'.repeat(89_999), ']}\n'),
    /^refused line 1 \(.*\): dataConnections must be at most 1000 connections: spread more over several records of the company\n$/,
  ],
])('%s takes little memory', async ([, input, report]) => {
  const folder = await temporaryFolder();

  const { peak, stderr } = await importMeasured(folder, '-', input());

  expect(stderr).toMatch(report);
  expect(peak).toBeGreaterThan(20);
  expect(peak).toBeLessThan(180);
});
