/**
 * A replay of a million records of which half have an engagement: what memory it takes, and, killed five times on the
 * way, whether each of the other half goes out once. And one under a quota: how near it comes to what that allows.
 */
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { configSchema } from '../../src/config/schema.ts';
import { createCanonicalEncoder } from '../../src/dev/traffic-encoder.ts';
import { createOutcomeCodec, enrichedCall, type OutcomeCodec, outcomeKey } from '../../src/outcome/enriched-call.ts';
import { outcomeSchema, outcomeSubject } from '../../src/prerequisites.ts';
import { createRegistryClient } from '../../src/registry/client.ts';
import { answeredCall } from '../support/canonical-calls.ts';
import { sampleCall } from '../support/sample-call.ts';
import { callmatchConfig, runReplay, setUp, standAtTheEnd } from './callmatch-process.ts';
import { type Arena, acceptedCalls, type Contender, openArena } from './contender.ts';
import type { Benchmark, Figure } from './figure.ts';

const RECORDS = 1_000_000;
const PARTITIONS = 8;
const KILLS = 5;
const CHUNK = 4_000;
const POLL_MS = 250;
/** With a quota: as many requests in a window, and calls for about a minute. */
const QUOTA = { requests: 300, window: '3s' } as const;
const WINDOW_MS = 3_000;
const QUOTA_CALLS = 6_000;
const ROUND_TRIP_MS = 50;

export const replay: Benchmark = {
  names: ['replay-rss', 'replay-twice', 'replay-missing', 'replay-quota'],
  async run(progress) {
    return [...(await million(progress)), await underQuota(progress)];
  },
};

async function million(progress: (text: string) => void): Promise<Figure[]> {
  await using arena = await openArena(progress);
  await setUp(arena, 'history', PARTITIONS);
  const codec = await codecOf(arena, 'history');
  progress(`writing ${RECORDS} records, and the outcomes of half of them`);
  await write(arena, 'history', RECORDS, codec);
  await standAtTheEnd(arena, 'history');

  const wanted = RECORDS / 2;
  const runs: Memory[] = [];
  for (let kill = 1; kill <= KILLS; kill += 1) {
    await using killed = await runReplay(arena, 'history');
    const memory = watchMemory(killed);
    const goal = (wanted * kill) / (KILLS + 1);
    while ((await acceptedCalls(arena.crmUrl)) < goal) await sleep(POLL_MS);
    runs.push(await memory.stop());
    killed.process.kill('SIGKILL');
    progress(`killed after ${await acceptedCalls(arena.crmUrl)} calls, at ${Math.round(runs.at(-1)?.highest ?? 0)} MB`);
  }
  await using last = await runReplay(arena, 'history');
  const memory = watchMemory(last);
  const code = await exitOf(last);
  runs.push(await memory.stop());
  if (code !== 0) throw new Error(`the replay ended with ${code}`);

  const made = await acceptedCalls(arena.crmUrl);
  const ids = await enrichedIds(arena, 'history', codec);
  const highest = Math.max(...runs.map((run) => run.highest));
  const early = Math.max(...runs.map((run) => run.early));
  progress(
    `${made} engagements, ${ids.size} calls with an outcome; memory ${Math.round(early)} then ${Math.round(highest)} MB`,
  );
  return [
    // Flat: what the longest run takes in the end beside what a run takes soon after its start.
    { name: 'replay-rss', value: highest, unit: 'MB', baseline: early, ratio: highest / early },
    { name: 'replay-twice', value: made - (ids.size - wanted), unit: 'calls' },
    { name: 'replay-missing', value: RECORDS - ids.size, unit: 'calls' },
  ];
}

async function underQuota(progress: (text: string) => void): Promise<Figure> {
  const quota = `rolling:${QUOTA.requests}/${QUOTA.window}`;
  await using arena = await openArena(progress, { latency: `${ROUND_TRIP_MS}ms`, quota });
  await setUp(arena, 'quota', PARTITIONS);
  await write(arena, 'quota', QUOTA_CALLS);
  await standAtTheEnd(arena, 'quota');
  await using contender = await runReplay(arena, 'quota', QUOTA);
  while ((await acceptedCalls(arena.crmUrl)) === 0) await sleep(20);
  const start = performance.now();
  while ((await acceptedCalls(arena.crmUrl)) < QUOTA_CALLS) await sleep(20);
  const seconds = (performance.now() - start) / 1000;
  await exitOf(contender);
  // A window's slots come back one window after each answer.
  const allowed = ((QUOTA_CALLS / QUOTA.requests - 1) * (WINDOW_MS + ROUND_TRIP_MS)) / 1000;
  progress(`${QUOTA_CALLS} calls in ${seconds.toFixed(1)} s; the quota allows them in ${allowed.toFixed(1)} s`);
  return { name: 'replay-quota', value: seconds, unit: 's', baseline: allowed, ratio: seconds / allowed };
}

