import { z } from 'zod';
import { faultOfDirections } from './text-direction.ts';
import { lengthOf } from './text.ts';

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
 * Returns a schema for text that people wrote, in any language: trimmed, `min` to `max` characters, with a visible one if
 * it must not be empty. It has no control characters, no line breaks and tabs unless it is `multiline`, and no control
 * of direction that changes how the text after it is shown. Invisible characters that writing needs are allowed, such as
 * the joiners of Persian and of emoji.
 */
export function text({ min, max, multiline = false }: TextRule) {
  return trimmed(
    (value) =>
      faultOfLength(value, min, max) ??
      faultOfControls(value) ??
      (!multiline && /[\t\n\r\p{Zl}\p{Zp}]/u.test(value)
        ? 'must not contain line breaks or tabs'
        : undefined) ??
      faultOfDirections(value) ??
      (min > 0 && isInvisible(value) ? 'must have a visible character' : undefined),
  );
}

/**
 * Returns a schema for a text to search for, of at most `max` characters. It can be any part of a text, and of one that
 * was stored before a rule of `text`.
 */
export function searchText(max: number) {
  return trimmed((value) => faultOfLength(value, 0, max) ?? faultOfControls(value));
}

/**
 * Returns the rule that a text breaks, if any, by a broken surrogate pair or a control character other than a tab or a
 * line break: databases and log lines cannot carry them safely.
 */
export function faultOfControls(value: string): string | undefined {
  if (!value.isWellFormed()) return 'must be well-formed Unicode';
  return /(?![\t\n\r])\p{Cc}/u.test(value) ? 'must not contain control characters' : undefined;
}

function trimmed(faultOf: (value: string) => string | undefined) {
  return z
    .string('must be a string')
    .trim()
    .check(({ value, issues }) => {
      const message = faultOf(value);
      if (message !== undefined) issues.push({ code: 'custom', input: '', message });
    });
}

function faultOfLength(value: string, min: number, max: number): string | undefined {
  if (value.length >= min && !isLongerThan(max, value)) return undefined;
  return min === 0
    ? `must be at most ${max} characters`
    : `must be ${min} to ${max} characters after trimming`;
}

/** Reports whether a text has only white space, invisible characters and the blank pattern of Braille. */
function isInvisible(value: string): boolean {
  return /^[\s\p{Default_Ignorable_Code_Point}\p{Cf}\u2800]*$/u.test(value);
}
