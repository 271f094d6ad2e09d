/**
 * Which calls of a range of source records have an engagement already: one bit a call, so that 100 million take 12.5 MB.
 * Exact. Pure.
 */
import type { TopicPartition } from '../kafka/delivery.ts';

/** Offsets of one piece: 8 KiB of bits, allocated when the first of them is done. */
const CHUNK_OFFSETS = 65_536;
const CHUNK_BYTES = CHUNK_OFFSETS / 8;

export interface DoneIndex {
  /** @param callIndex position of the call in its record, from 0 */
  add(partition: TopicPartition, offset: number, callIndex: number): void;
  has(partition: TopicPartition, offset: number, callIndex: number): boolean;
  /** Gives back the memory of what lies below; no question is asked of it any more. */
  forget(partition: TopicPartition, below: number): void;
  /** Memory of the bits. */
  readonly bytes: number;
}

/** Bits of the calls with one index in their records, by piece. */
type Chunks = Map<number, Uint8Array>;

export function createDoneIndex(): DoneIndex {
  /** By partition, then by call index: most records give one call, so the later ones cost next to nothing. */
  const partitions = new Map<string, Chunks[]>();
  let chunks = 0;

  return {
    add(partition, offset, callIndex) {
      const name = nameOf(partition);
      const byCall = partitions.get(name) ?? [];
      partitions.set(name, byCall);
      while (byCall.length <= callIndex) byCall.push(new Map());
      const number = Math.floor(offset / CHUNK_OFFSETS);
      let bits = byCall[callIndex]?.get(number);
      if (bits === undefined) {
        bits = new Uint8Array(CHUNK_BYTES);
        byCall[callIndex]?.set(number, bits);
        chunks += 1;
      }
      const at = offset % CHUNK_OFFSETS;
      bits[at >> 3] = (bits[at >> 3] ?? 0) | (1 << (at & 7));
    },
    has(partition, offset, callIndex) {
      const bits = partitions.get(nameOf(partition))?.[callIndex]?.get(Math.floor(offset / CHUNK_OFFSETS));
      const at = offset % CHUNK_OFFSETS;
      return bits !== undefined && ((bits[at >> 3] ?? 0) & (1 << (at & 7))) !== 0;
    },
    forget(partition, below) {
      for (const byNumber of partitions.get(nameOf(partition)) ?? []) {
        for (const number of byNumber.keys()) {
          if ((number + 1) * CHUNK_OFFSETS > below) continue;
          byNumber.delete(number);
          chunks -= 1;
        }
      }
    },
    get bytes() {
      return chunks * CHUNK_BYTES;
    },
  };
}

function nameOf({ topic, partition }: TopicPartition): string {
  return `${partition} ${topic}`;
}
