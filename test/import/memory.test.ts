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

async function peakMegabytes(folder: string, file: string): Promise<number> {
  const [hook, peakFile] = [join(folder, 'recorder.mjs'), join(folder, 'peak')] as const;
  await writeFile(hook, recorder);
  const { code, stderr } = await runCommand(['import', file], {
    env: {
      DATABASE_URL: `file:${join(folder, 'test.db')}`,
      NODE_OPTIONS: `--import=${pathToFileURL(hook).href}`,
      PEAK_FILE: peakFile,
    },
  }).finished;
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return Number(await readFile(peakFile, 'utf8')) / 1024;
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

    const peak = await peakMegabytes(folder, file);

    expect(peak).toBeGreaterThan(20);
    expect(peak).toBeLessThan(most);
  },
);
