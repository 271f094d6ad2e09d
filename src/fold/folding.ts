/**
 * Gathers the records of calls, partition by partition, as long as the partition is ours. What is gathered is not settled:
 * whoever has the partition next reads it once more. When it would hold up the partition it is parked (`Holding`).
 */
import { onAbort } from '../abort.ts';
import type { Clock } from '../clock.ts';
import type { Delivery, Tenure, TopicPartition } from '../kafka/delivery.ts';
import type { ParkedFound } from '../kafka/parked-found.ts';
import { isSamePartition } from '../kafka/same-partition.ts';
import { callName } from '../outcome/call-name.ts';
import type { SourceStages } from '../source-stages.ts';
import type { FoldEvents } from './fold-events.ts';
import type { FoldPart } from './fold-part.ts';
import { endsWith, Gathered, inOrder, mappedOf } from './gathered.ts';
import { Holding, type HoldingParts } from './holding.ts';
import { type FoldLimits, OpenFolds } from './open-folds.ts';

export interface FoldingParts extends HoldingParts {
  /** Partitions of which everything was read that the broker has by now. */
  readonly readToEnd: () => Promise<readonly TopicPartition[]>;
  readonly clock: Clock;
  readonly events: FoldEvents;
}

export interface FoldStatus extends TopicPartition {
  readonly open: number;
  /** Since the first part of the oldest one came. */
  readonly oldestMs: number;
  /** Parts of them that are parked. */
  readonly parked: number;
}

interface Partition extends TopicPartition {
  readonly folds: OpenFolds<Gathered>;
  readonly idle: number;
  /** Undefined where nothing can be parked. */
  readonly tenure: Tenure | undefined;
  relievedAt: number;
}

/** How often it is looked whether a call is over, milliseconds. */
const LOOK_MS = 500;
/** How often a partition is relieved at most, milliseconds: it goes through all of its open calls. */
const RELIEF_MS = 100;

export class Folding {
  readonly #limits: FoldLimits;
  readonly #parts: FoldingParts;
  readonly #holding: Holding;
  /** By the signal that tells the loss of a partition: each ownership has its own. */
  readonly #partitions = new Map<AbortSignal, Partition>();
  #isWatching = false;

  /** @param limits `idle` where the mapping says nothing */
  constructor(limits: FoldLimits, parts: FoldingParts) {
    this.#limits = limits;
    this.#parts = parts;
    this.#holding = new Holding(parts);
  }

  /** Only partitions that have open folds. */
  status(): FoldStatus[] {
    const now = this.#parts.clock.now();
    return [...this.#partitions.values()].flatMap(({ topic, partition, folds }) => {
      const { size: open, openSince } = folds;
      if (openSince === undefined) return [];
      const parked = [...folds.open()].flat().filter(({ held }) => held !== undefined).length;
      return [{ topic, partition, open, oldestMs: now - openSince, parked }];
    });
  }

  /** A source partition is ours anew: what earlier owners have parked of calls of several records. */
  opened(tenure: Tenure, stages: SourceStages, { held, whole }: Pick<ParkedFound, 'held' | 'whole'>): void {
    const { folds } = this.#of(
      { topic: tenure.topic, partition: tenure.partition, signal: tenure.issuing.sending, tenure },
      stages.fold?.idle,
    );
    for (const key of whole) folds.closedBefore(key);
    for (const { key, first, size, records } of held) {
      for (const record of records) {
        const { recordTime } = record;
        const one = Gathered.found(record, { first, size }, mappedOf(stages, record));
        folds.add(key, one, { recordTime, bytes: 0, ends: () => false });
      }
    }
    // With another mapping nothing comes that could end them.
    if (stages.fold === undefined) folds.closeAll();
    else this.#watch();
  }

  /** A record of a source that folds, in the order of its partition; before its parts. */
  see(delivery: Delivery, stages: SourceStages): void {
    if (stages.fold === undefined) return;
    const one = this.#of(delivery, stages.fold.idle);
    one.folds.see(delivery.timestamp);
    this.#relieve(one);
  }

  take(part: FoldPart): void {
    const { delivery, stages, callIndex, done } = part;
    const { key } = part.part;
    if (delivery.readBack.hasEnded(delivery.offset, callName(callIndex, undefined))) {
      this.#parts.events.parkedBefore(delivery, delivery.offset);
      done();
      return;
    }
    const { folds } = this.#of(delivery, stages.fold?.idle);
    const bytes = delivery.value?.length ?? 0;
    const ends = (parts: readonly Gathered[]) => endsWith(part.part, parts);
    if (folds.add(key, Gathered.of(part), { recordTime: delivery.timestamp, bytes, ends })) this.#watch();
    else {
      this.#parts.events.late(delivery, delivery.offset);
      done();
    }
  }

  #of(
    { topic, partition, signal, tenure }: Pick<Delivery, 'topic' | 'partition' | 'signal' | 'tenure'>,
    idle = this.#limits.idle,
  ): Partition {
    const known = this.#partitions.get(signal);
    if (known !== undefined) return known;
    const folds = new OpenFolds<Gathered>({ ...this.#limits, idle }, this.#parts.clock, (parts, by) => {
      this.#parts.events.closed(by, parts.length);
      this.#holding.close(tenure, inOrder(parts));
    });
    const made = { topic, partition, folds, idle, tenure, relievedAt: Number.NEGATIVE_INFINITY };
    if (signal.aborted) return made;
    this.#partitions.set(signal, made);
    onAbort(signal, () => this.#partitions.delete(signal));
    return made;
  }

  #relieve(one: Partition): void {
    const now = this.#parts.clock.now();
    if (one.tenure?.hasRoom !== false || now - one.relievedAt < RELIEF_MS) return;
    one.relievedAt = now;
    this.#holding.relieve(one.folds.open());
  }

  /** Looks as long as there are open folds. */
  #watch(): void {
    if (this.#isWatching) return;
    this.#isWatching = true;
    this.#parts.clock.after(LOOK_MS, async () => {
      for (const one of this.#partitions.values()) this.#relieve(one);
      await this.#closeIdle().catch(this.#parts.events.lookFailed);
      this.#isWatching = false;
      if ([...this.#partitions.values()].some(({ folds }) => folds.size > 0)) this.#watch();
    });
  }

  async #closeIdle(): Promise<void> {
    const { clock, readToEnd } = this.#parts;
    const now = clock.now();
    const isDue = ({ folds, idle }: Partition) => now - (folds.idleSince ?? now) >= idle;
    if (![...this.#partitions.values()].some(isDue)) return;
    const read = await readToEnd();
    for (const one of this.#partitions.values())
      if (read.some((partition) => isSamePartition(partition, one))) one.folds.readToEnd(now);
  }
}
