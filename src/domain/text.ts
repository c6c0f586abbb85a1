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
 * Folds a text: two texts that differ only in case give the same result. This is Unicode's caseless matching (The
 * Unicode Standard, section 5.18) by way of upper case, which makes ß equal SS and all Greek sigmas equal. It also
 * makes compatibility forms such as full-width letters equal, and the Turkish dotted and dotless i.
 */
export function fold(value: string): string {
  let folded = '';
  // Letter by letter: lower-casing a whole word would turn its last sigma into a final sigma.
  for (const letter of value.normalize('NFKC').toLowerCase().toUpperCase())
    folded += letter.toLowerCase();
  return folded.replaceAll('i\u0307', 'i').normalize('NFKC');
}

/** Returns the first letter or digit of a name, in upper case, for places with room for one character; else `•`. */
export function initialOf(name: string): string {
  const [letter = '•'] = /[\p{L}\p{N}]\p{M}*/u.exec(name) ?? [];
  return letter.toUpperCase();
}
