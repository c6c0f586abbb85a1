/** Weight of a text in the cache beyond its length, in characters: its key and the memory of the entry. */
export const entryWeight = 1024;

interface Owner {
  weight: number;
  /** Keys of its texts, the least recently used one first. */
  readonly keys: Set<string>;
}

/**
 * Texts in the memory of this process. When the cache is full, the owner whose texts weigh the most loses the least
 * recently used one. So an owner that stores without end replaces its own texts, and none of an owner that stores less. An
 * LRU cache for all, such as lru-cache, would let one owner flush the texts of all others.
 */
export class FairCache {
  readonly #maxWeight: number;
  readonly #entries = new Map<string, { readonly text: string; readonly owner: string }>();
  /** The least recently active owner first. */
  readonly #owners = new Map<string, Owner>();
  #weight = 0;

  /** `maxWeight` limits the sum of all lengths, where each text counts as `entryWeight` characters more. */
  constructor(maxWeight: number) {
    this.#maxWeight = maxWeight;
  }

  get(key: string): string | undefined {
    const entry = this.#entries.get(key);
    if (entry !== undefined) this.#use(key, entry.owner);
    return entry?.text;
  }

  /** Keeps a text for `owner`, or for the owner that already has it. */
  set(key: string, text: string, owner: string): void {
    const known = this.#entries.get(key);
    if (known === undefined) {
      this.#entries.set(key, { text, owner });
      this.#weigh(owner, weightOf(text));
    }
    this.#use(key, known?.owner ?? owner);
    while (this.#weight > this.#maxWeight) this.#dropOne();
  }

  #use(key: string, name: string): void {
    const owner = this.#owners.get(name);
    if (owner === undefined) return;
    this.#owners.delete(name);
    this.#owners.set(name, owner);
    owner.keys.delete(key);
    owner.keys.add(key);
  }

  #weigh(name: string, weight: number): void {
    const owner = this.#owners.get(name) ?? { weight: 0, keys: new Set<string>() };
    this.#owners.set(name, owner);
    owner.weight += weight;
    this.#weight += weight;
  }

  #dropOne(): void {
    let name = '';
    let largest: Owner = { weight: 0, keys: new Set() };
    for (const [one, owner] of this.#owners) {
      if (owner.weight > largest.weight) [name, largest] = [one, owner];
    }
    const [oldest = ''] = largest.keys;
    this.#weigh(name, -weightOf(this.#entries.get(oldest)?.text ?? ''));
    this.#entries.delete(oldest);
    largest.keys.delete(oldest);
    if (largest.keys.size === 0) this.#owners.delete(name);
  }
}

function weightOf(text: string): number {
  return text.length + entryWeight;
}
