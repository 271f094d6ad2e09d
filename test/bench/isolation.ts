/**
 * How long a fresh call of one portal waits beside another that has 100,000 calls of backlog and a quota that is used
 * up, on the same partitions: from producing it to its outcome. `BENCH_BACKLOG` makes the backlog another.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { freePorts } from '../../src/dev/free-port.ts';
import { createCallProducer } from '../support/canonical-calls.ts';
import { runCallmatch, setUp } from './callmatch-process.ts';
import { type Arena, openArena } from './contender.ts';
import { type Benchmark, quantile } from './figure.ts';

const SOURCE = 'isolation';
const PARTITIONS = 4;
const BACKLOG = Number(process.env.BENCH_BACKLOG ?? 100_000);
const CHUNK = 2_000;
const FRESH = 200;
const FRESH_EVERY_MS = 50;

export const isolation: Benchmark = {
  names: ['isolation', 'isolation-p50', 'isolation-parked'],
  async run(progress) {
    await using arena = await openArena(progress, { latency: '20ms' });
    await setUp(arena, SOURCE, PARTITIONS);
    const producer = await createCallProducer(arena, SOURCE);
    for (let start = 0; start < BACKLOG; start += CHUNK) {
      const ids = Array.from({ length: Math.min(CHUNK, BACKLOG - start) }, (_, n) => `busy-${start + n}`);
      await producer.sendOf('busy', ids);
    }
    const [port = 0] = await freePorts(1);
    const portal = { baseUrl: arena.crmUrl, token: 'sim-main' };
    const portals = { busy: portal, fresh: { ...portal, quota: 'none' as const } };
    const changes = { portals, sources: [{ topic: SOURCE, portal: { header: 'portal' } }] };
    await using _callmatch = await runCallmatch(arena, SOURCE, { port, ...changes });
    const start = performance.now();
    // Until then a fresh call stands behind the backlog in the topic itself.
    while (!((await sumOf(port, 'records_read_total')) >= BACKLOG) || (await sumOf(port, 'lag_records')) > 0)
      await sleep(200);
    const seconds = (performance.now() - start) / 1_000;
    progress(`${await sumOf(port, 'parked_calls')} calls are parked after ${seconds.toFixed(1)} s`);
    const waits = await measure(arena, (id) => producer.sendOf('fresh', [id]));
    const left = await sumOf(port, 'parked_calls');
    if (left < BACKLOG / 2) throw new Error(`only ${left} calls are still parked`);
    await producer.disconnect();
    return [
      { name: 'isolation', value: Math.max(...waits), unit: 'ms' },
      { name: 'isolation-p50', value: quantile(waits, 0.5), unit: 'ms' },
      { name: 'isolation-parked', value: BACKLOG / seconds, unit: 'calls/s' },
    ];
  },
};

/** Milliseconds of each fresh call, from before it is produced. */
async function measure(arena: Arena, send: (id: string) => Promise<void>): Promise<number[]> {
  const sent = new Map<string, number>();
  const waits: number[] = [];
  const consumer = arena.kafka.consumer({ groupId: `${SOURCE}-watch`, sessionTimeout: 10_000 });
  await consumer.connect();
  await consumer.subscribe({ topic: `${SOURCE}.enriched`, fromBeginning: true });
  await consumer.run({
    eachMessage: async ({ message }) => {
      const id = message.key?.toString().split(':').at(-1) ?? '';
      const at = sent.get(id);
      if (at !== undefined) waits.push(performance.now() - at);
      sent.delete(id);
    },
  });
  // The consumer's own start is no waiting of callmatch.
  await send('first');
  await sleep(5_000);
  for (let n = 0; n < FRESH; n += 1) {
    sent.set(`fresh-${n}`, performance.now());
    await send(`fresh-${n}`);
    await sleep(FRESH_EVERY_MS);
  }
  for (let rest = 0; sent.size > 0 && rest < 200; rest += 1) await sleep(50);
  if (sent.size > 0) throw new Error(`${sent.size} fresh calls have no outcome`);
  await consumer.disconnect();
  return waits;
}

/** A metric of callmatch, over all its labels; NaN before it listens. */
async function sumOf(port: number, name: string): Promise<number> {
  try {
    const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    const values = text.matchAll(new RegExp(`^callmatch_${name}(?:\\{.*\\})? (\\S+)$`, 'gm'));
    return [...values].reduce((sum, [, value]) => sum + Number(value), 0);
  } catch {
    return Number.NaN;
  }
}