async function codecOf(arena: Arena, source: string): Promise<OutcomeCodec> {
  await using registry = await createRegistryClient({ url: arena.registryUrl });
  const schema = await outcomeSchema();
  const { topic } = configSchema.parse(callmatchConfig(arena, source)).output;
  return createOutcomeCodec(schema, await registry.register(outcomeSubject(topic), schema));
}

/** Calls in framed Avro, dealt out to the partitions in turn. With a codec every other one of each has an outcome. */
async function write(arena: Arena, topic: string, count: number, codec?: OutcomeCodec): Promise<void> {
  const schema = await readFile(new URL('../../schemas/call-detail-record.avsc', import.meta.url), 'utf8');
  await using registry = await createRegistryClient({ url: arena.registryUrl });
  const encode = await createCanonicalEncoder(await registry.register(`${topic}-value`, schema));
  const producer = arena.kafka.producer();
  await producer.connect();
  for (let start = 0; start < count; start += CHUNK) {
    const numbers = Array.from({ length: Math.min(CHUNK, count - start) }, (_, index) => start + index);
    const messages = numbers.map((n) => {
      const id = idOf(topic, n);
      return { key: id, partition: n % PARTITIONS, value: encode({ kind: 'avro', record: answeredCall(id, n) }) };
    });
    await producer.send({ topic, acks: -1, messages });
    if (codec === undefined) continue;
    const done = numbers.filter((n) => Math.floor(n / PARTITIONS) % 2 === 0);
    await producer.send({
      topic: `${topic}.enriched`,
      acks: -1,
      messages: done.map((n) => ({
        key: outcomeKey('main', idOf(topic, n)),
        partition: n % PARTITIONS,
        value: codec.encode(outcomeOf(topic, n)),
      })),
    });
  }
  await producer.disconnect();
}

const idOf = (topic: string, n: number) => `${topic}-${n}`;

function outcomeOf(topic: string, n: number) {
  const source = { topic, partition: n % PARTITIONS, offset: Math.floor(n / PARTITIONS), timestamp: Date.now() };
  return enrichedCall(
    sampleCall({ externalCallId: idOf(topic, n) }),
    { outcome: 'enriched', matches: [], engagementRequested: true, attempts: 1, submittedAt: 0, verdict: 'fresh' },
    {
      portal: 'main',
      hubId: undefined,
      lane: 'live',
      group: `callmatch-${topic}`,
      mapping: { name: 'canonical', version: '1' },
      sources: [source],
      callIndex: 0,
      redrives: 0,
      traceparent: undefined,
      completedAt: Date.now(),
      include: 'ids',
    },
  );
}

async function enrichedIds(arena: Arena, topic: string, codec: OutcomeCodec): Promise<Set<string>> {
  const ids = new Set<string>();
  await using reader = arena.kafka.reader();
  for (const { partition, start, end } of await reader.bounds(`${topic}.enriched`)) {
    await reader.read({ topic: `${topic}.enriched`, partition }, { from: start, to: end }, ({ value }) => {
      const outcome = codec.read(value);
      if (outcome?.outcome === 'enriched') ids.add(outcome.externalCallId);
    });
  }
  return ids;
}

async function exitOf({ process }: Contender): Promise<number | null> {
  while (process.exitCode === null && process.signalCode === null) await sleep(POLL_MS);
  return process.exitCode;
}

interface Memory {
  /** Highest resident memory in the first ten seconds, and of all, MB. */
  readonly early: number;
  readonly highest: number;
}

/** Of Linux: the memory of the process, four times a second. */
function watchMemory({ process: child }: Contender): { stop(): Promise<Memory> } {
  let early = 0;
  let highest = 0;
  let isOver = false;
  const since = performance.now();
  const watching = (async () => {
    while (!isOver) {
      const status = await readFile(`/proc/${child.pid}/status`, 'utf8').catch(() => '');
      const rss = Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0) / 1024;
      highest = Math.max(highest, rss);
      if (performance.now() - since < 10_000) early = Math.max(early, rss);
      await sleep(POLL_MS);
    }
  })();
  return {
    async stop() {
      isOver = true;
      await watching;
      return { early, highest };
    },
  };
}
