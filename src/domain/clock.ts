import { setTimeout as pause } from 'node:timers/promises';
import type { Instant } from './instant.ts';

/** The source of the time: the system clock, or a clock that a test advances. */
export interface Clock {
  now(): Instant;
  /** Resolves after `ms` milliseconds, or as soon as `signal` is aborted. */
  wait(ms: number, signal?: AbortSignal): Promise<void>;
}

/** How far ahead of the clock a recorded time can be, in ms: clocks are corrected by less all the time. */
export const clockToleranceMs = 60_000;

/** The system clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  wait: (ms, signal) => pause(ms, undefined, { signal }).catch(() => undefined),
};
