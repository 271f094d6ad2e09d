/** Counts by name, in the order of their first mention. Pure. */
export class Counts {
  readonly #counts = new Map<string, number>();

  add(name: string, count = 1): void {
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + count);
  }

  toJSON(): Record<string, number> {
    return Object.fromEntries(this.#counts);
  }
}
