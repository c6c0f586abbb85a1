import { expect, test } from 'vitest';
import { validate } from '../../src/domain/refusal.ts';
import { lengthOf } from '../../src/domain/text.ts';
import { text } from '../../src/domain/text-input.ts';

const line = text({ min: 1, max: 10 });
const optional = text({ min: 0, max: 10 });
const lines = text({ min: 0, max: 10, multiline: true });

test.for([
  ['', 0],
  ['abc', 3],
  ['日本', 2],
  ['😀', 1],
  ['e\u0301', 2],
])('the length of %j is %i code points', ([value, expected]) => {
  expect(lengthOf(String(value))).toBe(expected);
});

test.for([
  ['ten characters', 'abcdefghij'],
  ['ten emoji', '😀'.repeat(10)],
  ['Japanese', '株式会社'],
  ['Hebrew', 'שלום'],
  ['Thai', 'กรุงเทพ'],
  ['a letter with a combining mark', 'e\u0301'],
  ['an emoji joined from several', '👩‍👩‍👧'],
  ['a Persian word with a non-joiner', 'می\u200Cخواهم'],
  ['a flag of tag characters', '\u{1F3F4}\u{E0067}\u{E0062}\u{E007F}'],
  ['direction marks', '\u200Eא\u200F\u061C'],
  ['text that a program isolated', '\u2068Acme\u2069'],
  ['an embedding within an isolate', '\u2067a\u202Ab\u202C\u2069'],
  ['quotes and signs', `"'%_\\;--`],
  ['a letter that no font has yet', '\u{E000}'],
])('a text may hold %s', ([, value]) => {
  expect(validate(line, value)).toEqual({ ok: true, value });
});

test.for([
  ['  Acme\t', 'Acme'],
  ['\u00A0\u3000Acme\uFEFF', 'Acme'],
  ['Acme\r\n', 'Acme'],
  ['A  B', 'A  B'],
])('a text is trimmed at its ends only: %j is %j', ([value, trimmed]) => {
  expect(validate(line, value)).toEqual({ ok: true, value: trimmed });
});

test('spaces around a text do not count', () => {
  const value = `${' '.repeat(5)}abcdefghij${' '.repeat(5)}`;

  expect(validate(line, value)).toEqual({ ok: true, value: 'abcdefghij' });
});

test.for([
  ['nothing', ''],
  ['spaces only', ' \u3000\t'],
  ['eleven characters', 'abcdefghijk'],
  ['eleven emoji', '😀'.repeat(11)],
  ['a megabyte', 'a'.repeat(1024 * 1024)],
])('a text of 1 to 10 characters is refused if it is %s', ([, value]) => {
  expect(validate(line, value)).toMatchObject({
    ok: false,
    error: { rule: 'must be 1 to 10 characters after trimming' },
  });
});

test('a text that may be empty has a limit above only', () => {
  expect(validate(optional, ' ')).toEqual({ ok: true, value: '' });
  expect(validate(optional, 'abcdefghijk')).toMatchObject({
    ok: false,
    error: { rule: 'must be at most 10 characters' },
  });
});

test.for([null, undefined, 12, true, ['Acme'], { name: 'Acme' }])(
  'a text is refused if it is no string: %o',
  (value) => {
    expect(validate(line, value)).toMatchObject({
      ok: false,
      error: { kind: 'InvalidInput', field: '', rule: 'must be a string' },
    });
  },
);

test.for([
  ['NUL', '\0'],
  ['BEL', '\u0007'],
  ['ESC', '\u001B'],
  ['DEL', '\u007F'],
  ['NEL', '\u0085'],
  ['a vertical tab', '\v'],
  ['a form feed', '\f'],
])('a text is refused if it holds %s, of several lines or not', ([, character]) => {
  const refusal = { ok: false, error: { rule: 'must not contain control characters' } };

  expect(validate(line, `a${character}b`)).toMatchObject(refusal);
  expect(validate(lines, `a${character}b`)).toMatchObject(refusal);
});

test.for([
  ['a tab', '\t'],
  ['a line feed', '\n'],
  ['a carriage return', '\r'],
  ['a line separator', '\u2028'],
  ['a paragraph separator', '\u2029'],
])('only a text of several lines may hold %s', ([, character]) => {
  const value = `a${character}b`;

  expect(validate(lines, value)).toEqual({ ok: true, value });
  expect(validate(line, value)).toMatchObject({
    ok: false,
    error: { rule: 'must not contain line breaks or tabs' },
  });
});

test.for([
  ['a zero-width space', '\u200B'],
  ['joiners', '\u200D\u200C'],
  ['a word joiner within spaces', ' \u2060 '],
  ['direction marks', '\u200E\u200F'],
  ['an isolate of nothing', '\u2068\u2069'],
  ['a soft hyphen', '\u00AD'],
  ['a Hangul filler', '\u3164'],
  ['a variation selector', '\uFE0F'],
  ['a blank Braille pattern', '\u2800'],
])('a text of %s only is refused where it must not be empty', ([, value]) => {
  expect(validate(line, value)).toMatchObject({
    ok: false,
    error: { rule: 'must have a visible character' },
  });
  expect(validate(optional, value)).toMatchObject({ ok: true });
});

test.for(['\u202Dabc', '\u202Eabc', 'a\u202Eb\u202Cc'])(
  'a text that overrides its direction is refused: %j',
  (value) => {
    expect(validate(line, value)).toMatchObject({
      ok: false,
      error: { rule: 'must not override the direction of text (U+202D, U+202E)' },
    });
  },
);

test.for([
  ['an embedding that nothing closes', 'a\u202Bb'],
  ['an isolate that nothing closes', '\u2066ab'],
  ['an end that nothing opens', 'a\u202Cb'],
  ['another end than its own', '\u2067a\u202C'],
  ['ends in the wrong order', '\u2067a\u202Bb\u2069\u202C'],
  ['an end in another line', '\u2067a\nb\u2069'],
])('a text with %s is refused, of several lines or not', ([, value]) => {
  expect(validate(lines, value)).toMatchObject({
    ok: false,
    error: { rule: expect.stringMatching(/^must close, in the same line, each control/) },
  });
});

test.for([
  ['the first half', '\uD83D'],
  ['the second half', '\uDE00'],
  ['two halves in the wrong order', '\uDE00\uD83D'],
])('a text is refused if it holds %s of a surrogate pair', ([, broken]) => {
  expect(validate(line, `a${broken}b`)).toMatchObject({
    ok: false,
    error: { rule: 'must be well-formed Unicode' },
  });
});

test('what a text is refused for does not quote it', () => {
  const refusal = validate(line, 'secret\0');

  expect(JSON.stringify(refusal)).not.toContain('secret');
});
