// Controls of direction (Unicode Standard Annex 9, section 2). A right-to-left override shows "fdp.exe" as "exe.pdf", and
// an embedding that is not closed turns around what a page shows after the text.

const overrides = /[\u202D\u202E]/;
const controls = /[\u202A\u202B\u202C\u2066-\u2069\n\r\u2028\u2029]/g;

const endOfEmbedding = '\u202C';
const endOfIsolate = '\u2069';

/**
 * Returns the rule of direction that a text breaks, if any: it has no override, and closes each embedding and isolate in
 * the line that opens it. So text that other programs wrap in these controls is accepted, as are direction marks
 * (U+200E, U+200F, U+061C), which affect nothing after them.
 */
export function faultOfDirections(value: string): string | undefined {
  if (overrides.test(value)) return 'must not override the direction of text (U+202D, U+202E)';
  const ends: string[] = [];
  for (const control of value.match(controls) ?? []) {
    if (control === endOfEmbedding || control === endOfIsolate) {
      if (ends.pop() !== control) return unbalanced;
    } else if (control === '\u202A' || control === '\u202B') ends.push(endOfEmbedding);
    else if (/[\u2066-\u2068]/.test(control)) ends.push(endOfIsolate);
    else if (ends.length > 0) return unbalanced;
  }
  return ends.length > 0 ? unbalanced : undefined;
}

const unbalanced =
  'must close, in the same line, each control of direction that it opens (U+202A and U+202B by U+202C, U+2066 to U+2068 by U+2069)';
