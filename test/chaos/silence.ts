/** The longest time in which calls of a partition waited and none ended: the slowest recovery, seen from outside. */

interface Seen {
  readonly ended: number;
  readonly isOpen: boolean;
  /** When a call ended last, or nothing waited. */
  readonly since: number;
}

export class Silence {
  readonly #partitions = new Map<number, Seen>();
  #longest = 0;

  /** Milliseconds, as exact as the observations are close. */
  get longest(): number {
    return this.#longest;
  }

  /** @param now milliseconds. @param progress records of the partition so far, and how many of them have ended */
  observe(now: number, partition: number, progress: { readonly records: number; readonly ended: number }): void {
    const { records, ended } = progress;
    const isOpen = ended < records;
    const last = this.#partitions.get(partition);
    if (last && (last.isOpen || isOpen)) this.#longest = Math.max(this.#longest, now - last.since);
    const isSilent = last !== undefined && isOpen && ended === last.ended;
    this.#partitions.set(partition, { ended, isOpen, since: isSilent ? last.since : now });
  }
}
