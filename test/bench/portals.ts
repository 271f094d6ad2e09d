/**
 * What a record costs when one topic carries the calls of 1, 100 and 10,000 portals, by a header, and what memory they
 * take. Measured is the processor time of the process, so that what else runs on the machine does not count.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { produceCalls } from '../support/canonical-calls.ts';
import { runCallmatch, setUp } from './callmatch-process.ts';
import { type Arena, acceptedCalls, openArena } from './contender.ts';
import { type Benchmark, median } from './figure.ts';

const COUNTS = [1, 100, 10_000] as const;
const ROUNDS = 3;
const CALLS = 24_000;
/** Until then every portal has had its first call. */
const WARM_UP = 11_000;
const PARTITIONS = 8;
/** As many as give one portal all of its own bound. More would measure how the simulator bears a crowd. */
const CONNECTIONS = 192;
const HEADER = 'portal';
/** The statistics of ten thousand portals cost the simulator more than all their calls: it must not wait for them. */
const POLL_MS = 500;
/** Of Linux, for the times in /proc. */
const TICKS_PER_SECOND = 100;

export const portals: Benchmark = {
  names: ['portals', 'portals-100', 'portals-rss'],
  async run(progress) {
    const folder = await mkdtemp(join(tmpdir(), 'callmatch-bench-'));
    try {
      const seed = join(folder, 'seed.yaml');
      await writeFile(seed, JSON.stringify({ portals: seedOf(Math.max(...COUNTS)) }));
      await using arena = await openArena(progress, { seed });
      const rounds: Measure[][] = [];
      for (let round = 0; round < ROUNDS; round += 1) {
        const measures: Measure[] = [];
        for (const count of COUNTS) measures.push(await measure(arena, count, round, progress));
        rounds.push(measures);
      }
      /** Of the rounds the middle one, so that the drift of the machine cancels out. */
      const figure = (name: string, unit: string, place: number, read: (measure: Measure) => number) => {
        const of = (at: number) =>
          rounds.map((measures) => read(measures[at] ?? { micros: Number.NaN, rss: Number.NaN }));
        const ratio = median(of(place).map((value, round) => value / (of(0)[round] ?? Number.NaN)));
        return { name, value: median(of(place)), unit, baseline: median(of(0)), ratio };
      };
      return [
        figure('portals', 'µs/record', 2, ({ micros }) => micros),
        figure('portals-100', 'µs/record', 1, ({ micros }) => micros),
        figure('portals-rss', 'MB', 2, ({ rss }) => rss),
      ];
    } finally {
      await rm(folder, { recursive: true });
    }
  },
};

interface Measure {
  /** Processor time of a record. */
  readonly micros: number;
  /** Memory at the end, MB. */
  readonly rss: number;
}

const nameOf = (n: number) => `p-${n}`;

function seedOf(count: number) {
  return Object.fromEntries(Array.from({ length: count }, (_, n) => [nameOf(n), { hubId: 100_000 + n }]));
}

async function measure(arena: Arena, count: number, round: number, progress: (text: string) => void): Promise<Measure> {
  const topic = `portals-${count}-${round}`;
  await setUp(arena, topic, PARTITIONS);
  await produceCalls(arena, topic, CALLS, (n) => ({ [HEADER]: nameOf(n % count) }));
  await fetch(`${arena.crmUrl}/_sim/reset`, { method: 'POST' });
  const configs = Array.from({ length: count }, (_, n) => {
    return [nameOf(n), { baseUrl: arena.crmUrl, token: `sim-${nameOf(n)}`, quota: 'none' }] as const;
  });
  await using contender = await runCallmatch(arena, topic, {
    sources: [{ topic, portal: { header: HEADER } }],
    portals: Object.fromEntries(configs),
    hubspot: { connections: CONNECTIONS },
  });
  const pid = contender.process.pid ?? 0;
  const warm = await until(arena, WARM_UP, pid);
  const end = await until(arena, CALLS, pid);
  const micros = ((end.cpu - warm.cpu) / (end.calls - warm.calls)) * 1_000_000;
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const rss = Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]) / 1024;
  progress(`${count} portals: ${Math.round(micros)} µs a record, ${Math.round(rss)} MB`);
  return { micros, rss };
}

/** Processor time of the process, in seconds, once HubSpot has so many calls. */
async function until(arena: Arena, wanted: number, pid: number): Promise<{ calls: number; cpu: number }> {
  for (;;) {
    const calls = await acceptedCalls(arena.crmUrl);
    if (calls >= wanted) return { calls, cpu: await cpuSeconds(pid) };
    await sleep(POLL_MS);
  }
}

async function cpuSeconds(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  // Behind the name, which can hold anything.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}
