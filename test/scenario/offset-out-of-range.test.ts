/** What becomes of a partition whose committed position the broker has deleted. */
import { type Consumer, PartitionAssigners } from 'kafkajs';
import { describe, expect, it } from 'vitest';
import type { TopicPartition } from '../../src/kafka/delivery.ts';
import { tellingOffsetOutOfRange } from '../../src/kafka/offset-manager.ts';
import { type Cluster, connectCluster, uniqueName } from '../support/cluster.ts';
import { eventually } from '../support/eventually.ts';

const METADATA = '{"v":1,"base":5,"done":"AQ"}';

/** Two partitions of 20 records. The group is at 5 in each; of partition 0 the records below 10 are gone. */
async function openGap(cluster: Cluster): Promise<{ topic: string; groupId: string }> {
  const topic = await cluster.createTopic('out-of-range', 2);
  const groupId = uniqueName('out-of-range');
  await produce(cluster, topic, 0, 20);
  await produce(cluster, topic, 1, 20);
  const consumer = cluster.kafka.consumer({ groupId, maxWaitTimeInMs: 100 });
  await consumer.connect();
  await consumer.subscribe({ topics: [topic], fromBeginning: true });
  await consumer.run({ autoCommit: false, eachBatch: async () => {} });
  await consumer.commitOffsets([0, 1].map((partition) => ({ topic, partition, offset: '5', metadata: METADATA })));
  await consumer.disconnect();
  // Else kafkajs does not know the topic's leaders, which the deletion is sent to.
  await cluster.admin.fetchTopicOffsets(topic);
  await cluster.admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '10' }] });
  return { topic, groupId };
}

const produce = (cluster: Cluster, topic: string, partition: number, count: number) =>
  cluster.produce(
    topic,
    Array.from({ length: count }, () => ({ partition, value: 'a record' })),
  );

interface Reading extends AsyncDisposable {
  readonly consumer: Consumer;
  /** As `partition/offset`, in the order in which they came. */
  readonly read: readonly string[];
  readonly told: readonly TopicPartition[];
  readonly fetches: number;
}

/** A consumer that commits nothing and pauses what it is told of. @param isTold whether it has a listener at all */
async function startReading({ kafka }: Cluster, topic: string, groupId: string, isTold = true): Promise<Reading> {
  const read: string[] = [];
  const told: TopicPartition[] = [];
  let fetches = 0;
  const onOffsetOutOfRange = (partition: TopicPartition) => {
    told.push(partition);
    consumer.pause([{ topic: partition.topic, partitions: [partition.partition] }]);
  };
  const consumer = kafka.consumer({
    groupId,
    maxWaitTimeInMs: 50,
    partitionAssigners: [
      isTold
        ? tellingOffsetOutOfRange(PartitionAssigners.roundRobin, onOffsetOutOfRange)
        : PartitionAssigners.roundRobin,
    ],
  });
  consumer.on(consumer.events.FETCH, () => {
    fetches += 1;
  });
  await consumer.connect();
  await consumer.subscribe({ topics: [topic], fromBeginning: true });
  await consumer.run({
    autoCommit: false,
    eachBatch: async ({ batch }) => {
      read.push(...batch.messages.map(({ offset }) => `${batch.partition}/${offset}`));
    },
  });
  return {
    consumer,
    read,
    told,
    get fetches() {
      return fetches;
    },
    [Symbol.asyncDispose]: () => consumer.disconnect(),
  };
}

async function committed({ admin }: Cluster, topic: string, groupId: string) {
  const [offsets] = await admin.fetchOffsets({ groupId, topics: [topic] });
  return offsets?.partitions.toSorted((a, b) => a.partition - b.partition);
}

const range = (partition: number, from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => `${partition}/${from + index}`);

describe('a position that the broker does not have any more', () => {
  it('is skipped in silence by kafkajs where nobody listens, with what was committed', async () => {
    // If this fails, this kafkajs does not need the cure.
    await using cluster = await connectCluster();
    const { topic, groupId } = await openGap(cluster);
    await using reading = await startReading(cluster, topic, groupId, false);
    await eventually(
      () => reading.read.join(' '),
      () => reading.read.includes('0/19'),
    );
    expect(reading.told).toEqual([]);
    expect(reading.read).toContain('0/10');
    expect(await committed(cluster, topic, groupId)).toMatchObject([
      { partition: 0, offset: '-2', metadata: null },
      { partition: 1, offset: '5', metadata: METADATA },
    ]);
  });

  it('stops its partition and no other, and what is committed stays', async () => {
    await using cluster = await connectCluster();
    const { topic, groupId } = await openGap(cluster);
    await using reading = await startReading(cluster, topic, groupId);
    await eventually(
      () => reading.read.join(' '),
      () => reading.read.includes('1/19'),
    );
    expect(reading.told).toEqual([{ topic, partition: 0 }]);

    await produce(cluster, topic, 0, 1);
    await produce(cluster, topic, 1, 5);
    await eventually(
      () => reading.read.join(' '),
      () => reading.read.includes('1/24'),
    );
    const { fetches } = reading;
    await eventually(
      () => `${reading.fetches} fetches`,
      () => reading.fetches > fetches + 5,
    );
    expect(reading.read).toEqual(range(1, 5, 25));
    expect(reading.told).toHaveLength(1);
    expect(reading.consumer.paused()).toEqual([{ topic, partitions: [0] }]);
    expect(await committed(cluster, topic, groupId)).toMatchObject([
      { partition: 0, offset: '5', metadata: METADATA },
      { partition: 1, offset: '5', metadata: METADATA },
    ]);

    // The way on that a person chooses: from the first record that is left.
    reading.consumer.seek({ topic, partition: 0, offset: '10' });
    reading.consumer.resume([{ topic, partitions: [0] }]);
    await eventually(
      () => reading.read.join(' '),
      () => reading.read.includes('0/20'),
    );
    expect(reading.read.filter((name) => name.startsWith('0/'))).toEqual(range(0, 10, 21));
  });

  it('is told of again after a resume that changes nothing', async () => {
    await using cluster = await connectCluster();
    const { topic, groupId } = await openGap(cluster);
    await using reading = await startReading(cluster, topic, groupId);
    await eventually(
      () => `${reading.told.length} times`,
      () => reading.told.length === 1,
    );
    reading.consumer.resume([{ topic, partitions: [0] }]);
    await eventually(
      () => `${reading.told.length} times`,
      () => reading.told.length === 2,
    );
    expect(reading.read.filter((name) => name.startsWith('0/'))).toEqual([]);
  });
});
