import type { Clock } from '../domain/clock.ts';
import type { Instant } from '../domain/instant.ts';

/** How long metadata is used, in ms. A platform may move its endpoints meanwhile. */
const keptMs = 6 * 60 * 60 * 1000;
/** The shortest time between two requests for metadata that is kept, in ms: many connections may fail at once. */
const minIntervalMs = 60_000;

/** Keeps what a platform's metadata says, and requests it again after hours, or when it may be out of date. */
export class KeptMetadata<Metadata> {
  readonly #load: () => Promise<Metadata>;
  readonly #clock: Clock;
  #kept: Metadata | undefined;
  #loading: Promise<Metadata> | undefined;
  #askedAt: Instant = 0;
  #isInDoubt = false;

  constructor(load: () => Promise<Metadata>, clock: Clock) {
    this.#load = load;
    this.#clock = clock;
  }

  /**
   * Returns the metadata. Callers that wait at the same time share one request. If the request fails, they get the old
   * metadata, or the error if there is none.
   */
  async get(): Promise<Metadata> {
    const kept = this.#kept;
    if (kept !== undefined && !this.#isDue()) return kept;
    this.#loading ??= this.#reload();
    try {
      return await this.#loading;
    } catch (error) {
      if (kept !== undefined) return kept;
      throw error;
    }
  }

  /** Notes that a request failed as it would if the metadata had changed. */
  doubt(): void {
    this.#isInDoubt = true;
  }

  #isDue(): boolean {
    // The difference in either direction: the clock may have been ahead when the metadata was requested.
    const age = Math.abs(this.#clock.now() - this.#askedAt);
    return age >= (this.#isInDoubt ? minIntervalMs : keptMs);
  }

  async #reload(): Promise<Metadata> {
    this.#askedAt = this.#clock.now();
    try {
      this.#kept = await this.#load();
      this.#isInDoubt = false;
      return this.#kept;
    } catch (error) {
      this.#isInDoubt = true;
      throw error;
    } finally {
      this.#loading = undefined;
    }
  }
}
