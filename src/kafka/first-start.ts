/** Where a group begins on a partition that it has never committed on. Pure. */
import { decodeMetadata } from './commit-metadata.ts';
import type { TopicPartition } from './delivery.ts';
import type { Bounds, Committed } from './positions.ts';

export type StartFrom = 'latest' | 'earliest';

export interface FirstStart {
  readonly offset: number;
  /** Records that are left out. */
  readonly skipped: number;
}

/**
 * Partitions that the topic had when the group first started on it, as its commits say; undefined when none does.
 * A topic never loses partitions, so the lowest number is the oldest.
 */
export function partitionsAtStart(committed: readonly Committed[], group: string, topic: string): number | undefined {
  const counts = committed
    .filter((entry) => entry.topic === topic)
    .flatMap(({ offset, metadata }) => decodeMetadata(metadata, offset, group)?.partitions ?? []);
  return counts.length === 0 ? undefined : Math.min(...counts);
}

/**
 * A group that starts on a topic begins at `startFrom`. A partition that was added later is read from its beginning: it
 * was empty when it was added, so `latest` would leave out what came before somebody noticed it. Where commits of other
 * partitions do not tell which of the two it is, nothing is left out.
 */
export function firstStart(
  { topic, partition }: TopicPartition,
  { low, high }: Bounds,
  committed: readonly Committed[],
  group: string,
  startFrom: StartFrom,
): FirstStart {
  const hasStarted = committed.some((entry) => entry.topic === topic);
  const isAdded = hasStarted && partition >= (partitionsAtStart(committed, group, topic) ?? 0);
  if (isAdded || startFrom === 'earliest') return { offset: low, skipped: 0 };
  return { offset: high, skipped: high - low };
}
