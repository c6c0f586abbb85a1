/** Who served for less did not fail by chance. */
const shortMs = 10_000;
const firstDelayMs = 500;
const maxDelayMs = 30_000;
/** After so many starts in a row that came to nothing, the next will not do better. */
const maxFailedStarts = 5;

/** When workers that ended are replaced: at once, or later and later where they go on ending soon. */
export class Replacing {
  readonly #timers = new Set<NodeJS.Timeout>();
  /** How often in a row the one in a place ended soon. */
  readonly #shortLived = new Map<number, number>();
  #failedStarts = 0;

  /** A worker serves. */
  succeeded(): void {
    this.#failedStarts = 0;
  }

  /** How long to wait before the one in a place is replaced, who had served for `servedMs` or never; notes the failure. */
  delayMs(number: number, servedMs: number | undefined): number {
    if (servedMs === undefined) this.#failedStarts += 1;
    const times = (servedMs ?? 0) < shortMs ? (this.#shortLived.get(number) ?? 0) + 1 : 0;
    this.#shortLived.set(number, times);
    return times < 2 ? 0 : Math.min(firstDelayMs * 2 ** (times - 2), maxDelayMs);
  }

  /** Whether so many starts have failed in a row that there is no hope. */
  get isHopeless(): boolean {
    return this.#failedStarts >= maxFailedStarts;
  }

  /** Starts a replacement after a while, unless all is stopped before. */
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
