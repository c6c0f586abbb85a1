import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import config from '../../vitest.config.ts';
import { blocksFor } from '../support/block-checks.ts';

// The commands of CONTRIBUTING.md install packages, or run these tests and the checks before them. This file checks that
// what they name exists.

const root = new URL('../../', import.meta.url);
const { scripts } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8')) as {
  scripts: Record<string, string>;
};
const commands = blocksFor(import.meta.url)({ page: 'CONTRIBUTING.md', language: 'sh' }).flatMap(
  (block) => block.split('\n').map((line) => line.replace(/\s*#.*/, '')),
);

/** Returns the commands that a command runs in the end, through npm's scripts. */
function resolved(command: string): string[] {
  const [, script] = /^npm (?:run (?:--silent )?)?([\w:-]+)$/.exec(command) ?? [];
  if (script === undefined || script === 'ci') return [command.replace(/^npx /, '')];
  const body = scripts[script];
  if (body === undefined) throw new Error(`package.json has no script ${script}`);
  return body.split(' && ').flatMap(resolved);
}

const programs = [...new Set(commands.flatMap(resolved))];

test('CONTRIBUTING.md names commands that exist', () => {
  expect(programs).toEqual([
    'npm ci',
    'tsx watch src/main.ts',
    'vitest --mode watch',
    'tsc',
    'oxlint --type-aware --deny-warnings',
    'eslint schema.graphql',
    'prettier --check .',
    'knip',
    'vitest run',
    'vitest run --mode soak',
    'vitest run test/browser',
  ]);
});

test.for(programs.filter((it) => it !== 'npm ci'))(
  'the program of "%s" is installed',
  (command) => {
    const [program = '', ...args] = command.split(' ');

    expect(existsSync(new URL(`node_modules/.bin/${program}`, root))).toBe(true);
    for (const path of args.filter((it) => it.includes('/'))) {
      expect(existsSync(new URL(path, root))).toBe(true);
    }
  },
);

test('the modes of the tests that CONTRIBUTING.md names exist', () => {
  const [usual, watch, soak] = ['test', 'watch', 'soak'].map(
    (mode) => config({ mode, command: 'serve' }).test,
  );

  expect(usual).toMatchObject({ include: ['test/**/*.test.ts'], env: { SOAK: 'off' } });
  expect(watch).toMatchObject({ include: ['test/**/*.test.ts'], env: { SOAK: 'off' } });
  expect(watch).toHaveProperty('sequence');
  expect(soak).toMatchObject({ env: { SOAK: 'on' } });
  expect(soak?.include?.length).toBeGreaterThan(5);
});
