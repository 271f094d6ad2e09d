/**
 * From producing a record to seeing its outcome, at 100 calls/s and a CRM that answers at once; beside the bare loop,
 * in the same run.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { createCallProducer } from '../support/canonical-calls.ts';
import { runBareLoop, runCallmatch, setUp } from './callmatch-process.ts';
import { type Arena, type Contender, openArena } from './contender.ts';
import { type Benchmark, type Figure, quantile } from './figure.ts';

const CALLS_PER_SECOND = 100;
const CALLS = 2_000;
/** Calls before the clock counts: connections, just-in-time compilation. */
const WARM_UP = 300;
const PARTITIONS = 4;

export const latency: Benchmark = {
  names: ['latency-p50', 'latency-p99'],
  async run(progress) {
    await using arena = await openArena(progress);
    const source = 'latency';
    await setUp(arena, source, PARTITIONS);
    const bare = await measure(arena, source, `${source}.bare`, runBareLoop(arena, source));
    const ours = await measure(arena, source, `${source}.enriched`, await runCallmatch(arena, source));
    const figure = (name: string, share: number): Figure => {
      const value = quantile(ours, share);
      const baseline = quantile(bare, share);
      return { name, value, unit: 'ms', baseline, ratio: value / baseline };
    };
    return [figure('latency-p50', 0.5), figure('latency-p99', 0.99)];
  },
};

/** Milliseconds of each call. The outcome is matched to its record by the last part of its key, the call id. */
async function measure(arena: Arena, source: string, output: string, started: Contender): Promise<number[]> {
  await using contender = started;
  const sent = new Map<string, number>();
  const times: number[] = [];
  const consumer = arena.kafka.consumer({ groupId: `latency-${output}`, sessionTimeout: 10_000 });
  await consumer.connect();
  await consumer.subscribe({ topic: output, fromBeginning: true });
  await consumer.run({
    eachBatch: async ({ batch }) => {
      const now = performance.now();
      for (const { key } of batch.messages) {
        const id = key?.toString().split(':').at(-1) ?? '';
        const at = sent.get(id);
        if (at !== undefined) times.push(now - at);
        sent.delete(id);
      }
    },
  });
  const producer = await createCallProducer(arena, source);
  try {
    for (let call = 0; call < CALLS + WARM_UP && contender.process.exitCode === null; call += 1) {
      const next = sleep(1000 / CALLS_PER_SECOND);
      const id = `${output}-${call}`;
      sent.set(id, performance.now());
      await producer.send(id);
      await next;
    }
    for (let rest = 0; sent.size > 0 && rest < 100; rest += 1) await sleep(50);
    return times.slice(WARM_UP);
  } finally {
    await producer.disconnect();
    await consumer.disconnect();
  }
}
