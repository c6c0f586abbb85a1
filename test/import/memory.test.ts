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

/** Texts of records that are large by what an import ignores, so that reading them is most of the work. */
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

/** Makes a process write down, when it exits, the most memory that it ever held. */
const recorder = `
  import { writeFileSync } from 'node:fs';
  process.on('exit', () => writeFileSync(process.env.PEAK_FILE, String(process.resourceUsage().maxRSS)));
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

test.for([
  ['66 MB of records as NDJSON', ndjson, 3000, 22],
  ['66 MB of records as a page', page, 3000, 22],
  ['220 MB of very large records as NDJSON', ndjson, 220, 1024],
  ['220 MB of very large records as a page', page, 220, 1024],
] as const)('%s are imported in less than 250 MB of memory', async ([, written, records, each]) => {
  const folder = await temporaryFolder();
  const file = join(folder, 'large');
  await pipeline(Readable.from(written(texts(records, each))), createWriteStream(file));

  const peak = await peakMegabytes(folder, file);

  expect(peak).toBeGreaterThan(20);
  expect(peak).toBeLessThan(250);
});
