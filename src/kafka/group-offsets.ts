/** A consumer group from outside: who is in it, and where its committed offsets stand in their topics. */
import type { Admin } from 'kafkajs';
import { CallmatchError } from '../errors.ts';
import type { TopicPartition } from './delivery.ts';
import { committedOffsets, entryOf, topicBounds } from './positions.ts';
import { partitionCounts } from './topics.ts';

/** What was committed for a partition; `offset` is undefined where nothing was. */
export interface Commit {
  readonly offset: number | undefined;
  readonly metadata: string;
}

export interface GroupPosition extends TopicPartition {
  readonly group: string;
  readonly committed: Commit;
  /** The oldest offset that is still there. */
  readonly start: number;
  /** The offset after the newest record. */
  readonly end: number;
}

export interface Group {
  /** As Kafka calls it, such as `Stable` or `Empty`; `Dead` is a group that does not exist. */
  readonly state: string;
  readonly members: readonly { readonly clientId: string; readonly host: string }[];
}

export async function describeGroup(admin: Admin, groupId: string): Promise<Group> {
  const { groups } = await admin.describeGroups([groupId]);
  const group = groups.find((entry) => entry.groupId === groupId);
  if (group === undefined) throw new CallmatchError('broker-unavailable', `no description of group ${groupId}`);
  // The broker writes a host as `/10.0.0.7`.
  const members = group.members.map(({ clientId, clientHost }) => ({ clientId, host: clientHost.replace(/^\//, '') }));
  return { state: group.state, members };
}

/** Every partition of the topics, in their order. Throws `topic-missing`. */
export async function groupPositions(
  admin: Admin,
  groupId: string,
  topics: readonly string[],
): Promise<GroupPosition[]> {
  const counts = await partitionCounts(admin, topics);
  const missing = topics.filter((topic) => !counts.has(topic));
  if (missing.length > 0) throw new CallmatchError('topic-missing', `no such topic: ${missing.join(', ')}`);
  // Before the ends are read: the commit of a running service would else seem to lie beyond the end.
  const committed = await committedOffsets(admin, groupId, topics);
  const bounds = await topicBounds(admin, topics);
  return topics.flatMap((topic) =>
    Array.from({ length: counts.get(topic) ?? 0 }, (_, partition) => {
      const found = entryOf(bounds, { topic, partition });
      if (found === undefined) throw new CallmatchError('broker-unavailable', `no offsets of ${topic}/${partition}`);
      const { offset, metadata = '' } = entryOf(committed, { topic, partition }) ?? { offset: undefined };
      return { group: groupId, topic, partition, committed: { offset, metadata }, start: found.low, end: found.high };
    }),
  );
}

/**
 * Offset of the first record with that time (epoch milliseconds) or a later one, by partition; the end of a partition
 * that has none.
 */
export async function offsetsAtTime(admin: Admin, topic: string, time: number): Promise<Map<number, number>> {
  const found = await admin.fetchTopicOffsetsByTimestamp(topic, time);
  return new Map(found.map(({ partition, offset }) => [partition, Number(offset)]));
}
