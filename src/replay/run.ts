/** Runs a replay: the processor within its ranges, until every record of them is settled, whichever process does it. */
import { once } from 'node:events';
import { type Clock, wait } from '../clock.ts';
import type { Config } from '../config/schema.ts';
import type { KafkaAdmin } from '../kafka/client.ts';
import { committedOffsets, entryOf } from '../kafka/positions.ts';
import type { Log, Telemetry } from '../ops/telemetry.ts';
import { startProcessor } from '../processor.ts';
import { createPace } from './pace.ts';
import { type ReplayRange, sizeOfRanges } from './range.ts';
import type { ReplayCounts, ReplayProgress } from './report.ts';
import { selecting } from './selecting.ts';
import type { Select } from './selection.ts';
import { doneOf, within } from './within.ts';

export interface ReplayRun {
  /** As `replayConfig` makes it. */
  readonly config: Config;
  readonly ranges: readonly ReplayRange[];
  readonly select: Select;
  /** Epoch milliseconds: the outcomes of records from before may have expired. Such calls are looked up first. */
  readonly unknownBefore?: number | undefined;
}

export interface ReplayParts {
  readonly admin: KafkaAdmin;
  readonly log: Log;
  readonly clock: Clock;
  readonly progress: (progress: ReplayProgress) => void;
  /** Told how far the group is, by partition, so that what lies below can be forgotten. */
  readonly committed: (offsets: Awaited<ReturnType<typeof committedOffsets>>) => void;
  /** Aborts to stop before the end: what is on the wire ends, and is committed. */
  readonly signal: AbortSignal;
}

/** How often it looks how far the group is, milliseconds. */
const LOOK_MS = 1_000;

/** Resolves when the replay is over, or was stopped. Rejects as `startProcessor` and `Processor.failed` do. */
export async function runReplay(
  { config, ranges, select, unknownBefore }: ReplayRun,
  { admin, log, clock, progress, committed, signal }: ReplayParts,
): Promise<{ readonly isFinished: boolean; readonly seconds: number; readonly counts: ReplayCounts }> {
  const since = clock.now();
  const all = sizeOfRanges(ranges);
  const topics = config.sources.map(({ topic }) => topic);
  const processor = await startProcessor(config, log, clock, {
    within: (accept) => within(accept, ranges, { unknownBefore }),
    endOf: (partition) => entryOf(ranges, partition)?.to ?? 0,
    selecting: (stagesOf) => selecting(select, stagesOf),
  });
  const pace = createPace();
  const requests = createPace();
  let isFinished = false;
  const look = async () => {
    const offsets = await committedOffsets(admin, config.kafka.groupId, topics);
    committed(offsets);
    const counts = await countsOf(processor.telemetry);
    const done = doneOf(ranges, offsets);
    pace.note(done, clock.now());
    requests.note(counts.requests, clock.now());
    const { perSecond } = pace;
    progress({ done, all, perSecond, leftMs: pace.leftOf(all), requestsPerSecond: requests.perSecond, counts });
    isFinished = done >= all;
  };
  const stopped = signal.aborted ? Promise.resolve() : once(signal, 'abort');
  try {
    while (!isFinished && !signal.aborted) {
      await Promise.race([wait(clock, LOOK_MS), stopped, processor.failed]);
      await look();
    }
  } finally {
    await processor.stop();
  }
  // What ended while it stopped.
  await look();
  return { isFinished, seconds: (clock.now() - since) / 1000, counts: await countsOf(processor.telemetry) };
}

/** Ends of calls in this process so far. */
export async function countsOf(telemetry: Telemetry): Promise<ReplayCounts> {
  const by = async (name: 'callSkipped' | 'callBuried', label: string) => {
    const values = await telemetry.labelValues(name, label);
    return Object.fromEntries(
      await Promise.all(values.map(async (value) => [value, await telemetry.count(name, { [label]: value })] as const)),
    );
  };
  return {
    read: await telemetry.count('callRead'),
    enriched: await telemetry.count('callEnriched'),
    folded: await telemetry.count('callFolded'),
    skipped: await by('callSkipped', 'reason'),
    buried: await by('callBuried', 'code'),
    requests: await telemetry.count('requestAnswered'),
  };
}
