/** What of each partition a preview reads. Pure. */
import type { TopicPartition } from '../kafka/delivery.ts';

/** Offsets of a partition; `to` is the first that is not read. */
export interface Stretch extends TopicPartition {
  readonly from: number;
  readonly to: number;
}

/**
 * The same stretches, cut at their ends until they have no more than `limit` offsets together. Each keeps an equal part;
 * what a short one leaves over is for the others.
 */
export function limitStretches(stretches: readonly Stretch[], limit: number): Stretch[] {
  const bySize = [...stretches].sort((a, b) => sizeOf(a) - sizeOf(b));
  const kept = new Map<Stretch, number>();
  let left = limit;
  for (const [index, stretch] of bySize.entries()) {
    const size = Math.min(sizeOf(stretch), Math.floor(left / (bySize.length - index)));
    kept.set(stretch, size);
    left -= size;
  }
  return stretches.map((stretch) => ({ ...stretch, to: stretch.from + (kept.get(stretch) ?? 0) }));
}

/** The stretch between two offsets, as far as the partition has it. */
export function stretchWithin(
  { topic, partition, start, end }: TopicPartition & { readonly start: number; readonly end: number },
  from: number,
  to: number,
): Stretch {
  const first = Math.min(Math.max(from, start), end);
  return { topic, partition, from: first, to: Math.min(Math.max(to, first), end) };
}

/** Offsets of all together; gaps among them are no records. */
export function lengthOf(stretches: readonly Stretch[]): number {
  return stretches.reduce((sum, stretch) => sum + sizeOf(stretch), 0);
}

function sizeOf({ from, to }: Stretch): number {
  return to - from;
}
