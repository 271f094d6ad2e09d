/**
 * Gives dead letters up: marks them as ended, and deletes the beginning of each partition as far as all that stands there
 * has an end.
 */
import type { Clock } from '../clock.ts';
import type { Config } from '../config/schema.ts';
import type { Letter } from '../dead-letters/letter.ts';
import { isOfGroup } from '../dead-letters/letter-log.ts';
import { readLetters } from '../dead-letters/reading.ts';
import { createLetterFilter, type LetterFilter } from '../dead-letters/selection.ts';
import { connectKafka } from '../kafka/connection.ts';
import { deleteRecordsBelow } from '../kafka/delete-records.ts';
import { committedOffsets, entryOf } from '../kafka/positions.ts';
import { createSink } from '../kafka/sink.ts';
import { deletableTo } from './deletable.ts';
import { holdLetters } from './hold.ts';
import { LetterLedger } from './letter-ledger.ts';

export interface PurgeRequest {
  /** Source topics whose letters are meant. */
  readonly topics: readonly string[];
  readonly filter: LetterFilter;
  readonly dryRun: boolean;
}

export interface PurgeSummary {
  /** Letters that are given up. */
  readonly letters: number;
  /** Offsets deleted from the topics; of a dry run those that would be. */
  readonly deleted: number;
  /** Letters without an end that stay. */
  readonly left: number;
}

export interface PurgeSurroundings {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly reading: (text: string) => void;
  /** Asked before anything is changed; false ends it. */
  readonly confirm: (letters: number) => Promise<boolean>;
}

/** Undefined when it was not confirmed. Throws `group-active` while a redrive is at work. */
export async function purge(
  { topics, filter, dryRun }: PurgeRequest,
  config: Config,
  { clock, signal, reading, confirm }: PurgeSurroundings,
): Promise<PurgeSummary | undefined> {
  const { groupId } = config.kafka;
  await using connections = new AsyncDisposableStack();
  const { kafka, admin, reader } = connections.use(await connectKafka(config.kafka, clock));
  const hold = dryRun ? undefined : connections.use(await holdLetters(kafka, config, clock));
  const partitions = await readLetters(
    topics.map((topic) => topic + config.output.dlqSuffix),
    groupId,
    reader,
    (done, all) => reading(`reading the dead letters: ${done} of ${all} records`),
    signal,
  );
  const isChosen = createLetterFilter(filter);
  const plans = partitions.map((one) => {
    const open = one.log.letters();
    return { ...one, chosen: open.filter(isChosen), kept: open.filter((letter) => !isChosen(letter)) };
  });
  const letters = plans.reduce((sum, { chosen }) => sum + chosen.length, 0);
  const left = plans.reduce((sum, { kept }) => sum + kept.length, 0);
  if (!dryRun && !(await confirm(letters))) return undefined;

  const sink = createSink({
    producer: () => kafka.producer(),
    mayWrite: () => hold?.isHeld ?? false,
    clock,
    events: { publishFailed: () => {} },
  });
  if (hold !== undefined) {
    connections.use(sink);
    await sink.connect();
  }
  const committed = await committedOffsets(admin, groupId, topics);
  let deleted = 0;
  for (const { topic, partition, start, end, chosen, kept } of plans) {
    if (hold !== undefined && chosen.length > 0) {
      const ledger = new LetterLedger({ topic, partition }, { group: groupId, sink, clock, signal: hold.lost });
      ledger.end(chosen.flatMap(({ offset, copies }) => [offset, ...copies]));
      await ledger.flush();
      hold.lost.throwIfAborted();
    }
    const open = new Set(kept.map(({ offset }) => offset));
    const isNeeded = (letter: Letter) => {
      if (!isOfGroup(groupId, letter) || open.has(letter.offset)) return true;
      // What the service has not committed it must find when it starts anew: its letters are the ends of its calls.
      return letter.source.offset >= (entryOf(committed, letter.source)?.offset ?? 0);
    };
    const to = await deletableTo({ topic, partition, start, end }, isNeeded, reader, signal);
    deleted += to - start;
    if (hold !== undefined && to > start) await deleteRecordsBelow(admin, { topic, partition }, to);
  }
  return { letters, deleted, left };
}
