import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readArguments } from '../../bench/arguments.ts';
import { full, quick } from '../../bench/settings.ts';
import { blocksFor } from '../support/block-checks.ts';
import { inlineCode } from '../support/code-blocks.ts';

const root = new URL('../../', import.meta.url);
const take = blocksFor(import.meta.url);
const inBlocks = take({ page: 'docs/benchmark.md', language: 'sh' }).flatMap((it) =>
  it.split('\n').map((line) => line.replace(/\s*#.*/, '')),
);

const expected: Record<string, Partial<ReturnType<typeof readArguments>>> = {
  'npm run bench': { scale: false, mutations: false, settings: full },
  'npm run bench -- --scale': { scale: true, mutations: false, settings: full },
  'npm run bench -- --mutations': { scale: false, mutations: true, settings: full },
  'npm run bench -- --quick': { scale: false, mutations: false, settings: quick },
};

test('the benchmark takes the arguments of docs/benchmark.md', () => {
  expect(inBlocks).toEqual(['npm ci', ...Object.keys(expected)]);
  for (const [command, result] of Object.entries(expected)) {
    expect(readArguments(command.split(' ').slice(4))).toEqual(result);
  }
});

test('the benchmark takes the options that the text of docs/benchmark.md names', () => {
  const options = inlineCode('docs/benchmark.md').flatMap(
    (code) =>
      /^(?:npm run bench -- )?(--(?:quick|rounds|scale|mutations)\b.*)/.exec(code)?.[1] ?? [],
  );

  expect(options).toContain('--rounds 3');
  for (const option of options) expect(() => readArguments(option.split(' '))).not.toThrow();
  expect(readArguments(['--rounds', '3']).settings).toEqual({ ...full, rounds: 3 });
});

test.for([
  ['--slow', "Unknown option '--slow'"],
  ['--rounds=0', '--rounds must be 1 or more'],
  ['--rounds=1.5', '--rounds must be 1 or more'],
  ['scale', "Unexpected argument 'scale'"],
])('the benchmark rejects %s', ([argument = '', message]) => {
  expect(() => readArguments([argument])).toThrow(message);
});

test('the script of the benchmark builds and runs bench/main.ts', () => {
  const { scripts } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8')) as {
    scripts: Record<string, string>;
  };
  const { compilerOptions } = JSON.parse(
    readFileSync(new URL('bench/tsconfig.json', root), 'utf8').replaceAll(/^ *\/\/.*$/gm, ''),
  ) as { compilerOptions: { rootDir: string; outDir: string } };

  expect(scripts['prebench']).toBe(
    'npm ci --prefix bench && npm run --silent build && tsc -p bench',
  );
  expect(scripts['bench']).toBe(`node bench/${compilerOptions.outDir}/main.js`);
  for (const file of ['main.ts', 'package.json', 'package-lock.json']) {
    expect(existsSync(new URL(`bench/${file}`, root))).toBe(true);
  }
});
