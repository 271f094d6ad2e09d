/** Which offsets a reset or a restore changes, and that they fit the topics. Pure. */
import { CallmatchError } from '../errors.ts';
import type { TopicPartition } from '../kafka/delivery.ts';
import type { Commit, GroupPosition } from '../kafka/group-offsets.ts';
import type { OffsetBackup } from './backup.ts';
import { isWithin, type PartitionRange } from './partition-ranges.ts';

export interface Move extends TopicPartition {
  readonly from: Commit;
  /** Without an offset: there was none before, and Kafka's client cannot take a commit back. It stays. */
  readonly to: Commit;
  /** Of the partition, as in `GroupPosition`. */
  readonly start: number;
  readonly end: number;
}

/** A move that is to be committed. */
export type Change = Move & { readonly to: { readonly offset: number } };

export function isChange(move: Move): move is Change {
  const { from, to } = move;
  return to.offset !== undefined && (from.offset !== to.offset || from.metadata !== to.metadata);
}

/** The chosen partitions; without ranges all of them. Throws `offsets-invalid` when one is not there. */
export function choosePartitions<Position extends TopicPartition>(
  positions: readonly Position[],
  ranges: readonly PartitionRange[] | undefined,
): readonly Position[] {
  if (ranges === undefined) return positions;
  for (const topic of new Set(positions.map((position) => position.topic))) {
    const count = positions.filter((position) => position.topic === topic).length;
    const beyond = ranges.find(([, last]) => last >= count);
    if (beyond !== undefined) throw invalid(`${topic} has no partition ${beyond[1]}: its last one is ${count - 1}`);
  }
  return positions.filter(({ partition }) => isWithin(ranges, partition));
}

/**
 * Moves to what `target` gives for each partition. Metadata is left empty: what is done behind the old offset says
 * nothing about the new one. Throws `offsets-invalid` when a target is out of range.
 */
export function planReset(positions: readonly GroupPosition[], target: (position: GroupPosition) => number): Move[] {
  const moves = positions.map((position): Change => {
    const { topic, partition, committed: from, start, end } = position;
    return { topic, partition, from, to: { offset: target(position), metadata: '' }, start, end };
  });
  const outside = moves.filter(({ to, start, end }) => to.offset < start || to.offset > end);
  if (outside.length > 0) {
    const ranges = outside.map(({ topic, partition, start, end }) => `${topic}/${partition} has ${start} to ${end}`);
    throw invalid(`offset ${outside[0]?.to.offset} is out of range: ${ranges.join(', ')}`);
  }
  return moves;
}

/**
 * Moves back to what was saved, out of range or not: it is to be as it was. Throws `offsets-invalid` when the file is
 * of another group, or of a topic or partition that is not there.
 */
export function planRestore(positions: readonly GroupPosition[], backup: OffsetBackup, groupId: string): Move[] {
  if (backup.group !== groupId) throw invalid(`the file is of group ${backup.group}, not of ${groupId}`);
  return backup.offsets.map(({ topic, partition, offset, metadata }) => {
    const position = positions.find((entry) => entry.topic === topic && entry.partition === partition);
    if (position === undefined) throw invalid(`the file has ${topic}/${partition}, which no source reads`);
    const { committed: from, start, end } = position;
    return { topic, partition, from, to: { offset: offset ?? undefined, metadata }, start, end };
  });
}

function invalid(message: string): CallmatchError {
  return new CallmatchError('offsets-invalid', message);
}
