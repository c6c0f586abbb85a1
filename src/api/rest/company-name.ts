/**
 * Removes all characters from a name except letters of any language with their marks, digits, spaces and `-'&@.,?!`.
 * Clients of this API send names as users typed them and rely on that.
 */
export function cleanName(name: string): string {
  return name.replaceAll(/[^\p{L}\p{M}\p{Nd}\p{Zs}\-'&@.,?!]/gu, '');
}
