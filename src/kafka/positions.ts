/** Offsets as the broker knows them: what a group has committed, and where a topic begins and ends. */
import type { Admin } from 'kafkajs';
import type { PartitionStatus, TopicPartition } from './delivery.ts';

/** A committed offset with the text committed with it. */
export interface Committed extends TopicPartition {
  readonly offset: number;
  readonly metadata: string;
}

export interface Bounds extends TopicPartition {
  /** First offset that is still there. */
  readonly low: number;
  /** Offset after the last one. */
  readonly high: number;
}

/** What the group has committed on any partition of the topics; those without a commit are absent. */
export async function committedOffsets(
  admin: Admin,
  groupId: string,
  topics: readonly string[],
): Promise<readonly Committed[]> {
  if (topics.length === 0) return [];
  const answers = await admin.fetchOffsets({ groupId, topics: [...topics] });
  return answers.flatMap(({ topic, partitions }) =>
    partitions
      .map(({ partition, offset, metadata }) => ({
        topic,
        partition,
        offset: Number(offset),
        metadata: metadata ?? '',
      }))
      .filter(({ offset }) => offset >= 0),
  );
}

/** Where every partition of the topics begins and ends. */
export async function topicBounds(admin: Admin, topics: readonly string[]): Promise<readonly Bounds[]> {
  const bounds: Bounds[] = [];
  for (const topic of topics) {
    for (const { partition, low, high } of await admin.fetchTopicOffsets(topic))
      bounds.push({ topic, partition, low: Number(low), high: Number(high) });
  }
  return bounds;
}

/**
 * Those of the partitions of which everything was read that the broker had when it was asked.
 * @param endOf offset from which on nothing is to be read
 */
export async function readToEnd(
  admin: Admin,
  partitions: () => readonly PartitionStatus[],
  endOf: (partition: TopicPartition) => number = () => Number.POSITIVE_INFINITY,
): Promise<readonly TopicPartition[]> {
  const topics = [...new Set(partitions().map(({ topic }) => topic))];
  const bounds = await topicBounds(admin, topics);
  return partitions().filter((one) => {
    const high = entryOf(bounds, one)?.high;
    return high !== undefined && one.watermark + one.span >= Math.min(high, endOf(one));
  });
}

/** The entry of a partition. */
export function entryOf<Entry extends TopicPartition>(
  entries: readonly Entry[],
  { topic, partition }: TopicPartition,
): Entry | undefined {
  return entries.find((entry) => entry.topic === topic && entry.partition === partition);
}
