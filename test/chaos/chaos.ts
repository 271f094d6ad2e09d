/** A chaos run: a fleet under traffic, a plan carried out on it, and the verdict on what is left. */
import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock } from '../../src/clock.ts';
import type { Crm } from '../../src/crm/server.ts';
import { createCallProducer } from '../support/canonical-calls.ts';
import { conduct, type Deeds, isUnclean } from './conductor.ts';
import { addFaults, type FaultHits, faultHits } from './crm-faults.ts';
import { countDoubts } from './doubts.ts';
import { Fleet } from './fleet.ts';
import { watchGroup } from './group-watch.ts';
import { type InDoubtMode, judge, type Verdict } from './judge.ts';
import { type ChaosCounts, planChaos } from './plan.ts';
import { type ChaosArena, SESSION_TIMEOUT_MS, setUp } from './set-up.ts';
import { startTraffic } from './traffic.ts';
import { Witness } from './witness.ts';

export interface ChaosSettings extends ChaosCounts {
  readonly seed: number;
  readonly calls: number;
  /** Pace of the calls; their number and it give the time over which the events are spread. */
  readonly perSecond: number;
  readonly partitions: number;
  /** Instances at the start. */
  readonly instances: number;
  readonly inDoubt: InDoubtMode;
  /** Longest wait for the last end, once nothing goes wrong any more, milliseconds. */
  readonly drainWithin: number;
}

export interface ChaosResult {
  readonly verdict: Verdict;
  readonly deeds: Deeds;
  /** Calls that were in doubt, summed up over all instances that were gone without having drained. */
  readonly inDoubt: number;
  readonly faults: FaultHits;
  /** Records of the source. */
  readonly records: number;
  /** Requests by which calls in doubt were looked up. */
  readonly searches: number;
  /** Processes that ended by themselves, and were started again. */
  readonly exits: number;
  /** Times that all commits were held against the topics. */
  readonly looks: number;
  /** Milliseconds. */
  readonly duration: number;
  /** Longest time in which calls of a partition waited and none ended, milliseconds. */
  readonly longestSilence: number;
}

const START_WITHIN_MS = 60_000;
const STEP_MS = 200;

export async function runChaos(arena: ChaosArena, settings: ChaosSettings): Promise<ChaosResult> {
  const { kafka, topic, signal, onProgress } = arena;
  const { calls, perSecond } = settings;
  const clock = systemClock;
  const start = clock.now();
  await using around = await setUp(arena, settings.partitions, settings.inDoubt);
  const { crm, codec, config, configOf } = around;
  await using reader = kafka.reader();
  const topics = { source: topic, outcomes: config.output.topic, deadLetters: topic + config.output.dlqSuffix };
  const group = watchGroup(around.admin, config.kafka.groupId, topic);
  const witness = new Witness(topics, { reader, group, codec, clock });
  const { ledger } = witness;
  const doubts = countDoubts((clientId) => witness.inDoubtOf(clientId), clock, signal);
  let exits = 0;
  const onExit = async (clientId: string, ending: string) => {
    exits += 1;
    onProgress(`${clientId} ended by itself with ${ending}`);
    await doubts.add(clientId);
  };
  await using fleet = new Fleet({ folder: arena.folder, config: configOf, clock, onExit });
  await Promise.all(Array.from({ length: settings.instances }, (_, number) => fleet.instance(number).start()));

  const producer = await createCallProducer(arena, topic);
  await using cleanUp = new AsyncDisposableStack();
  cleanUp.defer(() => producer.disconnect());
  const traffic = startTraffic(producer, { prefix: topic, calls, perSecond }, clock, signal);
  const watching = new AbortController();
  const watched = witness.watch(AbortSignal.any([signal, watching.signal]));
  await until(() => ledger.open().length < ledger.records, START_WITHIN_MS, signal);
  onProgress(`the fleet works after ${Math.round(clock.now() - start)} ms`);

  addFaults(crm, settings.seed);
  const duration = (calls / perSecond) * 1_000;
  const events = planChaos({ ...settings, duration, sessionTimeout: SESSION_TIMEOUT_MS });
  const deeds = await conduct(events, { ...arena, fleet, traffic, doubts, clock });
  await traffic.finished;
  const faults = await faultHits(crm);
  crm.clearFaults();

  onProgress(`all is well from now on; ${ledger.open().length} calls have not ended yet`);
  await until(() => ledger.records >= calls && ledger.open().length === 0, settings.drainWithin, signal);
  watching.abort();
  await watched;
  deeds.uncleanLeaves += (await fleet.leave()).filter(isUnclean).length;
  const commits = await witness.look();
  const committed = commits.reduce((sum, { offset }) => sum + Math.max(0, offset), 0);
  const verdict = judge({
    ledger,
    passed: witness.passed,
    unreadable: witness.unreadable,
    engagements: engagementsOf(crm),
    uncommitted: ledger.records - committed,
    inDoubt: { mode: settings.inDoubt, most: doubts.total + faults.afterWriting },
  });
  const { looks, longestSilence } = witness;
  return {
    verdict,
    deeds,
    inDoubt: doubts.total,
    faults,
    records: ledger.records,
    searches: sum(crm.stats().requests['call-search']),
    exits,
    looks,
    duration: clock.now() - start,
    longestSilence,
  };
}

/** Resolves when it holds, or when the time is up: what is missing then, the judge tells. */
async function until(holds: () => boolean, withinMs: number, signal: AbortSignal): Promise<void> {
  for (let waited = 0; !holds() && waited < withinMs; waited += STEP_MS) await sleep(STEP_MS, undefined, { signal });
}

function sum(counts: Readonly<Record<string, number>> = {}): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}

/** Engagements by external call id. */
function engagementsOf(crm: Crm): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { externalCallId } of crm.engagements()) {
    counts.set(externalCallId, (counts.get(externalCallId) ?? 0) + 1);
  }
  return counts;
}
