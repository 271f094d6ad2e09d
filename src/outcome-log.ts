/**
 * What was published for the records of a source partition: read back from the outputs by whoever takes it over, from
 * the offsets that the last commit names. Never by time: a clock that steps back would hide a record.
 */

import { untilAborted } from './abort.ts';
import { type Clock, wait } from './clock.ts';
import type { ReadBack, TopicPartition } from './kafka/delivery.ts';
import type { OutputPosition } from './kafka/output-marks.ts';
import type { RangeReader, ReadRecord } from './kafka/range-reader.ts';
import { isSamePartition } from './kafka/same-partition.ts';
import type { OutputLog } from './kafka/takeover.ts';
import { callName, nameWithoutId } from './outcome/call-name.ts';
import { readDeadLetter } from './outcome/dead-letter.ts';
import type { EnrichedCall, OutcomeCodec } from './outcome/enriched-call.ts';
import { ParkedScan } from './parking/parked-scan.ts';

export interface OutcomeLogSettings {
  /** Only what this group has published counts. */
  readonly group: string;
  readonly outcomes: string;
  readonly dlqSuffix: string;
  readonly parkedSuffix: string;
  /** Milliseconds after which nothing of an earlier owner can come any more. */
  readonly settle: number;
  /** The newest outcomes of a partition, so many, are read in any case, to know repeats again. */
  readonly memory: number;
}

export interface OutcomeLogParts {
  readonly reader: RangeReader;
  readonly codec: OutcomeCodec;
  /** Partition count of every output topic. */
  readonly partitions: ReadonlyMap<string, number>;
  /** Told every call that HubSpot took, whoever sent it, oldest first. */
  readonly remember: (outcome: EnrichedCall) => void;
  readonly clock: Clock;
  /** Told when following the outputs failed; it is tried again. */
  readonly failed: (error: unknown) => void;
}

/** How soon the outputs are looked at again while an earlier owner may still be writing, milliseconds. */
const FOLLOW_MS = 200;
/** Part of the time passed so far after which they are looked at again: most of what comes, comes at once. */
const FOLLOW_PART = 0.2;

export function createOutcomeLog(settings: OutcomeLogSettings, parts: OutcomeLogParts): OutputLog {
  const { reader, clock } = parts;
  const parkedTopicOf = ({ topic }: TopicPartition) => topic + settings.parkedSuffix;
  const outputsOf = (source: TopicPartition): TopicPartition[] =>
    [settings.outcomes, source.topic + settings.dlqSuffix, parkedTopicOf(source)].map((output) => {
      return { topic: output, partition: source.partition % (parts.partitions.get(output) ?? 1) };
    });

  /** The ends that a record of the outputs is about: of which source offset, and of which call. */
  const endOf = (source: TopicPartition, record: ReadRecord): [number, string][] => {
    if (record.topic !== settings.outcomes) {
      const letter = readDeadLetter(record.headers);
      if (letter === undefined || letter.group !== settings.group || !isSamePartition(letter.source, source)) return [];
      return [[letter.source.offset, callName(letter.callIndex, letter.externalCallId)]];
    }
    const outcome = parts.codec.read(record.value);
    if (outcome === undefined) return [];
    // Without an engagement a call is not done: it was submitted for its matches only.
    if (outcome.outcome === 'enriched' && !outcome.engagementRequested) return [];
    if (outcome.outcome === 'enriched') parts.remember(outcome);
    if (outcome.group !== settings.group) return [];
    const name = callName(outcome.callIndex, outcome.externalCallId);
    return outcome.sources.filter((one) => isSamePartition(one, source)).map(({ offset }) => [offset, name]);
  };

  const readOn = async (
    source: TopicPartition,
    past: Past,
    position: OutputPosition,
    from: number,
    signal: AbortSignal,
  ) => {
    const offset = await reader.read(
      position,
      { from },
      (record) => {
        if (record.topic === parkedTopicOf(source)) return past.readParked(record);
        for (const [at, name] of endOf(source, record)) if (record.offset >= position.offset) past.ends.add(at, name);
      },
      signal,
    );
    return { ...position, offset: Math.max(offset, 0) };
  };

  /** Looks at the outputs until the time to settle has passed. */
  const follow = async (source: TopicPartition, past: Past, from: readonly OutputPosition[], signal: AbortSignal) => {
    const start = clock.now();
    const end = start + settings.settle;
    let positions = from;
    for (let isOver = false; !isOver; past.wake()) {
      const now = clock.now();
      const pause = Math.max(FOLLOW_MS, (now - start) * FOLLOW_PART);
      await wait(clock, now < end ? Math.min(pause, end - now) : FOLLOW_MS, signal);
      isOver = clock.now() >= end;
      try {
        positions = await Promise.all(
          positions.map((position) => readOn(source, past, position, position.offset, signal)),
        );
      } catch (error) {
        signal.throwIfAborted();
        // Nobody goes on without having seen the end: what is there would be sent again.
        isOver = false;
        parts.failed(error);
      }
    }
    past.close();
  };

  return {
    async readBack(source, since, isInDoubt, signal, committed) {
      const past = new Past(new ParkedScan(settings.group, source), committed);
      const outputs = await Promise.all(
        outputsOf(source).map(async (output) => {
          const bounds = (await reader.bounds(output.topic, signal)).find(
            ({ partition }) => partition === output.partition,
          );
          const end = bounds?.end ?? 0;
          // What is parked may be of any age: where no commit tells how old, all of it is looked through.
          const unknown = output.topic === parkedTopicOf(source) ? (bounds?.start ?? 0) : end;
          const offset = since?.find((position) => isSamePartition(position, output))?.offset ?? unknown;
          const memory = output.topic === settings.outcomes ? settings.memory : 0;
          return readOn(source, past, { ...output, offset }, Math.max(0, Math.min(offset, end - memory)), signal);
        }),
      );
      const { doubts, ...scanned } = past.parked.finish();
      if (isInDoubt || doubts.length > 0) follow(source, past, outputs, signal).catch(() => {});
      else past.close();
      const place = outputsOf(source).at(-1) ?? source;
      const parked = { place, doubts, ...scanned, ends: past.ends, settled: past.settled };
      return { readBack: past, outputs, parked };
    },
    async ends(sources) {
      const topics = [...new Set(sources.flatMap((source) => outputsOf(source).map(({ topic }) => topic)))];
      const bounds = (await Promise.all(topics.map((topic) => reader.bounds(topic)))).map((all, n) =>
        all.map(({ partition, end }) => ({ topic: topics[n] ?? '', partition, offset: end })),
      );
      const ends = bounds.flat();
      return new Map(
        sources.map((source) => {
          const outputs = outputsOf(source);
          return [source, ends.filter((end) => outputs.some((output) => isSamePartition(output, end)))];
        }),
      );
    },
  };
}

