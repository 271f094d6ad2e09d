/** Removed places are cut off in blocks, so that `shift` costs constant time on average (`Array.shift` moves all). */
const CUT_AT = 1024;

/** A queue: what came first leaves first. Memory follows its length. */
export class Fifo<T> {
  readonly #items: T[] = [];
  #first = 0;

  get length(): number {
    return this.#items.length - this.#first;
  }

  /** The item at a place, 0 being the oldest. */
  at(place: number): T | undefined {
    return this.#items[this.#first + place];
  }

  push(item: T): void {
    this.#items.push(item);
  }

  /** Removes the oldest. */
  shift(): T | undefined {
    const item = this.#items[this.#first];
    if (this.length > 0) this.#first += 1;
    if (this.#first > CUT_AT && this.#first * 2 > this.#items.length) {
      this.#items.splice(0, this.#first);
      this.#first = 0;
    }
    return item;
  }

  clear(): void {
    this.#items.length = 0;
    this.#first = 0;
  }

  /** The items from a place on, oldest first. Must not be used across a change of the queue. */
  *from(place: number): Generator<T> {
    for (let at = this.#first + place; at < this.#items.length; at += 1) {
      // A hole is impossible below the length; the cast keeps T free to include undefined.
      yield this.#items[at] as T;
    }
  }
}
