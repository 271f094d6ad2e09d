/** Which records of the sources a replay reads. Pure. */
import { CallmatchError } from '../errors.ts';
import type { TopicPartition } from '../kafka/delivery.ts';
import type { GroupPosition } from '../kafka/group-offsets.ts';

/** Records of one partition, `from` inclusive, `to` exclusive; empty where both are the same. */
export interface ReplayRange extends TopicPartition {
  readonly from: number;
  readonly to: number;
  /** What the live group has not done yet lies inside of what was asked for: it is left to the live group. */
  readonly isCutByLive: boolean;
  /** Records that were asked for and that retention has deleted; gaps of the log included. */
  readonly deleted: number;
}

/**
 * The range of every partition, from what was asked for. It ends where the live group stands at the latest: that group
 * only moves on, so the two never handle the same record.
 * @param positions of the live group
 * @param from where a partition is to begin, and `to` where it is to end; both may lie outside of the partition
 * Throws `replay-invalid` where the live group has committed nothing, so that nobody knows what it will read.
 */
export function planRange(
  positions: readonly GroupPosition[],
  from: (position: GroupPosition) => number,
  to: (position: GroupPosition) => number,
): ReplayRange[] {
  const unknown = positions.filter(({ committed }) => committed.offset === undefined);
  const [first] = unknown;
  if (first !== undefined) {
    const names = unknown.map(({ topic, partition }) => `${topic}/${partition}`).join(', ');
    throw new CallmatchError(
      'replay-invalid',
      `group ${first.group} has committed nothing on ${names}: a replay ends where the service stands. ` +
        'Start the service once, or place the group with callmatch offsets reset.',
    );
  }
  return positions.map((position): ReplayRange => {
    const { topic, partition, committed, start, end } = position;
    const asked = { from: Math.max(0, from(position)), to: Math.min(end, to(position)) };
    const limit = committed.offset ?? start;
    const lower = Math.max(asked.from, start);
    return {
      topic,
      partition,
      from: lower,
      to: Math.max(lower, Math.min(asked.to, limit)),
      isCutByLive: asked.to > Math.max(limit, lower),
      deleted: Math.max(0, Math.min(start, asked.to) - asked.from),
    };
  });
}

/** Offsets in the ranges; not each need be a record: Kafka leaves gaps. */
export function sizeOfRanges(ranges: readonly ReplayRange[]): number {
  return ranges.reduce((sum, { from, to }) => sum + (to - from), 0);
}
