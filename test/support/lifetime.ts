import { beforeAll, onTestFinished } from 'vitest';

type End = () => unknown;

let endsOfFile: End[] | undefined;

/** Ends something when the test is over that began it, or the tests of the file if `shared` began it. */
export function whenOver(end: End): void {
  if (endsOfFile) endsOfFile.push(end);
  else onTestFinished(async () => void (await end()));
}

/**
 * Starts something once for the tests of a file, or of a `describe`, which must not disturb each other by it; answers what
 * reads it in a test.
 */
export function shared<T>(start: () => T | Promise<T>): () => T {
  let started: { readonly value: T } | undefined;
  beforeAll(async () => {
    const ends: End[] = [];
    endsOfFile = ends;
    try {
      started = { value: await start() };
    } finally {
      endsOfFile = undefined;
    }
    return async () => {
      for (const end of ends.toReversed()) await end();
    };
  }, 60_000);
  return () => {
    if (!started) throw new Error('it is started before the tests, not before the hooks');
    return started.value;
  };
}
