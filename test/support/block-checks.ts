import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { codeBlocks, type CodeBlock } from './code-blocks.ts';

/** How a test file checks code blocks of a page. */
export interface BlockCheck {
  readonly page: string;
  readonly language: string;
  /** A text that only these blocks contain. All blocks of this language by default. */
  readonly containing?: string;
  /** The test file that takes the blocks with `blocksFor`. */
  readonly file: string;
  /** What the test does with the blocks. */
  readonly how: string;
  /** Why it does not run them, or not all of their commands. */
  readonly notRun?: string;
}

const asTyped = 'runs them as a reader types them, with the built product in place of npm';
const againstSchema = 'validates them against schema.graphql';

/** How each code block of the README, CONTRIBUTING.md and the docs is checked. */
export const blockChecks: readonly BlockCheck[] = [
  { page: 'README.md', language: 'sh', file: 'test/docs-commands.test.ts', how: asTyped },
  {
    page: 'README.md',
    language: 'json',
    file: 'test/readme.test.ts',
    how: "compares it with the gateway's response to the query above it",
  },
  { page: 'README.md', language: 'graphql', file: 'test/readme.test.ts', how: againstSchema },
  {
    page: 'CONTRIBUTING.md',
    language: 'sh',
    file: 'test/docs/contributing.test.ts',
    how: 'checks that each script exists, and that its programs and modes do',
    notRun: 'The commands install packages, or run these tests and the checks before them.',
  },
  { page: 'docs/access.md', language: 'sh', file: 'test/docs-commands.test.ts', how: asTyped },
  {
    page: 'docs/architecture.md',
    language: '',
    file: 'test/docs/map.test.ts',
    how: 'compares the map with the folders of src',
  },
  {
    page: 'docs/benchmark.md',
    language: 'sh',
    file: 'test/bench/arguments.test.ts',
    how: "checks the script, and parses each command with the benchmark's own parser",
    notRun: 'The commands install other servers and measure for 15 minutes to an hour.',
  },
  {
    page: 'docs/clients.md',
    language: 'ts',
    file: 'test/clients/docs.test.ts',
    how: 'type-checks them in a project, and runs each client with them against a gateway',
  },
  { page: 'docs/encryption.md', language: 'sh', file: 'test/docs-commands.test.ts', how: asTyped },
  { page: 'docs/import.md', language: 'sh', file: 'test/docs-commands.test.ts', how: asTyped },
  {
    page: 'docs/integrations.md',
    language: 'json',
    file: 'test/docs/own-platform.test.ts',
    how: 'starts a gateway with this file, links the platform and renews its credentials',
  },
  {
    page: 'docs/integrations.md',
    language: 'sh',
    file: 'test/docs/own-platform.test.ts',
    how: 'starts the gateway with these variables',
    notRun: 'The last command starts a gateway that does not end.',
  },
  { page: 'docs/linking.md', language: 'graphql', file: 'test/readme.test.ts', how: againstSchema },
  ...['useradd', '#!/bin/sh', 'systemctl', '/tmp/drill', '/proc/PID'].map((containing) => ({
    page: 'docs/operations.md',
    language: 'sh',
    containing,
    file: 'test/docs/install.test.ts',
    how: 'runs them in a temporary root, with stand-ins for the programs that change a machine',
  })),
  {
    page: 'docs/operations.md',
    language: '',
    containing: '/tmp/drill',
    file: 'test/docs/install.test.ts',
    how: 'compares it with the output of the commands above it',
  },
  {
    page: 'docs/operations.md',
    language: 'json',
    file: 'test/docs/install.test.ts',
    how: 'compares the fields and fixed values with lines that the installed gateway logs',
  },
  {
    page: 'docs/operations.md',
    language: 'yaml',
    file: 'test/docs/install.test.ts',
    how: 'scrapes the installed gateway as it says',
  },
  {
    page: 'docs/operations.md',
    language: 'sh',
    containing: 'docker',
    file: 'test/docs/container.test.ts',
    how: 'runs them with a stand-in for Docker that does what the Dockerfile says',
  },
  {
    page: 'docs/operations.md',
    language: 'sh',
    containing: 'npm run backup',
    file: 'test/docs-commands.test.ts',
    how: asTyped,
  },
  {
    page: 'docs/persisted-documents.md',
    language: 'sh',
    file: 'test/docs-commands.test.ts',
    how: asTyped,
  },
  { page: 'docs/queries.md', language: 'graphql', file: 'test/readme.test.ts', how: againstSchema },
  {
    page: 'docs/queries.md',
    language: 'ts',
    file: 'test/codegen/docs.test.ts',
    how: 'writes it to a project, type-checks it and generates a client with it',
  },
  {
    page: 'docs/queries.md',
    language: 'sh',
    file: 'test/codegen/docs.test.ts',
    how: 'runs it in this project',
  },
  {
    page: 'docs/rest.md',
    language: 'ts',
    file: 'test/rest/docs.test.ts',
    how: 'runs it with the real SDK against a gateway',
  },
  {
    page: 'docs/rest.md',
    language: 'sh',
    file: 'test/rest/docs.test.ts',
    how: 'runs each command and checks its response',
  },
];

/** Returns the blocks of a page that a check is about. */
export function blocksOf({ page, language, containing = '' }: BlockCheck): CodeBlock[] {
  return codeBlocks(page).filter(
    (block) => block.language === language && block.code.includes(containing),
  );
}

/** Selects one of the checks of a test file. */
type Wanted = Pick<BlockCheck, 'page' | 'language' | 'containing'>;

/**
 * Returns a function that hands out the code blocks that the table gives to the test file with this URL. Call it outside
 * of tests. It throws for blocks that the table does not give to this file. Adds a test that fails unless the file takes
 * all of its blocks.
 */
export function blocksFor(url: string): (wanted: Wanted) => string[] {
  const file = relative(fileURLToPath(new URL('../../', import.meta.url)), fileURLToPath(url));
  const left = new Set(blockChecks.filter((check) => check.file === file));

  test('this file takes every code block that it is said to check', () => {
    expect([...left]).toEqual([]);
  });

  return ({ page, language, containing }) => {
    const check = [...left].find(
      (it) => it.page === page && it.language === language && it.containing === containing,
    );
    if (!check) throw new Error(`the table gives ${file} no "${language}" blocks of ${page}`);
    left.delete(check);
    return blocksOf(check).map(({ code }) => code);
  };
}
