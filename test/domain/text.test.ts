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
  ['a line separator', '\u2028'],
  ['a paragraph separator', '\u2029'],
])('a text is refused if it holds %s, of several lines or not', ([, character]) => {
  const refusal = { ok: false, error: { rule: 'must not contain control characters' } };

  expect(validate(line, `a${character}b`)).toMatchObject(refusal);
  expect(validate(lines, `a${character}b`)).toMatchObject(refusal);
});

test.for([
  ['a tab', '\t'],
  ['a line feed', '\n'],
  ['a carriage return', '\r'],
])('only a text of several lines may hold %s', ([, character]) => {
  const value = `a${character}b`;

  expect(validate(lines, value)).toEqual({ ok: true, value });
  expect(validate(line, value)).toMatchObject({
    ok: false,
    error: { rule: 'must not contain control characters' },
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
