/** Several processes with one quota, that come, go and are killed under load: together they stay inside it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { type CallmatchSettings, openCallmatch } from '../support/callmatch.ts';
import { produceCalls } from '../support/canonical-calls.ts';
import { type Cluster, connectCluster } from '../support/cluster.ts';
import { eventually } from '../support/eventually.ts';
import { startRedis } from '../support/redis-server.ts';

const WINDOW_MS = 2_000;
const REQUESTS = 60;
const CALLS = 4_000;

async function comeAndGo(cluster: Cluster, settings: CallmatchSettings) {
  await using callmatch = await openCallmatch(cluster, {
    partitions: 6,
    crm: { quota: `rolling:${REQUESTS}/${WINDOW_MS / 1000}s`, latency: '20-60ms' },
    ...settings,
  });
  await produceCalls(callmatch, callmatch.source, CALLS);
  const made = () => callmatch.crm.stats().engagements;
  const goesOn = async (what: string, calls: number, log: () => string) => {
    const before = made();
    await eventually(
      () => `${what}: ${made() - before} calls; ${log()}`,
      () => made() >= before + calls,
      60_000,
    );
  };
  const first = callmatch.spawn();
  await goesOn('one works', 2 * REQUESTS, first.log);
  const second = callmatch.spawn();
  await goesOn('one beside it', 5 * REQUESTS, second.log);
  const third = callmatch.spawn();
  await goesOn('and a third', 5 * REQUESTS, third.log);
  second.kill('SIGKILL');
  await goesOn('without the second', 2 * REQUESTS, third.log);
  const fourth = callmatch.spawn();
  await goesOn('with a fourth', 2 * REQUESTS, fourth.log);
  third.kill('SIGTERM');
  await third.ended;
  // Nobody left: the next one knows nothing of what these have sent.
  for (const last of [first, fourth]) last.kill('SIGKILL');
  await Promise.all([first.ended, fourth.ended]);
  const heir = callmatch.spawn();
  await goesOn('after a restart', REQUESTS, heir.log);
  await sleep(WINDOW_MS);
  const before = made();
  await sleep(5 * WINDOW_MS);
  const used = (made() - before) / 5;
  const { throttled, portals } = callmatch.crm.stats();
  return { throttled, peak: portals.main?.peak, used };
}

describe('instances that share a quota', () => {
  it('by partitions, get no 429 across rebalances and kills', async () => {
    await using cluster = await connectCluster();
    const quota = { requests: REQUESTS, window: '2s' } as const;
    const { throttled, used, peak } = await comeAndGo(cluster, { quota });
    expect(throttled, JSON.stringify(peak)).toBe(0);
    expect(used).toBeGreaterThan(REQUESTS * 0.85);
  }, 240_000);

  it('by a count in Redis, get no 429 across rebalances and kills', async () => {
    await using cluster = await connectCluster();
    await using redis = await startRedis();
    const quota = { requests: REQUESTS, window: '2s', share: 'redis' } as const;
    const { throttled, used, peak } = await comeAndGo(cluster, { quota, redis: { url: redis.url } });
    expect(throttled, JSON.stringify(peak)).toBe(0);
    expect(used).toBeGreaterThan(REQUESTS * 0.85);
  }, 240_000);
});
