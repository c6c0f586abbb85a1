/**
 * Creates each value on first use, and keeps it. A store has more than a hundred statements: preparing all takes longer
 * than the rest of opening the store, and most processes use few.
 */
export function onFirstUse<T extends object>(makers: {
  readonly [Name in keyof T]: () => T[Name];
}): T {
  const made = {};
  for (const name of Object.keys(makers) as (keyof T)[]) {
    Object.defineProperty(made, name, {
      configurable: true,
      enumerable: true,
      get() {
        const value = makers[name]();
        Object.defineProperty(made, name, { value, enumerable: true });
        return value;
      },
    });
  }
  return made as T;
}
