/**
 * Makes each value when it is first used, and keeps it. A store has more than a hundred statements: preparing them all
 * takes longer than everything else that opening it does, and most processes use few.
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
