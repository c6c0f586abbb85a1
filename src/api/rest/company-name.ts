/**
 * Removes what this API removes from names: all characters but letters of any language with their marks, digits, spaces
 * and `-'&@.,?!`. Its clients send names as people typed them and rely on that.
 */
export function cleanName(name: string): string {
  return name.replaceAll(/[^\p{L}\p{M}\p{Nd}\p{Zs}\-'&@.,?!]/gu, '');
}
