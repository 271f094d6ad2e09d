/** Where a group begins on a partition that it has never committed on. Pure. */
import { decodeMetadata } from './commit-metadata.ts';
import type { Bounds, Committed } from './positions.ts';

export type StartFrom = 'latest' | 'earliest';

export interface FirstStart {
  readonly offset: number;
  /** Records that are left out. */
  readonly skipped: number;
}

/**
 * Partitions that the topic had when the group first started on it, as its commits say. A topic never loses partitions,
 * so the lowest number is the oldest. 0 when the group has started and no commit tells, as after a tool has moved its
 * offsets: whoever asks, before or after others have committed, gets the same answer.
 */
export function partitionsAtStart(
  committed: readonly Committed[],
  bounds: readonly Bounds[],
  group: string,
  topic: string,
): number {
  const ofTopic = committed.filter((entry) => entry.topic === topic);
  if (ofTopic.length === 0) return bounds.filter((entry) => entry.topic === topic).length;
  const counts = ofTopic.flatMap(({ offset, metadata }) => decodeMetadata(metadata, offset, group)?.partitions ?? []);
  return counts.length === 0 ? 0 : Math.min(...counts);
}

/**
 * A group that starts on a topic begins at `startFrom`. A partition that was added later is read from its beginning: it
 * was empty when it was added, so `latest` would leave out what came before somebody noticed it. Where nothing tells
 * which of the two it is, nothing is left out.
 * @param atStart `partitionsAtStart` of its topic
 */
export function firstStart(
  partition: number,
  { low, high }: Pick<Bounds, 'low' | 'high'>,
  atStart: number,
  startFrom: StartFrom,
): FirstStart {
  if (partition >= atStart || startFrom === 'earliest') return { offset: low, skipped: 0 };
  return { offset: high, skipped: high - low };
}
