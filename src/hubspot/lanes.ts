/**
 * Who waits for a slot, and who is next: live calls before a backfill, first come, first served within each. While both
 * wait, one slot in twenty is the backfill's, so that it goes on under any load of live calls.
 */

/** Live calls go before a backfill. */
export type Lane = 'live' | 'backfill';
export const LANES: readonly Lane[] = ['live', 'backfill'];

/** Of so many slots in a row, one goes to a backfill that waits. */
export const BACKFILL_ONE_IN = 20;

export class LaneQueue<Waiter> {
  readonly #live = new Set<Waiter>();
  readonly #backfill = new Set<Waiter>();
  /** Live ones that went before a backfill that waited. */
  #passed = 0;

  get size(): number {
    return this.#live.size + this.#backfill.size;
  }

  add(lane: Lane, waiter: Waiter): void {
    this.#of(lane).add(waiter);
  }

  remove(lane: Lane, waiter: Waiter): void {
    this.#of(lane).delete(waiter);
  }

  /** Takes the one that is next. Undefined when nobody waits. */
  next(): Waiter | undefined {
    const bothWait = this.#live.size > 0 && this.#backfill.size > 0;
    const isBackfillsTurn = this.#live.size === 0 || (bothWait && this.#passed >= BACKFILL_ONE_IN - 1);
    this.#passed = bothWait && !isBackfillsTurn ? this.#passed + 1 : 0;
    const queue = isBackfillsTurn ? this.#backfill : this.#live;
    for (const waiter of queue) {
      queue.delete(waiter);
      return waiter;
    }
    return undefined;
  }

  #of(lane: Lane): Set<Waiter> {
    return lane === 'live' ? this.#live : this.#backfill;
  }
}
