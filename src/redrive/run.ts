/** Runs a redrive: the processor, with dead letters for its records, until each has come to an end or was left. */
import { once } from 'node:events';
import { wait } from '../clock.ts';
import type { Config } from '../config/schema.ts';
import { recordName } from '../dead-letters/letter.ts';
import { type OpenLetter, redriveGroup } from '../dead-letters/letter-log.ts';
import type { GroupHold } from '../kafka/group-hold.ts';
import type { RangeReader } from '../kafka/range-reader.ts';
import { isSamePartition } from '../kafka/same-partition.ts';
import { startProcessor } from '../processor.ts';
import type { SourceParts } from '../replay/bounds.ts';
import { replayConfig } from '../replay/config.ts';
import type { EnrichedBefore } from '../replay/enriched-before.ts';
import { createPace } from '../replay/pace.ts';
import { countsOf } from '../replay/run.ts';
import type { ChosenLetters } from './choose.ts';
import type { EarlierEnds } from './earlier-ends.ts';
import { LetterLedger } from './letter-ledger.ts';
import { LetterSource } from './letter-source.ts';
import { bytesOfLetter } from './omitted-value.ts';
import { createRedriving } from './redriving.ts';
import { type RedriveSummary, withoutOthers } from './report.ts';
import type { RedriveSurroundings } from './request.ts';

export interface RedriveRun extends ChosenLetters {
  /** Of the service. */
  readonly config: Config;
  readonly port: number;
  readonly hold: GroupHold;
  readonly reader: RangeReader;
  readonly before: EnrichedBefore;
  readonly earlier: EarlierEnds;
}

/** How often it is said how far it is, milliseconds. */
const LOOK_MS = 1_000;

/** Rejects as `startProcessor` and `Processor.failed` do, and with `group-active` when the hold is lost. */
export async function runRedrive(
  run: RedriveRun,
  { log, clock, signal, progress }: Pick<RedriveSurroundings, 'log' | 'clock' | 'signal' | 'progress'>,
): Promise<RedriveSummary> {
  const since = clock.now();
  const { config, count, hold, left } = run;
  const topics = config.sources.map(({ topic }) => topic);
  const settings = { group: redriveGroup(config.kafka.groupId), topics, createEngagement: undefined, port: run.port };
  const redriving = createRedriving(run.before);
  const partitions = await sourcePartitions(topics, run.reader);
  const ended = new Set<string>();
  const finished = Promise.withResolvers<void>();
  let isFinished = false;
  const source = ({ sink, shares }: SourceParts) => {
    shares.joined(partitions, false);
    const letters = createSource(run, sink, clock, (letter) => ended.add(recordName(letter)));
    letters.finished.then(finished.resolve, finished.reject);
    return letters;
  };
  const processor = await startProcessor(replayConfig(config, settings), log, clock, {
    within: (accept) => accept,
    // What is not among the letters does not come.
    endOf: () => 0,
    selecting: redriving.selecting,
    source,
  });
  const [pace, requests] = [createPace(), createPace()];
  const counts = async () => withoutOthers(await countsOf(processor.telemetry), redriving.others);
  const look = async () => {
    const now = await counts();
    pace.note(ended.size, clock.now());
    requests.note(now.requests, clock.now());
    const { perSecond } = pace;
    const requestsPerSecond = requests.perSecond;
    progress({ done: ended.size, all: count, perSecond, leftMs: pace.leftOf(count), requestsPerSecond, counts: now });
  };
  const stopped = untilAborted(signal);
  const lost = untilAborted(hold.lost).then(() => Promise.reject(hold.lost.reason));
  lost.catch(() => {});
  const done = finished.promise.then(() => {
    isFinished = true;
  });
  try {
    while (!isFinished && !signal.aborted) {
      await Promise.race([done, wait(clock, LOOK_MS), stopped, lost, processor.failed]);
      await look();
    }
  } finally {
    await processor.stop();
  }
  const seconds = (clock.now() - since) / 1000;
  return { letters: count, ended: ended.size, left: left.toJSON(), isFinished, seconds, counts: await counts() };
}

function createSource(
  { config, partitions, stretches, hold, reader, earlier, left }: RedriveRun,
  sink: SourceParts['sink'],
  clock: RedriveSurroundings['clock'],
  ended: (letter: OpenLetter) => void,
): LetterSource {
  const { groupId: group } = config.kafka;
  const logOf = (letter: OpenLetter) => partitions.find((one) => isSamePartition(one, letter))?.log;
  return new LetterSource(stretches, {
    reader,
    bytesOf: (letter, record, until) => bytesOfLetter(letter, record, reader, until),
    ledgerOf: (place) => new LetterLedger(place, { group, sink, clock, signal: hold.lost }),
    hasEnded: (letter, call) => logOf(letter)?.hasComeBack(letter, call) === true || earlier.has(letter, call),
    isHeld: () => hold.isHeld,
    lost: hold.lost,
    clock,
    settle: config.delivery.inDoubt.settle,
    left: (_letter, why) => left.add(why),
    ended,
  });
}

async function sourcePartitions(topics: readonly string[], reader: RangeReader) {
  const all = await Promise.all(
    topics.map(async (topic) => (await reader.bounds(topic)).map(({ partition }) => ({ topic, partition }))),
  );
  return all.flat();
}

async function untilAborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, 'abort');
}
