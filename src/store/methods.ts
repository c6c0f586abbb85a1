/** The names of an object's methods, those that it inherits included. */
export function methodNames(of: object): string[] {
  const names = new Set<string>();
  for (let it = of; it !== Object.prototype; it = Object.getPrototypeOf(it) as object) {
    for (const name of Object.getOwnPropertyNames(it)) {
      if (name !== 'constructor' && typeof Reflect.get(of, name) === 'function') names.add(name);
    }
  }
  return [...names];
}
