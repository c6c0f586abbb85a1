import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { fold, searchKey } from '../../src/domain/text.ts';

test.for([
  ['ACME', 'acme'],
  ['MÜLLER', 'Müller'],
  ['Straße', 'STRASSE'],
  ['STRAẞE', 'Straße'],
  ['Οδυσσεύς', 'ΟΔΥΣΣΕΎΣ'],
  ['ς', 'σ'],
  ['İSTANBUL', 'istanbul'],
  ['ISPARTA', 'ısparta'],
  ['МИР', 'мир'],
  ['Ǆ', 'ǅ'],
  ['ﬁrma', 'FIRMA'],
  ['ＡＣＭＥ', 'acme'],
  ['e\u0301', 'É'],
  ['\u212B', 'å'],
  ['\u2126', 'ω'],
  ['\u212A', 'k'],
  ['ﾊﾟﾅｿﾆｯｸ', 'パナソニック'],
  ['և', 'ԵՒ'],
  ['ᾳ', 'ᾼ'],
  ['Ꭰ', 'ꭰ'],
  ['Ა', 'ა'],
  ['\u{10400}', '\u{10428}'],
  ['Café', 'cafe'],
  ['Cafe\u0301', 'CAFÉ'],
  ['Müller', 'MULLER'],
  ['Ελλάς', 'ελλας'],
  ['Ёлка', 'елка'],
  ['Nguyễn', 'Nguyen'],
  ['שָׁלוֹם', 'שלום'],
  ['مُحَمَّد', 'محمد'],
  ['\u200BAc\u00ADme\u2060\uFEFF', 'acme'],
  ['می\u200Cخواهم', 'میخواهم'],
  ['\u2066Acme\u2069', 'acme'],
  ['❤\uFE0F', '❤'],
] as const)('%s and %s fold to the same', ([one, other]) => {
  expect(fold(one)).toBe(fold(other));
});

test.for([
  ['Øre', 'Ore'],
  ['がく', 'かく'],
  ['की', 'क'],
  ['กิ', 'ก'],
  ['0', 'O'],
  ['ä', 'ae'],
  ['a b', 'ab'],
] as const)('%s and %s are different names', ([one, other]) => {
  expect(fold(one)).not.toBe(fold(other));
});

test('a text that is folded has no upper case and stays as it is', () => {
  expect(fold('ACME Straße İzmir')).toBe('acme strasse izmir');
});

const texts = fc.string({ unit: 'binary' });

test('upper case, lower case and the text itself fold to the same, for every text', () => {
  fc.assert(
    fc.property(texts, (it) => {
      expect([fold(it.toUpperCase()), fold(it.toLowerCase())]).toEqual([fold(it), fold(it)]);
    }),
    { numRuns: 2000, examples: [['ẞ'], ['ß'], ['İ'], ['ı'], ['ΣΣ']] },
  );
});

test('folding once more changes nothing, for every text', () => {
  fc.assert(
    fc.property(texts, (it) => {
      expect(fold(fold(it))).toBe(fold(it));
    }),
    { numRuns: 2000, examples: [['ẞ'], ['İ'], ['ΣΣ']] },
  );
});

test('a search of marks, invisible characters and white space only is empty, and its ends do not count', () => {
  expect(searchKey(' \u200B\uFEFF\u0301\t')).toBe('');
  expect(searchKey('\u200B Stores\u200B ')).toBe('stores');
  expect(searchKey('a  b')).toBe('a  b');
});

test('a text contains each of its parts, as they are searched', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (a, b) => {
      expect(fold(a + b)).toContain(searchKey(b));
    }),
    { numRuns: 2000 },
  );
});

test('no text of some length folds to nothing', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', minLength: 1 }), (it) => {
      expect(fold(it)).not.toBe('');
    }),
    { numRuns: 2000 },
  );
});
