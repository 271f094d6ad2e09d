/**
 * A replay beside live calls, in two processes on one portal with a quota: what it costs live calls, how much of the
 * quota is used in all, also once live has stopped, and whether HubSpot had to refuse anything.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { createCallProducer, produceCalls } from '../support/canonical-calls.ts';
import { runCallmatch, runReplay, setUp, standAtTheEnd } from './callmatch-process.ts';
import { type Arena, openArena } from './contender.ts';
import { type Benchmark, type Figure, quantile } from './figure.ts';

const QUOTA = { requests: 110, window: '10s' } as const;
const WINDOW_S = 10;
/** Live calls per second: a little over a third of the quota. */
const LIVE_PER_SECOND = 4;
const BACKLOG = 1_000;
const WARM_UP_MS = 14_000;
const ALONE_MS = 15_000;
/** From the stop of live until the replay has it all: the term of its lease, and one window. */
const RELEASE_MS = 21_000;
const AFTER_MS = 20_000;
/** Until the replay has its first lease: one window, and another one until it may be used. */
const LEASE_MS = 26_000;
const BESIDE_MS = 20_000;

interface Stats {
  readonly engagements: number;
  readonly throttled: number;
}

export const lanes: Benchmark = {
  names: ['lanes-wait', 'lanes-used', 'lanes-after', 'lanes-429'],
  async run(progress) {
    const quota = `rolling:${QUOTA.requests}/${QUOTA.window}`;
    await using arena = await openArena(progress, { latency: '40-60ms', quota });
    await setUp(arena, 'live', 2);
    await setUp(arena, 'history', 2);
    await using parts = new AsyncDisposableStack();
    const live = parts.use(await runCallmatch(arena, 'live', { quota: QUOTA }));
    const waits = parts.use(await watchLive(arena));
    await sleep(WARM_UP_MS);
    const alone = await waits.within(ALONE_MS);
    progress(`live alone: p99 ${Math.round(quantile(alone, 0.99))} ms of ${alone.length} calls`);

    await produceCalls(arena, 'history', BACKLOG);
    await standAtTheEnd(arena, 'history');
    parts.use(await runReplay(arena, 'history', QUOTA));
    await sleep(LEASE_MS);
    const before = await statsOf(arena);
    const beside = await waits.within(BESIDE_MS);
    const after = await statsOf(arena);
    progress(`beside a replay: p99 ${Math.round(quantile(beside, 0.99))} ms of ${beside.length} calls`);

    await waits[Symbol.asyncDispose]();
    live.process.kill('SIGTERM');
    await sleep(RELEASE_MS);
    const alonePast = await statsOf(arena);
    await sleep(AFTER_MS);
    const end = await statsOf(arena);
    const ofQuota = (AFTER_MS / 1000 / WINDOW_S) * QUOTA.requests;

    const wait = quantile(beside, 0.99);
    const baseline = quantile(alone, 0.99);
    const used = (after.engagements - before.engagements) / ((BESIDE_MS / 1000 / WINDOW_S) * QUOTA.requests);
    const ofLive = (LIVE_PER_SECOND * WINDOW_S) / QUOTA.requests;
    return [
      { name: 'lanes-wait', value: wait, unit: 'ms', baseline, ratio: wait / baseline },
      { name: 'lanes-used', value: used * 100, unit: '%', baseline: ofLive * 100, ratio: used / ofLive },
      { name: 'lanes-after', value: ((end.engagements - alonePast.engagements) / ofQuota) * 100, unit: '%' },
      { name: 'lanes-429', value: end.throttled, unit: 'answers' },
    ] satisfies Figure[];
  },
};

/** Sends live calls all the time; tells how long each of a span took from its record to its outcome. */
async function watchLive(arena: Arena) {
  const sent = new Map<string, number>();
  let times: number[] = [];
  const consumer = arena.kafka.consumer({ groupId: 'lanes', sessionTimeout: 10_000 });
  await consumer.connect();
  await consumer.subscribe({ topic: 'live.enriched', fromBeginning: true });
  await consumer.run({
    eachBatch: async ({ batch }) => {
      for (const { key } of batch.messages) {
        const id = key?.toString().split(':').at(-1) ?? '';
        const at = sent.get(id);
        if (at !== undefined) times.push(performance.now() - at);
        sent.delete(id);
      }
    },
  });
  const producer = await createCallProducer(arena, 'live');
  const stop = new AbortController();
  const sending = (async () => {
    for (let call = 0; !stop.signal.aborted; call += 1) {
      const next = sleep(1000 / LIVE_PER_SECOND);
      sent.set(`live-${call}`, performance.now());
      await producer.send(`live-${call}`);
      await next;
    }
  })();
  return {
    async within(ms: number): Promise<number[]> {
      times = [];
      await sleep(ms);
      const all = times;
      times = [];
      return all;
    },
    async [Symbol.asyncDispose]() {
      stop.abort();
      await sending;
      await producer.disconnect();
      await consumer.disconnect();
    },
  };
}

async function statsOf({ crmUrl }: Arena): Promise<Stats> {
  const stats: unknown = await (await fetch(`${crmUrl}/_sim/stats`)).json();
  if (typeof stats !== 'object' || stats === null || !('engagements' in stats) || !('throttled' in stats))
    throw new Error('strange /_sim/stats');
  return { engagements: Number(stats.engagements), throttled: Number(stats.throttled) };
}
