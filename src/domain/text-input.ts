import { z } from 'zod';
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
