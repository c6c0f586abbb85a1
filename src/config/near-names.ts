/**
 * Returns the known name that a name was probably meant to be: one that differs in case, or in one character that is
 * missing, added, replaced or swapped with the next. Returns `undefined` for a known name, and if none is that near.
 */
export function nearName(name: string, known: readonly string[]): string | undefined {
  if (known.includes(name)) return undefined;
  const upper = name.toUpperCase();
  return known.find((it) => isNear(upper, it));
}

function isNear(a: string, b: string): boolean {
  let start = 0;
  while (start < a.length && a[start] === b[start]) start += 1;
  let end = 0;
  while (end < Math.min(a.length, b.length) - start && a.at(-1 - end) === b.at(-1 - end)) end += 1;
  const [restA, restB] = [a.slice(start, a.length - end), b.slice(start, b.length - end)];
  const isSwapped = restA.length === 2 && restA === `${restB[1]}${restB[0]}`;
  return isSwapped || Math.max(restA.length, restB.length) <= 1;
}
