/** Who keeps what while members of a real group come and go. */
import { type ConsumerConfig, PartitionAssigners } from 'kafkajs';
import { describe, expect, it } from 'vitest';
import type { TopicPartition } from '../../src/kafka/delivery.ts';
import { createStickyAssigner } from '../../src/kafka/sticky-assigner.ts';
import { type Cluster, connectCluster, uniqueName } from '../support/cluster.ts';
import { eventually } from '../support/eventually.ts';

interface Member extends AsyncDisposable {
  /** As `topic/partition`, sorted; of the last join. */
  readonly owned: readonly string[];
  /** The assigner that the group agreed on. */
  readonly protocol: string;
  /** How often it was about to join, and how often it has joined. */
  readonly counts: { joining: number; joined: number };
}

interface MemberSettings {
  readonly topics: readonly string[];
  readonly assigners?: 'sticky-first' | 'round-robin-only';
  readonly heartbeatInterval?: number;
}

async function startMember(
  { kafka }: Cluster,
  groupId: string,
  { topics, assigners = 'sticky-first', heartbeatInterval = 200 }: MemberSettings,
): Promise<Member> {
  let partitions: readonly TopicPartition[] = [];
  let generation = -1;
  let protocol = '';
  const counts = { joining: 0, joined: 0 };
  const sticky = createStickyAssigner({
    owned: () => partitions,
    generation: () => generation,
    onJoining: () => {
      counts.joining += 1;
    },
  });
  const config: ConsumerConfig = {
    groupId,
    sessionTimeout: 30_000,
    heartbeatInterval,
    maxWaitTimeInMs: 100,
    allowAutoTopicCreation: false,
    partitionAssigners: [...(assigners === 'sticky-first' ? [sticky] : []), PartitionAssigners.roundRobin],
  };
  const consumer = kafka.consumer(config);
  consumer.on(consumer.events.HEARTBEAT, ({ payload }) => {
    generation = payload.groupGenerationId;
  });
  consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
    partitions = Object.entries(payload.memberAssignment).flatMap(([topic, ids]) =>
      ids.map((partition) => ({ topic, partition })),
    );
    protocol = payload.groupProtocol;
    counts.joined += 1;
  });
  await consumer.connect();
  await consumer.subscribe({ topics: [...topics], fromBeginning: true });
  await consumer.run({ autoCommit: false, eachBatch: async () => {} });
  return {
    get owned() {
      return partitions.map(({ topic, partition }) => `${topic}/${partition}`).toSorted();
    },
    get protocol() {
      return protocol;
    },
    counts,
    [Symbol.asyncDispose]: () => consumer.disconnect(),
  };
}

/** Until the members have all partitions among them, each one once, in these numbers. */
async function settled(members: readonly Member[], counts: readonly number[]): Promise<void> {
  const total = counts.reduce((sum, count) => sum + count, 0);
  await eventually(
    () => JSON.stringify(members.map(({ owned }) => owned)),
    () =>
      members.every(({ owned }, index) => owned.length === counts[index]) &&
      new Set(members.flatMap(({ owned }) => owned)).size === total,
  );
}

const isSubset = (some: readonly string[], all: readonly string[]) => new Set(some).isSubsetOf(new Set(all));

describe('a group with the sticky assigner', () => {
  it('moves only what it must when a member joins, leaves or is replaced', async () => {
    await using cluster = await connectCluster();
    const topic = await cluster.createTopic('sticky', 12);
    const group = uniqueName('sticky');
    const start = (settings: Partial<MemberSettings> = {}) =>
      startMember(cluster, group, { topics: [topic], ...settings });
    await using a = await start();
    await using b = await start();
    const c = await start();
    await settled([a, b, c], [4, 4, 4]);

    const beforeJoin = [a, b, c].map(({ owned }) => owned);
    await using d = await start();
    await settled([a, b, c, d], [3, 3, 3, 3]);
    for (const [index, member] of [a, b, c].entries()) {
      expect(isSubset(member.owned, beforeJoin[index] ?? []), 'the old ones only give').toBe(true);
    }

    const beforeLeave = [a, b, d].map(({ owned }) => owned);
    await c[Symbol.asyncDispose]();
    await settled([a, b, d], [4, 4, 4]);
    for (const [index, member] of [a, b, d].entries()) {
      expect(isSubset(beforeLeave[index] ?? [], member.owned), 'those that stay only take').toBe(true);
    }

    // It hears of the next rebalance too late to join it: it is gone before, as one that is killed and started again.
    const old = await start({ heartbeatInterval: 25_000 });
    await settled([a, b, d, old], [3, 3, 3, 3]);
    const beforeReplacement = [a, b, d, old].map(({ owned }) => owned);
    const starting = start();
    await eventually(
      () => 'the group waits for its members',
      async () => (await cluster.admin.describeGroups([group])).groups[0]?.state === 'PreparingRebalance',
    );
    await old[Symbol.asyncDispose]();
    await using fresh = await starting;
    await settled([a, b, d, fresh], [3, 3, 3, 3]);
    expect([a, b, d, fresh].map(({ owned }) => owned)).toEqual(beforeReplacement);

    for (const member of [a, b, d, fresh]) {
      expect(member.protocol).toBe('callmatch-sticky');
      expect(member.counts.joining, 'no join went unnoticed').toBeGreaterThanOrEqual(member.counts.joined);
    }
  });

  it('agrees on the assigner of kafkajs while a member knows no other, and changes over when it has left', async () => {
    await using cluster = await connectCluster();
    const topic = await cluster.createTopic('sticky', 6);
    const group = uniqueName('sticky');
    const old = await startMember(cluster, group, { topics: [topic], assigners: 'round-robin-only' });
    await settled([old], [6]);
    await using a = await startMember(cluster, group, { topics: [topic] });
    await using b = await startMember(cluster, group, { topics: [topic] });
    await settled([old, a, b], [2, 2, 2]);
    expect([old, a, b].map(({ protocol }) => protocol)).toEqual(Array(3).fill('RoundRobinAssigner'));
    const before = [a, b].map(({ owned }) => owned);

    await old[Symbol.asyncDispose]();
    await settled([a, b], [3, 3]);
    expect([a, b].map(({ protocol }) => protocol)).toEqual(Array(2).fill('callmatch-sticky'));
    for (const [index, member] of [a, b].entries()) expect(isSubset(before[index] ?? [], member.owned)).toBe(true);
  });

  it('gives a topic to those who subscribe it, also when the leader does not', async () => {
    await using cluster = await connectCluster();
    const known = await cluster.createTopic('sticky-known', 4);
    const added = await cluster.createTopic('sticky-added', 2);
    const group = uniqueName('sticky');
    // The first member of a group is its leader.
    await using leader = await startMember(cluster, group, { topics: [known] });
    await settled([leader], [4]);
    await using other = await startMember(cluster, group, { topics: [known, added] });
    await settled([leader, other], [3, 3]);
    expect(other.owned.filter((name) => name.startsWith(added))).toHaveLength(2);
  });
});
