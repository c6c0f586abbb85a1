/**
 * Names that a runtime gives a meaning, and that callers may choose nevertheless: those that every object inherits, and
 * those by which a promise, a serializer or a module recognizes an object. All are names of GraphQL, too.
 */
export const meaningfulNames: readonly string[] = [
  ...Object.getOwnPropertyNames(Object.prototype),
  'then',
  'catch',
  'finally',
  'toJSON',
  'prototype',
  'length',
  'arguments',
  'caller',
  'await',
  'default',
  '__esModule',
];

/** Returns the JSON of an object with one member. Unlike an object literal, it can hold a member called `__proto__`. */
export function jsonOf(name: string, value: unknown): string {
  return `{${JSON.stringify(name)}:${JSON.stringify(value)}}`;
}

/** Returns all names, rotated so that each is once at each of the places. */
export function rotations(places: number): string[][] {
  return meaningfulNames.map((_, start) =>
    Array.from(
      { length: places },
      (_unused, place) => meaningfulNames[(start + place) % meaningfulNames.length] as string,
    ),
  );
}