/** What an earlier owner has brought to an end or parked: nothing has to be done for the record any more. */
class Past implements ReadBack {
  /** Ends of calls that had been parked, too; that they were parked is none. */
  readonly ends = new Ends();
  readonly parked: ParkedScan;
  readonly #parkedNames = new Ends();
  readonly #committed: number;
  readonly #settled = Promise.withResolvers<readonly number[]>();
  readonly settled = this.#settled.promise;

  constructor(parked: ParkedScan, committed: number) {
    this.parked = parked;
    this.#committed = committed;
  }

  readParked(record: ReadRecord): void {
    const [offset, call] = this.parked.read(record) ?? [-1, ''];
    if (offset >= this.#committed) this.#parkedNames.add(offset, call);
  }

  wake(): void {
    this.ends.wake();
  }

  close(): void {
    this.parked.close();
    this.#settled.resolve(this.parked.spare);
    this.ends.close();
  }

  hasEnded(offset: number, call: string): boolean {
    return this.ends.hasEnded(offset, call) || this.#parkedNames.hasEnded(offset, call);
  }

  untilSettled(offset: number, call: string, signal: AbortSignal): Promise<boolean> {
    return this.ends.until(() => this.hasEnded(offset, call), signal);
  }
}

class Ends implements ReadBack {
  readonly #calls = new Map<number, Set<string>>();
  #isClosed = false;
  #changed = Promise.withResolvers<void>();

  add(offset: number, call: string): void {
    this.#calls.set(offset, (this.#calls.get(offset) ?? new Set()).add(call));
  }

  wake(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers<void>();
  }

  close(): void {
    this.#isClosed = true;
    this.wake();
  }

  hasEnded(offset: number, call: string): boolean {
    const calls = this.#calls.get(offset);
    // A dead letter that had to be made small has lost the id of its call.
    return calls !== undefined && (calls.has(call) || calls.has(nameWithoutId(call)));
  }

  untilSettled(offset: number, call: string, signal: AbortSignal): Promise<boolean> {
    return this.until(() => this.hasEnded(offset, call), signal);
  }

  /** Whether it holds in the end: at once, or when nothing can come any more. */
  async until(holds: () => boolean, signal: AbortSignal): Promise<boolean> {
    signal.throwIfAborted();
    while (!holds() && !this.#isClosed) await untilAborted(this.#changed.promise, signal);
    return holds();
  }
}
