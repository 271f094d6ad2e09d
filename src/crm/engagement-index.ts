import type { Engagement } from './engagement.ts';
import { Fifo } from './fifo.ts';

/** Nearly every key has one engagement; a queue is only made for the second, which saves memory at millions of them. */
type Slot = Engagement | Fifo<Engagement>;

function listOf(slot: Slot | undefined): Iterable<Engagement> {
  if (slot === undefined) return [];
  return slot instanceof Fifo ? slot.from(0) : [slot];
}

/** Finds the engagements of a portal by a key, oldest first. */
export class EngagementIndex {
  readonly #portals = new Map<string, Map<string, Slot>>();

  /** @returns how many engagements the key has now. */
  add(key: string, engagement: Engagement): number {
    const slots = this.#slotsOf(engagement.portal);
    const slot = slots.get(key);
    if (slot === undefined) {
      slots.set(key, engagement);
      return 1;
    }
    const queue = slot instanceof Fifo ? slot : new Fifo<Engagement>();
    if (!(slot instanceof Fifo)) {
      queue.push(slot);
      slots.set(key, queue);
    }
    queue.push(engagement);
    return queue.length;
  }

  /** Forgets the oldest engagement of a key. */
  removeOldest(portal: string, key: string): void {
    const slots = this.#slotsOf(portal);
    const slot = slots.get(key);
    if (slot instanceof Fifo && slot.length > 1) slot.shift();
    else slots.delete(key);
  }

  /** @param portal undefined: of every portal, in no order of theirs. */
  *get(portal: string | undefined, key: string): Generator<Engagement> {
    const portals = portal === undefined ? this.#portals.values() : [this.#portals.get(portal)];
    for (const slots of portals) yield* listOf(slots?.get(key));
  }

  clear(): void {
    this.#portals.clear();
  }

  #slotsOf(portal: string): Map<string, Slot> {
    const known = this.#portals.get(portal);
    if (known) return known;
    const slots = new Map<string, Slot>();
    this.#portals.set(portal, slots);
    return slots;
  }
}
