import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

// Bad habits of style that a pattern can find. CONTRIBUTING.md says how to write instead.

const habits: readonly (readonly [habit: RegExp, instead: string])[] = [
  [/\b(?:is|are|was|were) answered (?:with|by)\b/i, 'returns'],
  [/\b(?:is|are) refused with\b/i, 'fails with'],
  [/\b(?:is|are) told (?:by|of|as|that)\b/i, 'say who does it: "the platform identifies …"'],
  [/\bof which there (?:is|are)\b/i, 'a sentence of its own'],
  [/\bthere is (?:something|nothing) to (?:know|be)\b/i, 'say it'],
  [/\b(?:whoever|whosoever|whatsoever)\b/i, 'name the person: caller, user, operator'],
  [/\b(?:anew|thereby|thereof|wherein|whereby|hitherto)\b/i, 'again, so, of it, in which'],
  [/\bbut for\b/i, 'except'],
  [/\bso no \w+ either\b/i, 'say what to stop first'],
  [/\b(?:suffices?|sufficed)\b/i, 'is enough'],
  [/\bgoes? past it\b/i, 'skips it'],
  [/\bhow often it is looked\b/i, 'poll interval'],
];

const pages = [
  'README.md',
  'CHANGELOG.md',
  'schema.graphql',
  ...readdirSync(new URL('../docs', import.meta.url))
    .filter((file) => file.endsWith('.md'))
    .map((file) => `docs/${file}`),
];

test.for(pages)('%s is written in plain words', (page) => {
  const lines = readFileSync(new URL(`../${page}`, import.meta.url), 'utf8').split('\n');

  const found = lines.flatMap((line, index) =>
    habits
      // Titles of tests are not written for readers of the docs.
      .filter(([habit]) => habit.test(line.replaceAll(/`test\/[^`]+`: "[^"]*"/g, '')))
      .map(([, instead]) => `${page}:${index + 1} ${line.trim()} -> ${instead}`),
  );

  expect(found).toEqual([]);
});

test.for([
  ['The request is answered with 429.', true],
  ['Nothing is read but for the index.', true],
  ['The request returns 429.', false],
] as const)('the habits are found: %s', ([line, isFound]) => {
  expect(habits.some(([habit]) => habit.test(line))).toBe(isFound);
});
