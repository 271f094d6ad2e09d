/** Offsets, ownership and first starts, on a real consumer group. */
import { describe, expect, it } from 'vitest';
import { openCallmatch } from '../support/callmatch.ts';
import { produceCalls } from '../support/canonical-calls.ts';
import { connectCluster } from '../support/cluster.ts';
import { eventually } from '../support/eventually.ts';

describe('the consumer group', () => {
  it('commits behind the slowest call only, however many have ended after it', async () => {
    await using cluster = await connectCluster();
    await using callmatch = await openCallmatch(cluster, { partitions: 1 });
    const stuck = `${callmatch.source}-3`;
    callmatch.crm.addFault({ kind: 'status', status: 423, externalCallId: stuck });
    await produceCalls(callmatch, callmatch.source, 200);
    const processor = await callmatch.start();
    await eventually(
      () => 'all but the stuck call are enriched',
      async () => (await processor.telemetry.count('callEnriched')) === 199,
    );
    await eventually(
      () => 'the watermark is committed',
      async () => (await callmatch.committed())[0] === 3,
    );
    const [partition] = processor.status().partitions;
    expect(partition).toMatchObject({ watermark: 3, span: 197, unsettled: 1 });

    callmatch.crm.clearFaults();
    await eventually(
      () => 'everything is committed',
      async () => (await callmatch.committed())[0] === 200,
    );
  });

  it('loses nothing while members come and go', async () => {
    await using cluster = await connectCluster();
    await using callmatch = await openCallmatch(cluster, { partitions: 6, crm: { latency: '5-20ms' } });
    const calls = 3_000;
    await produceCalls(callmatch, callmatch.source, calls);
    const first = await callmatch.start();
    await eventually(
      () => 'the first member works',
      () => callmatch.crm.stats().engagements > 100,
    );
    const second = await callmatch.start();
    await eventually(
      () => 'both have partitions',
      () => [first, second].every((member) => member.isReady() && member.status().partitions.length === 3),
    );
    await first.stop();
    // Not before: what the first one left in doubt is at the CRM already, and has no outcome yet.
    await eventually(
      () => `${callmatch.crm.stats().externalCallIds} calls at the CRM`,
      async () => (await callmatch.committed()).reduce((sum, offset) => sum + offset, 0) === calls,
      45_000,
    );
    await second.stop();
    const ids = new Set((await callmatch.outcomes()).map(({ externalCallId }) => externalCallId));
    expect(ids.size).toBe(calls);
  });

  it('places a first start at the latest record by an explicit commit, and reads what comes after', async () => {
    await using cluster = await connectCluster();
    await using callmatch = await openCallmatch(cluster, { partitions: 2, kafka: { startFrom: 'latest' } });
    await produceCalls(callmatch, callmatch.source, 50);
    const processor = await callmatch.start();
    let committed: number[] = [];
    await eventually(
      () => `committed is ${committed}, ready ${processor.isReady()}`,
      async () => {
        committed = await callmatch.committed();
        return committed.reduce((sum, offset) => sum + offset, 0) === 50;
      },
    );
    await cluster.produce(callmatch.source, [{ key: 'new', value: '{"id":"new","direction":"inbound","to":"x"}' }]);
    await eventually(
      () => 'the new record is read',
      async () => (await processor.telemetry.count('callRead')) === 1,
    );
    expect(callmatch.crm.stats().engagements).toBe(0);
  });

  it('pauses at a full window and goes on', async () => {
    await using cluster = await connectCluster();
    await using callmatch = await openCallmatch(cluster, { partitions: 1, delivery: { window: 64 } });
    await produceCalls(callmatch, callmatch.source, 1_000);
    const processor = await callmatch.start();
    await eventually(
      () => `${callmatch.crm.stats().engagements} engagements`,
      async () => {
        expect(processor.status().partitions[0]?.span ?? 0).toBeLessThanOrEqual(64);
        return (await processor.telemetry.count('callEnriched')) === 1_000;
      },
    );
    expect(callmatch.crm.stats().repeatedCallIds).toBe(0);
  });

  it('answers probes and metrics', async () => {
    await using cluster = await connectCluster();
    await using callmatch = await openCallmatch(cluster);
    await produceCalls(callmatch, callmatch.source, 10);
    const processor = await callmatch.start();
    const get = async (path: string) => fetch(`http://127.0.0.1:${processor.port}${path}`);
    await eventually(
      () => 'it is ready',
      async () => (await get('/ready')).status === 200,
    );
    await eventually(
      () => 'the calls are enriched',
      async () => (await processor.telemetry.count('callEnriched')) === 10,
    );
    expect((await get('/live')).status).toBe(200);
    const metrics = await (await get('/metrics')).text();
    expect(metrics).toContain('callmatch_calls_enriched_total{portal="main"');
    expect(metrics).toContain('callmatch_lag_records{');
    expect(await (await get('/status')).json()).toMatchObject({ group: callmatch.config.kafka.groupId, inFlight: 0 });
    expect((await get('/nothing')).status).toBe(404);
  });
});
