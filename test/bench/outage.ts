/**
 * The CRM is down for a minute, half of it refusing connections and half of it hanging: the requests that it is sent
 * meanwhile, the time until the pace is back, and the memory that the waiting takes. That nothing is buried or logged
 * twice is checked as well; else there is no figure.
 */
import { execFile } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { freePorts } from '../../src/dev/free-port.ts';
import { produceCalls } from '../support/canonical-calls.ts';
import { openLine } from '../support/line.ts';
import { runCallmatch, setUp } from './callmatch-process.ts';
import { acceptedCalls, openArena } from './contender.ts';
import type { Benchmark } from './figure.ts';

const SOURCE = 'outage';
const PARTITIONS = 8;
/** Enough for a backlog through all phases. Slots and latency make the pace (640 a second), not the machine. */
const CALLS = 40_000;
const LATENCY = '100ms';
/** The first calls run cold code, and fill the window: the memory counts after them. */
const WARM_UP = 8_000;
const STEADY_MS = 5_000;
const DOWN_MS = 60_000;
/** Of the pace before. */
const RECOVERED = 0.9;
const LONGEST_RECOVERY_MS = 60_000;

export const outage: Benchmark = {
  names: ['outage-probes', 'outage-recovery', 'outage-rss'],
  async run(progress) {
    await using arena = await openArena(progress, { latency: LATENCY });
    await using line = await openLine();
    line.leadTo(Number(new URL(arena.crmUrl).port));
    const [port = 0] = await freePorts(1);
    await setUp(arena, SOURCE, PARTITIONS);
    await produceCalls(arena, SOURCE, CALLS);
    await using callmatch = await runCallmatch({ ...arena, crmUrl: line.url }, SOURCE, { port });
    const metric = (name: string) => sumOf(`http://127.0.0.1:${port}/metrics`, name);
    const memory = watchMemory(callmatch.process.pid ?? 0);

    await calls(arena.crmUrl, WARM_UP);
    const pace = await paceOf(arena.crmUrl, STEADY_MS);
    const usual = memory.highest();
    progress(`${Math.round(pace)} calls/s, then the CRM goes down`);

    const down = performance.now();
    await line.refuse();
    while ((await metric('breaker_open')) === 0) await sleep(50);
    const opened = { at: performance.now(), requests: await metric('requests_total') };
    await sleep(DOWN_MS / 2);
    await line.hang();
    await sleep(down + DOWN_MS - performance.now());
    const requests = (await metric('requests_total')) - opened.requests;
    const probes = requests / ((performance.now() - opened.at) / 1000);
    const growth = memory.highest() - usual;

    await line.mend();
    const recovery = await recoveryOf(arena.crmUrl, pace * RECOVERED);
    const told = `${requests} requests and ${callmatch.written()} log lines while it was down`;
    progress(`${told}; at pace ${recovery.toFixed(1)} s after it`);
    await calls(arena.crmUrl, CALLS);
    await checkCounts(arena.crmUrl, await metric('calls_buried_total'));
    return [
      { name: 'outage-probes', value: probes, unit: 'requests/s' },
      { name: 'outage-recovery', value: recovery, unit: 's' },
      { name: 'outage-rss', value: growth, unit: 'MB' },
    ];
  },
};

/** Calls a second over a span. */
async function paceOf(crmUrl: string, ms: number): Promise<number> {
  const [before, start] = [await acceptedCalls(crmUrl), performance.now()];
  await sleep(ms);
  return (((await acceptedCalls(crmUrl)) - before) / (performance.now() - start)) * 1000;
}

/** Seconds until the first second that has that pace begins. */
async function recoveryOf(crmUrl: string, pace: number): Promise<number> {
  const start = performance.now();
  const history = [{ at: start, calls: await acceptedCalls(crmUrl) }];
  for (;;) {
    await sleep(100);
    const now = { at: performance.now(), calls: await acceptedCalls(crmUrl) };
    if (now.at - start > LONGEST_RECOVERY_MS) throw new Error(`not at ${Math.round(pace)} calls/s again in a minute`);
    history.push(now);
    const from = history.findLast(({ at }) => at <= now.at - 1_000);
    if (from !== undefined && (now.calls - from.calls) / ((now.at - from.at) / 1000) >= pace)
      return (from.at - start) / 1000;
  }
}

async function calls(crmUrl: string, count: number): Promise<void> {
  while ((await acceptedCalls(crmUrl)) < count) await sleep(100);
}

async function checkCounts(crmUrl: string, buried: number): Promise<void> {
  const stats: unknown = await (await fetch(`${crmUrl}/_sim/stats`)).json();
  const twice = typeof stats === 'object' && stats !== null && 'repeatedCallIds' in stats && stats.repeatedCallIds;
  if (buried !== 0 || twice !== 0) throw new Error(`${buried} calls were buried, ${twice} logged twice`);
}

/** A metric of callmatch, over all its labels. */
async function sumOf(url: string, name: string): Promise<number> {
  const text = await (await fetch(url)).text();
  const values = text.matchAll(new RegExp(`^callmatch_${name}(?:\\{.*\\})? (\\S+)$`, 'gm'));
  return [...values].reduce((sum, [, value]) => sum + Number(value), 0);
}

/** Looks at a process's memory once a second; does not keep this one alive. */
function watchMemory(pid: number) {
  let highest = 0;
  const look = async () => {
    const { stdout } = await promisify(execFile)('ps', ['-o', 'rss=', '-p', String(pid)]);
    highest = Math.max(highest, Number(stdout) / 1024);
  };
  const timer = setInterval(() => void look().catch(() => clearInterval(timer)), 1_000).unref();
  return {
    /** Most MB since the last question. */
    highest() {
      const most = highest;
      highest = 0;
      return most;
    },
  };
}
