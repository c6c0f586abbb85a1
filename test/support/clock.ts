import { setImmediate as turn } from 'node:timers/promises';
import type { Clock } from '../../src/domain/clock.ts';

interface Wait {
  readonly at: number;
  readonly end: () => void;
}

/** Time that stands still until a test moves it. It begins with the system's. */
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

  /** Moves time on by `ms`. What waits is woken in order, each at its own time, so that it can wait again. */
  async advance(ms: number): Promise<void> {
    const until = this.#now + ms;
    for (;;) {
      const [next] = [...this.#waits].toSorted((a, b) => a.at - b.at);
      if (next === undefined || next.at > until) break;
      this.#now = Math.max(this.#now, next.at);
      next.end();
      await turn();
    }
    // Two calls that overlap may end in any order.
    this.#now = Math.max(this.#now, until);
  }
}
