/**
 * How many operations may be compiled: `burst` at once, and as many again per minute. To compile one takes up to 50 ms,
 * while interpreting it costs its own caller, so a caller must not be able to have compiled without end.
 */
export class CompileAllowance {
  readonly #burst: number;
  readonly #now: () => number;
  #left: number;
  #countedMs: number;

  /** `now` is a time in ms that never goes back. */
  constructor(burst: number, now: () => number = () => performance.now()) {
    this.#burst = burst;
    this.#now = now;
    this.#left = burst;
    this.#countedMs = now();
  }

  /** Takes one from the allowance, if there is one left. */
  take(): boolean {
    const nowMs = this.#now();
    const regained = ((nowMs - this.#countedMs) / 60_000) * this.#burst;
    this.#left = Math.min(this.#left + regained, this.#burst);
    this.#countedMs = nowMs;
    if (this.#left < 1) return false;
    this.#left -= 1;
    return true;
  }
}
