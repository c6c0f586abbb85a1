import { subscribe } from 'node:diagnostics_channel';

/** How many requests got to Yoga, for tests that tell by which path they were answered. */
export const fullPath = { requests: 0 };

subscribe('connexions:full-path', () => {
  fullPath.requests += 1;
});
