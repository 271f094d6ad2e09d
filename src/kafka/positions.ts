/** Offsets as the broker knows them: what a group has committed, and where a topic begins and ends. */
import type { Admin } from 'kafkajs';
import { CallmatchError } from '../errors.ts';
import type { TopicPartition } from './delivery.ts';

/** `offset` is undefined where the group has never committed; `metadata` is the text that was committed with it. */
export type CommittedOffsets = readonly (TopicPartition & {
  readonly offset: number | undefined;
  readonly metadata?: string;
})[];

export type StartFrom = 'latest' | 'earliest';

export async function committedOffsets(
  admin: Admin,
  groupId: string,
  partitions: readonly TopicPartition[],
): Promise<CommittedOffsets> {
  const topics = [...new Set(partitions.map(({ topic }) => topic))];
  if (topics.length === 0) return [];
  const answers = await admin.fetchOffsets({ groupId, topics });
  return partitions.map(({ topic, partition }) => {
    const answer = answers.find((entry) => entry.topic === topic);
    const found = answer?.partitions.find((entry) => entry.partition === partition);
    const offset = Number(found?.offset ?? -1);
    return { topic, partition, offset: offset >= 0 ? offset : undefined, metadata: found?.metadata ?? '' };
  });
}

/** Where a first start begins, and how many records it leaves out. */
export async function startOffsets(
  admin: Admin,
  partitions: readonly TopicPartition[],
  startFrom: StartFrom,
): Promise<(TopicPartition & { readonly offset: number; readonly skipped: number })[]> {
  const ends = new Map<string, Awaited<ReturnType<Admin['fetchTopicOffsets']>>>();
  for (const topic of new Set(partitions.map(({ topic }) => topic)))
    ends.set(topic, await admin.fetchTopicOffsets(topic));
  return partitions.map(({ topic, partition }) => {
    const end = ends.get(topic)?.find((entry) => entry.partition === partition);
    // Never a guess: offset 0 would be committed as the start of a group that wants the latest.
    if (end === undefined) throw new CallmatchError('broker-unavailable', `no offsets of ${topic}/${partition}`);
    const low = Number(end.low);
    const high = Number(end.high);
    return {
      topic,
      partition,
      offset: startFrom === 'earliest' ? low : high,
      skipped: startFrom === 'earliest' ? 0 : high - low,
    };
  });
}
