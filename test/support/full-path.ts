import type * as Yoga from 'graphql-yoga';

/** How many requests got to Yoga, for tests that tell by which path they were answered. */
export const fullPath = { requests: 0 };

/** Yoga, but for counting its requests: what `vi.mock('graphql-yoga', …)` is to answer. */
export function countingRequests(actual: typeof Yoga): typeof Yoga {
  return {
    ...actual,
    createYoga: ((options: Parameters<typeof actual.createYoga>[0]) => {
      const made = actual.createYoga(options);
      return {
        handle: (...args: Parameters<typeof made.handle>) => {
          fullPath.requests += 1;
          return made.handle(...args);
        },
      };
    }) as typeof actual.createYoga,
  };
}
