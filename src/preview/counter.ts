/** Counts by name, for names of which there may be more than memory is to hold. Pure. */

/** Where the names that came too late are counted. */
export const OTHERS = '(others)';

export class Counter {
  readonly #counts = new Map<string, number>();
  readonly #most: number;

  /** @param most names that are told apart */
  constructor(most: number) {
    this.#most = most;
  }

  add(name: string): void {
    const isKnown = this.#counts.has(name) || this.#counts.size < this.#most;
    const place = isKnown ? name : OTHERS;
    this.#counts.set(place, (this.#counts.get(place) ?? 0) + 1);
  }

  get(name: string): number {
    return this.#counts.get(name) ?? 0;
  }

  get total(): number {
    return this.#counts.values().reduce((sum, count) => sum + count, 0);
  }

  /** The most frequent first. */
  entries(): (readonly [name: string, count: number])[] {
    return [...this.#counts].sort(([a, many], [b, few]) => few - many || a.localeCompare(b));
  }
}
