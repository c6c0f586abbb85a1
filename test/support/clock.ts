import { setImmediate as turn } from 'node:timers/promises';
import type { Clock } from '../../src/domain/clock.ts';

interface Wait {
  readonly at: number;
  readonly end: () => void;
}

/** A clock that stands still until a test moves it. It starts at the system's time. */
export class ManualClock implements Clock {
  /** What the clock shows when no time has passed. */
  #start = Date.now();
  /** The time that has passed. Waits are measured by it, as timers are: setting the clock does not change them. */
  #passed = 0;
  readonly #waits = new Set<Wait>();

  now(): number {
    return this.#start + this.#passed;
  }

  wait(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wait = {
        at: this.#passed + ms,
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
    this.#start -= ms;
  }

  /** Sets the clock ahead by `ms`, as a fault or a correction of the system's clock does. Ends no wait. */
  setAhead(ms: number): void {
    this.#start += ms;
  }

  /** Moves the time forward by `ms`. Waits end in order, each at its own time, so that their callers can wait again. */
  async advance(ms: number): Promise<void> {
    const until = this.#passed + ms;
    for (;;) {
      const [next] = [...this.#waits].toSorted((a, b) => a.at - b.at);
      if (next === undefined || next.at > until) break;
      this.#passed = Math.max(this.#passed, next.at);
      next.end();
      await turn();
    }
    // Two overlapping calls may end in any order.
    this.#passed = Math.max(this.#passed, until);
  }
}
