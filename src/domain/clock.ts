import { setTimeout as pause } from 'node:timers/promises';
import type { Instant } from './instant.ts';

/** Where the product's time comes from: the system, or a test that moves it. */
export interface Clock {
  now(): Instant;
  /** Fulfilled after `ms`, or as soon as `signal` is aborted. */
  wait(ms: number, signal?: AbortSignal): Promise<void>;
}

/** The time of the system. */
export const systemClock: Clock = {
  now: () => Date.now(),
  wait: (ms, signal) => pause(ms, undefined, { signal }).catch(() => undefined),
};
