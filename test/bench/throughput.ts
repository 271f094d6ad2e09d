/**
 * Calls per second without a quota: Avro in, the full mapping and validation, Avro out, commits; beside the bare loop.
 * Both run as processes of their own and are measured from outside, at the simulator. They take turns, and the median
 * of the pairs counts, so that the drift of the machine cancels out.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { produceCalls } from '../support/canonical-calls.ts';
import { runBareLoop, runCallmatch, setUp } from './callmatch-process.ts';
import { type Arena, acceptedCalls, type Contender, openArena } from './contender.ts';
import { type Benchmark, median } from './figure.ts';

const CALLS = 50_000;
const PARTITIONS = 8;
const PAIRS = 3;
/** The first calls run cold code: the clock starts after them. */
const WARM_UP = 0.3;

export const throughput: Benchmark = {
  names: ['throughput'],
  async run(progress) {
    await using arena = await openArena(progress);
    const ours: number[] = [];
    const bare: number[] = [];
    for (let pair = 0; pair < PAIRS; pair += 1) {
      const topic = `throughput-${pair}`;
      await setUp(arena, topic, PARTITIONS);
      await produceCalls(arena, topic, CALLS);
      bare.push(await rate(arena, async () => runBareLoop(arena, topic)));
      ours.push(await rate(arena, () => runCallmatch(arena, topic)));
      progress(`pair ${pair + 1}: bare ${Math.round(bare.at(-1) ?? 0)}/s, callmatch ${Math.round(ours.at(-1) ?? 0)}/s`);
    }
    const ratio = median(ours.map((value, pair) => value / (bare[pair] ?? Number.NaN)));
    return [{ name: 'throughput', value: median(ours), unit: 'calls/s', baseline: median(bare), ratio }];
  },
};

/** Calls per second of one contender, from the end of its warm-up to the last call. */
async function rate(arena: Arena, start: () => Promise<Contender>): Promise<number> {
  await fetch(`${arena.crmUrl}/_sim/reset`, { method: 'POST' });
  await using _contender = await start();
  const warm = await until(arena, CALLS * WARM_UP);
  const end = await until(arena, CALLS);
  return ((end.calls - warm.calls) / (end.at - warm.at)) * 1000;
}

async function until(arena: Arena, calls: number): Promise<{ calls: number; at: number }> {
  for (;;) {
    const accepted = await acceptedCalls(arena.crmUrl);
    if (accepted >= calls) return { calls: accepted, at: performance.now() };
    await sleep(20);
  }
}
