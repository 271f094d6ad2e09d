/** Live calls and a backfill in two processes, on one portal with one quota. */
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { quantile } from '../bench/figure.ts';
import { type Callmatch, openCallmatch } from '../support/callmatch.ts';
import { createCallProducer, produceCalls } from '../support/canonical-calls.ts';
import { connectCluster } from '../support/cluster.ts';
import { eventually } from '../support/eventually.ts';

const QUOTA = { requests: 30, window: '2s' } as const;
const BACKLOG = 1_500;

/** Milliseconds from the record to the outcome, of every call that has one. */
const latencies = async (callmatch: Callmatch): Promise<number[]> =>
  (await callmatch.outcomes()).map(({ completedAt, sources }) => Number(completedAt) - Number(sources[0]?.timestamp));

describe('a backfill beside live calls', () => {
  it('uses what they leave, and everything once they are over, without a 429', async () => {
    await using cluster = await connectCluster();
    await using live = await openCallmatch(cluster, {
      quota: QUOTA,
      partitions: 2,
      crm: { quota: 'rolling:30/2s', latency: '20-60ms' },
    });
    await using backfill = await openCallmatch(cluster, {
      beside: live,
      quota: QUOTA,
      partitions: 2,
      delivery: { lane: 'backfill' },
    });
    const made = () => live.crm.stats().engagements;
    /** Calls that the simulator takes in some seconds. */
    const paceOver = async (ms: number): Promise<number> => {
      const before = made();
      await sleep(ms);
      return made() - before;
    };

    const process = live.spawn();
    const calls = await createCallProducer(live, live.source);
    await calls.send('first');
    await eventually(
      () => `the live process works: ${process.log()}`,
      () => made() === 1,
      60_000,
    );
    let sent = 1;
    const traffic = new AbortController();
    const sending = (async () => {
      for (; !traffic.signal.aborted; sent += 1) {
        await calls.send(`live-${sent}`);
        await sleep(250);
      }
    })();
    await sleep(5_000);
    const alone = await latencies(live);

    await produceCalls(backfill, backfill.source, BACKLOG);
    const loader = backfill.spawn();
    await eventually(
      () => `the backfill works: ${loader.log()}`,
      () => made() > sent + 20,
      60_000,
    );
    const beside = await paceOver(10_000);
    const both = (await latencies(live)).slice(alone.length);
    traffic.abort();
    await sending;
    await calls.disconnect();
    process.kill('SIGTERM');
    await process.ended;
    await sleep(5_000);
    const after = await paceOver(10_000);
    expect(live.crm.stats().throttled).toBe(0);
    // Of 150 requests in that time: 40 live ones with their headroom, and the steps in which parts are given away.
    expect(beside).toBeGreaterThan(100);
    expect(after).toBeGreaterThan(135);
    expect(both.length).toBeGreaterThan(30);
    // A call that waits for the quota waits for a window, and many others with it; a busy machine delays one now and then.
    expect(quantile(both, 0.9), `alone ${quantile(alone, 0.9)}`).toBeLessThan(quantile(alone, 0.9) + 500);
    const [outcome] = await backfill.outcomes();
    expect(outcome?.lane).toBe('backfill');
  }, 240_000);
});
