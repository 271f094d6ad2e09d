/**
 * A set of ids in bounded memory: 8 bytes an id and as much again of room, without an object for any of them. Ids are
 * known by 64 bits of their hash: among 100 million the chance that any two are taken for one is 1 in 3,700. Pure.
 */
import { hash } from 'node:crypto';

export interface IdSet {
  /** False when the set is full: the id is not in it then, and counted as dropped. */
  add(id: string): boolean;
  has(id: string): boolean;
  readonly size: number;
  /** Ids that found no room. */
  readonly dropped: number;
}

const FIRST_SLOTS = 1024;
/** Beyond this part of the slots that are taken, a search takes many steps. */
const FULLEST = 0.7;

/** @param most ids that are kept */
export function createIdSet(most: number): IdSet {
  /** High and low half of a hash, side by side; two zeros are a free slot. */
  let table = new Uint32Array(2 * FIRST_SLOTS);
  let size = 0;
  let dropped = 0;

  /** The slot of a hash: where it is, or where it would go. */
  const slotOf = (high: number, low: number): number => {
    const mask = table.length / 2 - 1;
    for (let slot = low & mask; ; slot = (slot + 1) & mask) {
      const [there, below] = [table[2 * slot], table[2 * slot + 1]];
      if ((there === 0 && below === 0) || (there === high && below === low)) return slot;
    }
  };
  const isTaken = (slot: number) => table[2 * slot] !== 0 || table[2 * slot + 1] !== 0;
  const put = (slot: number, high: number, low: number) => {
    table[2 * slot] = high;
    table[2 * slot + 1] = low;
  };
  const grow = () => {
    const old = table;
    table = new Uint32Array(2 * old.length);
    for (let at = 0; at < old.length; at += 2) {
      const [high = 0, low = 0] = [old[at], old[at + 1]];
      if (high !== 0 || low !== 0) put(slotOf(high, low), high, low);
    }
  };

  return {
    add(id) {
      const [high, low] = halves(id);
      const slot = slotOf(high, low);
      if (isTaken(slot)) return true;
      if (size >= most) {
        dropped += 1;
        return false;
      }
      put(slot, high, low);
      size += 1;
      if (size > (table.length / 2) * FULLEST) grow();
      return true;
    },
    has(id) {
      return isTaken(slotOf(...halves(id)));
    },
    get size() {
      return size;
    },
    get dropped() {
      return dropped;
    },
  };
}

/** Never two zeros, which stand for a free slot. */
function halves(id: string): [high: number, low: number] {
  const digest = hash('sha1', id, 'buffer');
  const [high, low] = [digest.readUInt32LE(0), digest.readUInt32LE(4)];
  return high === 0 && low === 0 ? [0, 1] : [high, low];
}
