import { setImmediate as turn } from 'node:timers/promises';
import type { Clock } from '../../src/domain/clock.ts';

interface Wait {
  readonly at: number;
  readonly end: () => void;
}

/** A clock that stands still until a test moves it. It starts at the system's time. */
export class ManualClock implements Clock {
  #now = Date.now();
  readonly #waits = new Set<Wait>();

  now(): number {
    return this.#now;
  }

  wait(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wait = {
        at: this.#now + ms,
        end: () => {
          this.#waits.delete(wait);
          resolve();
        },
      };
      if (signal?.aborted) return resolve();
      signal?.addEventListener('abort', wait.end, { once: true });
      this.#waits.add(wait);
    });
  }

  /** Sets the clock back by `ms`, as a correction of the system's clock does. Ends no wait. */
  setBack(ms: number): void {
    this.#now -= ms;
  }

  /** Sets the clock ahead by `ms`, as a fault or a correction of the system's clock does. Ends no wait. */
  setAhead(ms: number): void {
    this.#now += ms;
  }

  /** Moves the time forward by `ms`. Waits end in order, each at its own time, so that their callers can wait again. */
  async advance(ms: number): Promise<void> {
    const until = this.#now + ms;
    for (;;) {
      const [next] = [...this.#waits].toSorted((a, b) => a.at - b.at);
      if (next === undefined || next.at > until) break;
      this.#now = Math.max(this.#now, next.at);
      next.end();
      await turn();
    }
    // Two overlapping calls may end in any order.
    this.#now = Math.max(this.#now, until);
  }
}
