import type { Clock } from '../../domain/clock.ts';
import type { IntegrationId } from '../../domain/id.ts';
import type { Instant } from '../../domain/instant.ts';
import { maxBackoffMs } from './backoff.ts';

/**
 * The platforms that asked this process to wait. All their connections wait, but no longer than the longest backoff: what
 * a platform asks of one connection must not stop the others for a day.
 */
export class PlatformRests {
  readonly #clock: Clock;
  readonly #until = new Map<IntegrationId, Instant>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Notes how long a platform asks to wait, in ms, if it does. */
  note(id: IntegrationId, retryAfterMs: number | undefined): void {
    if (retryAfterMs === undefined) return;
    this.#until.set(id, this.#clock.now() + Math.min(retryAfterMs, maxBackoffMs));
  }

  /** Returns the platforms that wait now. */
  all(): IntegrationId[] {
    const now = this.#clock.now();
    for (const [id, until] of this.#until) {
      // One that ends later than any can was noted while the clock was ahead.
      if (until <= now || until > now + maxBackoffMs) this.#until.delete(id);
    }
    return [...this.#until.keys()];
  }
}
