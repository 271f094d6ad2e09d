/** What the topic does to the group: partitions that are added, and records that are deleted before they were read. */
import { describe, expect, it } from 'vitest';
import { openCallmatch } from '../support/callmatch.ts';
import { answeredCall, createCallProducer, produceCalls } from '../support/canonical-calls.ts';
import { connectCluster } from '../support/cluster.ts';
import { eventually } from '../support/eventually.ts';

/** A call as JSON, for a certain partition. */
const message = (id: string, partition: number) => ({ key: id, partition, value: JSON.stringify(answeredCall(id, 1)) });

describe('a partition that is added while the service runs', () => {
  it('is read from its first record, also by a group that began at the latest', async () => {
    await using cluster = await connectCluster();
    await using callmatch = await openCallmatch(cluster, { partitions: 2, kafka: { startFrom: 'latest' } });
    await produceCalls(callmatch, callmatch.source, 10);
    const processor = await callmatch.start();
    await eventually(
      () => 'it is ready',
      () => processor.isReady(),
    );
    await cluster.admin.createPartitions({ topicPartitions: [{ topic: callmatch.source, count: 3 }] });
    // The broker needs a moment; the service does not know of the partition yet.
    await eventually(
      () => 'the new partition takes records',
      async () =>
        cluster
          .produce(callmatch.source, [message('early', 2)])
          .then(() => true)
          .catch(() => false),
    );
    await eventually(
      () => 'the record is enriched',
      async () => (await processor.telemetry.count('callEnriched')) === 1,
    );
    expect((await callmatch.outcomes()).map(({ externalCallId }) => externalCallId)).toEqual(['early']);
  });
});

describe('records deleted before they were read', () => {
  it('stop their partition, and no other, until a person decides', async () => {
    await using cluster = await connectCluster();
    await using callmatch = await openCallmatch(cluster, { partitions: 2 });
    const before = await callmatch.start();
    await cluster.produce(callmatch.source, [message('a', 0), message('b', 1)]);
    await eventually(
      () => 'both are enriched',
      async () => (await before.telemetry.count('callEnriched')) === 2,
    );
    await before.stop();
    await cluster.produce(callmatch.source, [
      message('lost-1', 0),
      message('lost-2', 0),
      message('c', 0),
      message('d', 1),
    ]);
    await cluster.admin.deleteTopicRecords({ topic: callmatch.source, partitions: [{ partition: 0, offset: '3' }] });

    const stopped = await callmatch.start();
    await eventually(
      () => 'the other partition goes on',
      async () => (await stopped.telemetry.count('callEnriched')) === 1,
    );
    expect(await stopped.telemetry.count('offsetLost', { partition: '0' })).toBe(1);
    expect(stopped.isReady()).toBe(false);
    expect(stopped.status().partitions.map(({ partition, offsetLost }) => [partition, offsetLost])).toEqual(
      expect.arrayContaining([
        [0, true],
        [1, false],
      ]),
    );
    await stopped.stop();
    expect(await callmatch.committed(), 'nothing is committed past what was lost').toEqual([1, 2]);

    const resumed = await callmatch.start({ kafka: { onOffsetLost: 'resume' } });
    await eventually(
      () => 'it goes on behind them',
      async () => (await resumed.telemetry.count('callEnriched')) === 1,
    );
    expect(await resumed.telemetry.count('offsetLostAndPassed', { partition: '0' })).toBe(1);
    await resumed.stop();
    expect(await callmatch.committed()).toEqual([4, 2]);
    const ids = (await callmatch.outcomes()).map(({ externalCallId }) => externalCallId).sort();
    expect(ids).toEqual(['a', 'b', 'c', 'd']);
  });

  it('stop it also when it happens while the service runs, and what is in its hands still ends', async () => {
    await using cluster = await connectCluster();
    await using callmatch = await openCallmatch(cluster, { partitions: 1, delivery: { window: 64 } });
    const producer = await createCallProducer(callmatch, callmatch.source);
    const fault = callmatch.crm.addFault({ kind: 'status', status: 423 });
    await producer.send(...Array.from({ length: 200 }, (_, n) => `call-${n}`));
    const processor = await callmatch.start();
    await eventually(
      () => 'the window is full',
      () => processor.status().partitions[0]?.unsettled === 64,
    );
    await cluster.admin.deleteTopicRecords({ topic: callmatch.source, partitions: [{ partition: 0, offset: '150' }] });
    expect(fault).toBeDefined();
    callmatch.crm.clearFaults();
    await eventually(
      () => 'the partition stands still',
      async () =>
        (await processor.telemetry.count('offsetLost')) === 1 &&
        (await processor.telemetry.count('callEnriched')) === 64,
    );
    expect(processor.isReady()).toBe(false);
    await processor.stop();
    expect(await callmatch.committed()).toEqual([64]);
    await producer.disconnect();
  });
});
