import { setTimeout as pause } from 'node:timers/promises';
import type { Instant } from './instant.ts';

/** The source of the time: the system clock, or a clock that a test advances. */
export interface Clock {
  now(): Instant;
  /** Resolves after `ms` milliseconds, or as soon as `signal` is aborted. */
  wait(ms: number, signal?: AbortSignal): Promise<void>;
}

/** The system clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  wait: (ms, signal) => pause(ms, undefined, { signal }).catch(() => undefined),
};
