import { subscribe } from 'node:diagnostics_channel';

/** The number of requests that reached Yoga. Tests use it to find out which path a request took. */
export const fullPath = { requests: 0 };

subscribe('connexions:full-path', () => {
  fullPath.requests += 1;
});
