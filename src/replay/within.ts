/** Keeps a run within its ranges. Pure. */
import type { Accept, TopicPartition } from '../kafka/delivery.ts';
import { entryOf } from '../kafka/positions.ts';
import type { ReplayRange } from './range.ts';

export interface WithinOptions {
  /** Epoch milliseconds: what became of records written before cannot be told from the outcomes any more. */
  readonly unknownBefore?: number | undefined;
}

/**
 * Takes records of the ranges only. Behind its range a partition gives nothing more: a record that is refused there is
 * never asked for again. What may have been sent, and nobody knows, is looked up before it is sent.
 */
export function within(
  accept: Accept,
  ranges: readonly ReplayRange[],
  { unknownBefore = 0 }: WithinOptions = {},
): Accept {
  const ends = new Map(ranges.map((range) => [nameOf(range), range.to]));
  return (delivery) => {
    if (delivery.offset >= (ends.get(nameOf(delivery)) ?? 0)) return false;
    return accept(delivery.timestamp < unknownBefore ? { ...delivery, inDoubt: true } : delivery);
  };
}

/** Offsets of the ranges that are committed. */
export function doneOf(
  ranges: readonly ReplayRange[],
  committed: readonly (TopicPartition & { readonly offset: number })[],
): number {
  return ranges.reduce((sum, range) => {
    const offset = entryOf(committed, range)?.offset ?? range.from;
    return sum + Math.min(range.to, Math.max(range.from, offset)) - range.from;
  }, 0);
}

function nameOf({ topic, partition }: TopicPartition): string {
  return `${partition} ${topic}`;
}
