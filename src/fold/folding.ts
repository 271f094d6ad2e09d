/**
 * Gathers the records of calls, partition by partition, as long as the partition is ours. What is gathered is not settled:
 * whoever has the partition next reads it once more, so nothing of an open fold has to be handed over.
 */
import { onAbort } from '../abort.ts';
import type { Clock } from '../clock.ts';
import type { Delivery, TopicPartition } from '../kafka/delivery.ts';
import { isSamePartition } from '../kafka/same-partition.ts';
import type { PlacedPart, SourceStages } from '../source-stages.ts';
import { type ClosedBy, type FoldLimits, OpenFolds } from './open-folds.ts';

/** A part of a call, with the record that it comes from. */
export interface FoldPart extends PlacedPart {
  readonly delivery: Delivery;
  readonly stages: SourceStages;
  /** It has become something durable with its call. */
  readonly done: () => void;
}

export type FoldParts = readonly [FoldPart, ...FoldPart[]];

export interface FoldingParts {
  /** Partitions of which everything was read that the broker has by now. */
  readonly readToEnd: () => Promise<readonly TopicPartition[]>;
  /** Takes the parts of a call, in the order of the source. */
  readonly closed: (parts: FoldParts) => void;
  readonly clock: Clock;
  readonly events: FoldEvents;
}

export interface FoldEvents {
  closed(by: ClosedBy, parts: number): void;
  late(partition: TopicPartition, offset: number): void;
  /** It could not be found out what was read to its end; it is tried again. */
  lookFailed(error: unknown): void;
}

export interface FoldStatus extends TopicPartition {
  readonly open: number;
  /** Since the first part of the oldest one came. */
  readonly oldestMs: number;
}

interface Partition extends TopicPartition {
  readonly folds: OpenFolds<FoldPart>;
  readonly idle: number;
}

/** How often it is looked whether a call is over, milliseconds. */
const LOOK_MS = 500;

export class Folding {
  readonly #limits: FoldLimits;
  readonly #parts: FoldingParts;
  /** By the signal that tells the loss of a partition: each ownership has its own. */
  readonly #partitions = new Map<AbortSignal, Partition>();
  #isWatching = false;

  /** @param limits `idle` where the mapping says nothing */
  constructor(limits: FoldLimits, parts: FoldingParts) {
    this.#limits = limits;
    this.#parts = parts;
  }

  /** Only partitions that have open folds. */
  status(): FoldStatus[] {
    const now = this.#parts.clock.now();
    return [...this.#partitions.values()].flatMap(({ topic, partition, folds }) => {
      const { size: open, openSince } = folds;
      return openSince === undefined ? [] : [{ topic, partition, open, oldestMs: now - openSince }];
    });
  }

  /** A record of a source that folds, in the order of its partition; before its parts. */
  see(delivery: Delivery, stages: SourceStages): void {
    if (stages.fold !== undefined) this.#of(delivery, stages.fold.idle).folds.see(delivery.timestamp);
  }

  take(part: FoldPart): void {
    const { delivery, stages, done } = part;
    const { folds } = this.#of(delivery, stages.fold?.idle);
    const bytes = delivery.value?.length ?? 0;
    const ends = (parts: readonly FoldPart[]) => part.part.ends(parts.map((each) => each.part.record));
    if (folds.add(part.part.key, part, { recordTime: delivery.timestamp, bytes, ends })) this.#watch();
    else {
      this.#parts.events.late(delivery, delivery.offset);
      done();
    }
  }

  #of({ topic, partition, signal }: Delivery, idle = this.#limits.idle): Partition {
    const known = this.#partitions.get(signal);
    if (known !== undefined) return known;
    const folds = new OpenFolds<FoldPart>({ ...this.#limits, idle }, this.#parts.clock, (parts, by) => {
      this.#parts.events.closed(by, parts.length);
      const [first, ...more] = parts;
      if (first !== undefined) this.#parts.closed([first, ...more]);
    });
    const made = { topic, partition, folds, idle };
    if (signal.aborted) return made;
    this.#partitions.set(signal, made);
    onAbort(signal, () => this.#partitions.delete(signal));
    return made;
  }

  /** Looks as long as there are open folds. */
  #watch(): void {
    if (this.#isWatching) return;
    this.#isWatching = true;
    this.#parts.clock.after(LOOK_MS, async () => {
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
