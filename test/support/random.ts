import { randomInt } from 'node:crypto';
import { onTestFailed } from 'vitest';

const seeds = 2 ** 32;

/** A random generator that repeats the same choices for the same seed. */
export class Random {
  readonly #seed: number;
  #state: number;

  constructor(seed: number) {
    this.#seed = seed;
    this.#state = seed;
  }

  /** Returns a number from `least` to `most`, both included. */
  integer(least: number, most: number): number {
    return least + Math.floor(this.#next() * (most - least + 1));
  }

  chance(probability: number): boolean {
    return this.#next() < probability;
  }

  pick<T>(items: readonly T[]): T {
    const item = items[this.integer(0, items.length - 1)];
    if (item === undefined) throw new Error('there is nothing to choose from');
    return item;
  }

  /** Returns a separate generator, whose choices do not depend on how many are made elsewhere. */
  fork(label: string): Random {
    let hash = this.#seed;
    for (const char of label) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01000193);
    return new Random(hash >>> 0);
  }

  /** Mulberry32, which is in the public domain. */
  #next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / seeds;
  }
}

/**
 * Returns the seed of a test: a random one, unless an environment variable gives it. Prints it if the test fails. A
 * seed repeats the choices, but not the order in which concurrent processes run.
 */
export function seedOf(variable: string): number {
  const given = process.env[variable];
  const seed = given === undefined ? randomInt(seeds) : Number(given);
  onTestFailed(() => {
    process.stdout.write(`Make the same choices again: ${variable}=${seed}\n`);
  });
  return seed;
}
