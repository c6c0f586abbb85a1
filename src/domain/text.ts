/**
 * Returns the number of Unicode code points, like `length()` in SQLite and PostgreSQL: an emoji beyond the basic plane
 * counts as one character, not two.
 */
export function lengthOf(value: string): number {
  let length = 0;
  for (const _ of value) length += 1;
  return length;
}

/**
 * Folds a text: two texts that differ only in case, in marks on their letters or in invisible characters give the same
 * result. Case is Unicode's caseless matching (The Unicode Standard, section 5.18) by way of upper case, which makes ß
 * equal SS and all Greek sigmas equal. Compatibility forms such as full-width letters are equal too, and the Turkish
 * dotted and dotless i. A text of nothing else than marks and invisible characters keeps them, so that a name never
 * becomes empty.
 */
export function fold(value: string): string {
  if (/^\p{ASCII}*$/u.test(value)) return value.toLowerCase();
  return withoutMarks(value) || value;
}

/**
 * Folds a text to search for. White space around it does not count. The result is empty if it has no visible character;
 * every text contains it then.
 */
export function searchKey(value: string): string {
  return withoutMarks(value).trim();
}

/**
 * Marks that are written on a letter of Latin, Greek, Cyrillic and similar scripts, and the vowel points of Hebrew and
 * Arabic, which most texts leave out. Marks of other scripts are letters of their own, as the vowel signs of Hindi and
 * Thai, the voicing marks of Japanese and the iota below a Greek letter.
 */
const mark = String.raw`(?![\u0345\u3099\u309A])(?=\p{Mn})[\p{Script=Inherited}\p{Script=Hebrew}\p{Script=Arabic}]`;
const ignored = new RegExp(String.raw`${mark}|\p{Default_Ignorable_Code_Point}`, 'gu');

function withoutMarks(value: string): string {
  const bare = value.normalize('NFKD').replaceAll(ignored, '');
  // Lower-casing turns the last sigma of a word into a final sigma.
  const folded = bare.toLowerCase().toUpperCase().toLowerCase().replaceAll('ς', 'σ');
  return folded.normalize('NFKC');
}

/** Returns the first letter or digit of a name, in upper case, for places with room for one character; else `•`. */
export function initialOf(name: string): string {
  const [letter = '•'] = /[\p{L}\p{N}]\p{M}*/u.exec(name) ?? [];
  return letter.toUpperCase();
}
