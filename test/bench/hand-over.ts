/**
 * What it costs when partitions change hands under load, measured from outside, at the simulator: how long nothing is
 * submitted when an instance joins and when one leaves, and how soon the next owner submits after a kill -9.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { createCallProducer } from '../support/canonical-calls.ts';
import { runCallmatch, setUp } from './callmatch-process.ts';
import { type Arena, acceptedCalls, type Contender, openArena } from './contender.ts';
import { type Benchmark, type Figure, median } from './figure.ts';

const PARTITIONS = 8;
/** One batch of calls each time. */
const CALLS_PER_BATCH = 20;
const BATCH_MS = 100;
const ROUNDS = 3;
/** How often the simulator is asked. */
const STEP_MS = 10;
/** Until a joined instance works, and until the one that it joined does again. */
const SETTLED_MS = 6_000;
const JOINED = 'joined the consumer group';

export const handOver: Benchmark = {
  names: ['rebalance-join', 'rebalance-leave', 'recovery'],
  async run(progress) {
    await using arena = await openArena(progress, { latency: '40-60ms' });
    const source = 'hand-over';
    await setUp(arena, source, PARTITIONS);
    await using _traffic = await startTraffic(arena, source);
    const first = await runCallmatch(arena, source, { level: 'info' });
    await working(arena);

    const joins: number[] = [];
    const leaves: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const second = runCallmatch(arena, source, { level: 'info' });
      joins.push(await longestSilence(arena, SETTLED_MS));
      const leaving = (await second)[Symbol.asyncDispose]();
      leaves.push(await longestSilence(arena, SETTLED_MS));
      await leaving;
      progress(`round ${round + 1}: silent for ${joins.at(-1)} ms at a join, ${leaves.at(-1)} ms at a leave`);
    }
    const recovery = await recover(arena, source, first);
    const silence = (name: string, values: number[]): Figure => ({ name, value: median(values), unit: 'ms' });
    return [
      silence('rebalance-join', joins),
      silence('rebalance-leave', leaves),
      { name: 'recovery', value: recovery / 1000, unit: 's' },
    ];
  },
};

/** Milliseconds from the assignment of the next owner to its first submission, after a kill -9. */
async function recover(arena: Arena, source: string, first: Contender): Promise<number> {
  first.process.kill('SIGKILL');
  await first[Symbol.asyncDispose]();
  await sleep(STEP_MS * 10);
  const before = await acceptedCalls(arena.crmUrl);
  await using next = await runCallmatch(arena, source, { level: 'info' });
  const joined = next.line(JOINED);
  while ((await acceptedCalls(arena.crmUrl)) === before) await sleep(STEP_MS);
  return performance.now() - (await joined);
}

/** The longest time, in milliseconds, in which no call was accepted. */
async function longestSilence(arena: Arena, withinMs: number): Promise<number> {
  const end = performance.now() + withinMs;
  let longest = 0;
  let accepted = await acceptedCalls(arena.crmUrl);
  let last = performance.now();
  while (performance.now() < end) {
    await sleep(STEP_MS);
    const now = await acceptedCalls(arena.crmUrl);
    if (now !== accepted) last = performance.now();
    accepted = now;
    longest = Math.max(longest, performance.now() - last);
  }
  return Math.round(longest);
}

async function working(arena: Arena): Promise<void> {
  while ((await acceptedCalls(arena.crmUrl)) < CALLS_PER_BATCH) await sleep(STEP_MS);
}

async function startTraffic(arena: Arena, source: string): Promise<AsyncDisposable> {
  const producer = await createCallProducer(arena, source);
  let isOver = false;
  const sending = (async () => {
    for (let batch = 0; !isOver; batch += 1) {
      const next = sleep(BATCH_MS);
      await producer.send(...Array.from({ length: CALLS_PER_BATCH }, (_, n) => `${source}-${batch}-${n}`));
      await next;
    }
  })();
  return {
    async [Symbol.asyncDispose]() {
      isOver = true;
      await sending;
      await producer.disconnect();
    },
  };
}
