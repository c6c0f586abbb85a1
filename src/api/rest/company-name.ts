/** Spaces, and the signs that the API of Codat keeps, with their forms in typography and in other scripts. */
const signs = String.raw`\p{Zs}'’‘＇\p{Pd}&＆@＠.．。…,，、،?？؟!！`;
/** Signs within words, such as those of Catalan, Hebrew and Japanese. */
const withinWords = '·‧׳״・';
/** A joiner between letters, which Persian and Indic words need. Elsewhere it is invisible and joins nothing. */
const joiner = String.raw`(?<=[\p{L}\p{M}])[\u200C\u200D](?=\p{L})`;

const removed = new RegExp(
  String.raw`(?!${joiner})[^\p{L}\p{M}\p{Nd}${signs}${withinWords}]`,
  'gu',
);

/**
 * Removes all characters from a name except letters of any language with their marks, digits, spaces and `-'&@.,?!`,
 * also in the forms that phones and other scripts write, such as `’` and `–`. Clients of this API send names as users
 * typed them and rely on that.
 */
export function cleanName(name: string): string {
  return name.replaceAll(removed, '');
}
