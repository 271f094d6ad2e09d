/** That nobody else is in a group while its offsets are set, whoever comes first. */
import type { Consumer } from 'kafkajs';
import { describe, expect, it } from 'vitest';
import { CallmatchError } from '../../src/errors.ts';
import { createKafkaClient, type KafkaClient } from '../../src/kafka/client.ts';
import { holdGroup } from '../../src/kafka/group-hold.ts';
import { type Cluster, connectCluster, uniqueName } from '../support/cluster.ts';
import { eventually } from '../support/eventually.ts';

/** The shortest that a broker allows by default. */
const SESSION_TIMEOUT_MS = 6_000;

async function openGroup(cluster: Cluster) {
  const topic = await cluster.createTopic('calls', 2);
  const group = { groupId: uniqueName('group'), sessionTimeout: SESSION_TIMEOUT_MS };
  const kafka = await createKafkaClient(
    { brokers: [...cluster.brokers], clientId: 'test', startFrom: 'earliest', onOffsetLost: 'stop', ...group },
    () => {},
  );
  return { kafka, topic, group, hold: () => holdGroup(kafka, group, [topic]) };
}

/** A consumer as a service has it: joined, or refused with that error of Kafka. */
async function startMember(kafka: KafkaClient, group: { groupId: string; sessionTimeout: number }, topic: string) {
  const consumer = kafka.consumer(group);
  const outcome = outcomeOf(consumer);
  await consumer.connect();
  await consumer.subscribe({ topics: [topic], fromBeginning: true });
  await consumer.run({ autoCommit: false, eachBatch: async () => {} });
  const joined = await outcome;
  return { joined, [Symbol.asyncDispose]: () => consumer.disconnect() };
}

function outcomeOf(consumer: Consumer): Promise<string> {
  return new Promise((resolve) => {
    consumer.on(consumer.events.GROUP_JOIN, () => resolve('joined'));
    consumer.on(consumer.events.CRASH, ({ payload }) => resolve(payload.error.message));
  });
}

/** Stops this process as a suspended machine would: no heartbeat goes out. */
function freeze(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

describe('a held group', () => {
  it('takes commits with metadata, and leaves nobody behind', async () => {
    await using cluster = await connectCluster();
    const { topic, group, hold } = await openGroup(cluster);
    {
      await using held = await hold();
      await held.commit([{ topic, partition: 1, offset: 0, metadata: 'kept' }]);
    }
    const [answer] = await cluster.admin.fetchOffsets({ groupId: group.groupId, topics: [topic] });
    expect(answer?.partitions).toContainEqual({ partition: 1, offset: '0', metadata: 'kept' });
    expect((await cluster.admin.describeGroups([group.groupId])).groups[0]?.state).toBe('Empty');
  });

  it('cannot be had while a service is in it', async () => {
    await using cluster = await connectCluster();
    const { kafka, topic, group, hold } = await openGroup(cluster);
    await using member = await startMember(kafka, group, topic);
    expect(member.joined).toBe('joined');
    await expect(hold()).rejects.toMatchObject({ code: 'group-active' });
    expect((await cluster.admin.describeGroups([group.groupId])).groups[0]?.members).toHaveLength(1);
  });

  it('lets no service and no second hold in', async () => {
    await using cluster = await connectCluster();
    const { kafka, topic, group, hold } = await openGroup(cluster);
    {
      await using _ = await hold();
      await using member = await startMember(kafka, group, topic);
      expect(member.joined).toContain('incompatible');
      await expect(hold()).rejects.toMatchObject({ code: 'group-active' });
    }
    await using later = await startMember(kafka, group, topic);
    expect(later.joined).toBe('joined');
  });

  it('takes no commit any more after a freeze in which another could have been in the group', async () => {
    await using cluster = await connectCluster();
    const { topic, group, hold } = await openGroup(cluster);
    await using held = await hold();
    const member = async () => {
      const { groups } = await cluster.admin.describeGroups([group.groupId]);
      return groups[0]?.state === 'Stable' ? groups[0].members[0]?.memberId : undefined;
    };
    const first = await member();
    freeze(SESSION_TIMEOUT_MS + 1_000);
    await eventually(
      () => `a member other than ${first}`,
      async () => ![undefined, first].includes(await member()),
    );
    await expect(held.commit([{ topic, partition: 0, offset: 0, metadata: '' }])).rejects.toThrow(CallmatchError);
    const [answer] = await cluster.admin.fetchOffsets({ groupId: group.groupId, topics: [topic] });
    expect(answer?.partitions.map(({ offset }) => offset)).toEqual(['-1', '-1']);
  });
});
