import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { blockChecks, blocksOf } from '../support/block-checks.ts';
import { codeBlocks, inlineCode, pagesWithBlocks } from '../support/code-blocks.ts';

// Every code block of the README, CONTRIBUTING.md and the docs is checked by a test: the table in
// test/support/block-checks.ts says by which. If a block is new, add it there and to the test.

const root = new URL('../../', import.meta.url);

test.for(pagesWithBlocks)('exactly one test checks each code block of %s', (page) => {
  const checked = new Map(
    codeBlocks(page).map(({ line, language }) => [line, { language, by: 0 }]),
  );
  for (const check of blockChecks.filter((it) => it.page === page)) {
    for (const { line } of blocksOf(check)) {
      const block = checked.get(line);
      if (block) block.by += 1;
    }
  }

  const wrong = [...checked].filter(([, { by }]) => by !== 1);
  expect(
    wrong.map(([line, { language, by }]) => `${page}:${line} (${language}): ${by} tests`),
  ).toEqual([]);
});

test.for(blockChecks)('$file takes blocks of $page ($language)', (check) => {
  expect(pagesWithBlocks).toContain(check.page);
  expect(blocksOf(check)).not.toEqual([]);
  // With this, the file fails unless it takes its blocks.
  const text = readFileSync(new URL(check.file, root), 'utf8');
  expect(text.includes('= blocksFor(import.meta.url)')).toBe(true);
});

test('a test runs each file of examples/', () => {
  const tests = readdirSync(new URL('test', root), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.test.ts'))
    .map((file) => readFileSync(new URL(`test/${file}`, root), 'utf8'));

  for (const example of readdirSync(new URL('examples', root))) {
    expect(tests.some((it) => it.includes(`examples/${example}`))).toBe(true);
  }
});

const sample = `Text with \`inline code\`, and

\`\`\`sh
npm start
\`\`\`

1. A step:

   \`\`\`json
   {
     "a": 1
   }
   \`\`\`

\`\`\`\`
\`\`\`ts
\`not inline\`
\`\`\`
\`\`\`\`
`;

test('code blocks are found in lists, without a language, and around other fences', () => {
  expect(codeBlocks('page.md', sample)).toEqual([
    { page: 'page.md', language: 'sh', line: 3, code: 'npm start' },
    { page: 'page.md', language: 'json', line: 9, code: '{\n  "a": 1\n}' },
    { page: 'page.md', language: '', line: 15, code: '```ts\n`not inline`\n```' },
  ]);
  expect(inlineCode('page.md', sample)).toEqual(['inline code']);
  expect(() => codeBlocks('page.md', 'Text\n\n```sh\n')).toThrow('page.md:3');
});
