import { z } from 'zod';

/**
 * The number of characters as a person counts code points, which is also how SQLite's and PostgreSQL's `length()`
 * count them: one emoji beyond the basic plane is one, not two.
 */
export function lengthOf(value: string): number {
  let length = 0;
  for (const _ of value) length += 1;
  return length;
}

/** Walks a text only if it must: a code point takes one or two UTF-16 units, and a text may have megabytes. */
function isLongerThan(max: number, value: string): boolean {
  if (value.length <= max) return false;
  return value.length > 2 * max || lengthOf(value) > max;
}

interface TextRule {
  readonly min: 0 | 1;
  readonly max: number;
  /** Whether line breaks and tabs are allowed. */
  readonly multiline?: boolean;
}

/**
 * A schema for text that people wrote: trimmed, `min` to `max` characters, every language's letters, but no control
 * characters, line separators or broken surrogate pairs, which no database or log line carries safely.
 */
export function text({ min, max, multiline = false }: TextRule) {
  const forbidden = multiline ? /(?![\t\n\r])[\p{Cc}\p{Zl}\p{Zp}]/u : /[\p{Cc}\p{Zl}\p{Zp}]/u;
  const size =
    min === 0 ? `must be at most ${max} characters` : `must be ${min} to ${max} characters`;
  return z
    .string('must be a string')
    .trim()
    .check((context) => {
      const { value } = context;
      const refuse = (message: string) =>
        context.issues.push({ code: 'custom', input: '', message });
      if (value.length < min || isLongerThan(max, value))
        refuse(`${size}${min === 0 ? '' : ' after trimming'}`);
      else if (!value.isWellFormed()) refuse('must be well-formed Unicode');
      else if (forbidden.test(value)) refuse('must not contain control characters');
    });
}

/**
 * Folds a text so that two texts that differ only in case fold to the same: Unicode's caseless matching (The Unicode
 * Standard, section 5.18) by way of upper case, which unites ß with SS and the Greek sigmas; compatibility forms such
 * as full-width letters are united too, and so are the Turkish dotted and dotless i.
 */
export function fold(value: string): string {
  let folded = '';
  // Letter by letter: lower-casing a whole word would make the last sigma a final one.
  for (const letter of value.normalize('NFKC').toLowerCase().toUpperCase())
    folded += letter.toLowerCase();
  return folded.replaceAll('i\u0307', 'i').normalize('NFKC');
}

/** The first letter or digit of a name, in upper case, by which people tell names apart where there is room for one. */
export function initialOf(name: string): string {
  const [letter = '•'] = /[\p{L}\p{N}]\p{M}*/u.exec(name) ?? [];
  return letter.toUpperCase();
}
