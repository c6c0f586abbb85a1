// Each thread counts `performance.now()` from a start of its own. All threads of a process share this clock, which is
// never set.
function nowMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** Converts a time of this thread's `performance.now()` for another thread. */
export function toSharedClock(time: number): number {
  return time - performance.now() + nowMs();
}

/** Converts a time from another thread to this thread's `performance.now()`. */
export function fromSharedClock(time: number): number {
  return time - nowMs() + performance.now();
}
