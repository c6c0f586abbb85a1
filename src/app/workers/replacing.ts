/** A worker that served for less did not fail by chance. */
const shortMs = 10_000;
const firstDelayMs = 500;
const maxDelayMs = 30_000;
/** After so many short lives in a row, a worker is replaced with a delay even if no other serves. */
const maxShortLives = 20;
/** After this many failed starts in a row, the next will fail too. */
const maxFailedStarts = 5;

/**
 * Decides when to replace workers that ended: at once, or with a growing delay if they keep ending soon while others
 * serve.
 */
export class Replacing {
  readonly #timers = new Set<NodeJS.Timeout>();
  /** How often in a row the worker with a number ended soon. */
  readonly #shortLived = new Map<number, number>();
  #failedStarts = 0;

  /** Notes that a worker serves. */
  succeeded(): void {
    this.#failedStarts = 0;
  }

  /**
   * Notes that the worker with this number ended after serving for `servedMs`, or never. Returns the delay to its
   * replacement. `wasLast` says that no other worker is left: then a delay would be an outage, so there is none at first.
   */
  delayMs(number: number, servedMs: number | undefined, wasLast: boolean): number {
    if (servedMs === undefined) this.#failedStarts += 1;
    const times = (servedMs ?? 0) < shortMs ? (this.#shortLived.get(number) ?? 0) + 1 : 0;
    this.#shortLived.set(number, times);
    if (wasLast && servedMs !== undefined && times <= maxShortLives) return 0;
    return times < 2 ? 0 : Math.min(firstDelayMs * 2 ** (times - 2), maxDelayMs);
  }

  /** Whether too many starts have failed in a row to try again. */
  get isHopeless(): boolean {
    return this.#failedStarts >= maxFailedStarts;
  }

  /** Starts a replacement after a delay, unless stopped before. */
  after(delayMs: number, start: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      start();
    }, delayMs);
    this.#timers.add(timer);
  }

  stop(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }
}
