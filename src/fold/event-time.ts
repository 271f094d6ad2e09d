/**
 * The time of a partition by the times of its records: how far what was read has come, however late it is read. One
 * record that is far ahead, or a few, must not move it, and one that is behind must not put it back. Pure.
 */

/** It moves when so many records in a row say so. */
const IN_A_ROW = 5;

export class EventTime {
  /** Times of the last records, a ring. */
  readonly #last: number[] = [];
  #next = 0;
  #now = Number.NEGATIVE_INFINITY;

  /** Epoch milliseconds; negative infinity before it is known. Never steps back. */
  get now(): number {
    return this.#now;
  }

  /** The next record of the partition. @param recordTime epoch milliseconds; 0 or less when it has none */
  see(recordTime: number): void {
    if (recordTime <= 0) return;
    this.#last[this.#next] = recordTime;
    this.#next = (this.#next + 1) % IN_A_ROW;
    if (this.#last.length === IN_A_ROW) this.#now = Math.max(this.#now, Math.min(...this.#last));
  }
}
