import { z } from 'zod';

/**
 * Returns the number of Unicode code points, like `length()` in SQLite and PostgreSQL: an emoji beyond the basic plane
 * counts as one character, not two.
 */
export function lengthOf(value: string): number {
  let length = 0;
  for (const _ of value) length += 1;
  return length;
}

/** Counts code points only if necessary: each takes one or two UTF-16 units, and a text may have megabytes. */
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
 * Returns a schema for text that people wrote: trimmed, `min` to `max` characters, in any language, without control
 * characters, line separators or broken surrogate pairs, which databases and log lines cannot carry safely.
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
