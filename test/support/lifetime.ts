import { beforeAll, onTestFinished } from 'vitest';

type End = () => unknown;

let endsOfFile: End[] | undefined;

/** Calls `end` after the current test, or after all tests of the file if called from within `shared`. */
export function whenOver(end: End): void {
  if (endsOfFile) endsOfFile.push(end);
  else onTestFinished(async () => void (await end()));
}

/**
 * Starts something once for all tests of a file or `describe`, which must not affect each other through it. Returns a
 * function that returns it.
 */
export function shared<T>(start: () => T | Promise<T>): () => T {
  let started: { readonly value: T } | undefined;
  beforeAll(async () => {
    const ends: End[] = [];
    endsOfFile = ends;
    try {
      started = { value: await start() };
    } catch (error) {
      await endAll(ends);
      throw error;
    } finally {
      endsOfFile = undefined;
    }
    return () => endAll(ends);
  }, 60_000);
  return () => {
    if (!started) throw new Error('it is started before the tests, not before the hooks');
    return started.value;
  };
}

/** Ends everything, even if an earlier `end` throws: other test files run in this process afterwards. */
async function endAll(ends: readonly End[]): Promise<void> {
  const faults: unknown[] = [];
  for (const end of ends.toReversed()) {
    try {
      await end();
    } catch (error) {
      faults.push(error);
    }
  }
  if (faults.length > 0) throw new AggregateError(faults, 'not everything could be ended');
}
