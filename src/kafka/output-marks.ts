/**
 * Where the outputs of one source partition have to be read again from, so that a new owner finds every one of a record
 * that is not committed as done. Pure.
 *
 * An output partition ends, for us, behind the last record of ours that was acknowledged: what is on its way comes
 * later in the log. But a record that has some outputs and is not done yet (one of its calls is still open) holds the
 * position back to its first output. And as long as records of an earlier owner are not done, their outputs have to be
 * found once more if we crash as well. A parked call without an end holds back the position in the parked topic.
 */

import type { TopicPartition } from './delivery.ts';
import { isSamePartition } from './same-partition.ts';

export interface OutputPosition extends TopicPartition {
  /** First offset to read. */
  readonly offset: number;
}

/** What an earlier owner has left. */
export interface EarlierOutputs {
  /** Where its outputs of records that are not done begin. */
  readonly since: readonly OutputPosition[];
  /** Source offset from which on it has published nothing. */
  readonly until: number;
}

/** What parked calls hold back. */
export interface ParkedMarks {
  /** Where the first one stands that has no end; undefined when all have. */
  readonly low: OutputPosition | undefined;
  /** The outputs of an earlier owner have to be found again. */
  readonly isUnclear: boolean;
}

/** An output of a record, and the others that the record has: nearly always it is the only one. */
interface Mark extends TopicPartition {
  offset: number;
  readonly next: Mark | undefined;
}

export class OutputMarks {
  /** A handful: an outcome topic, a dead-letter topic. */
  readonly #ends: { readonly topic: string; readonly partition: number; offset: number }[] = [];
  /** First outputs of records that are not settled, by source offset. */
  readonly #open = new Map<number, Mark>();
  readonly #earlier: readonly OutputPosition[];
  readonly #earlierUntil: number;

  /** @param ends how far the outputs were read when the partition was taken over */
  constructor(ends: readonly OutputPosition[], { since, until }: EarlierOutputs = { since: [], until: 0 }) {
    for (const end of ends) this.passOver(end, end.offset);
    this.#earlier = since;
    this.#earlierUntil = until;
  }

  /** An output of the source record was acknowledged at `offset`. */
  published(source: number, output: TopicPartition, offset: number): void {
    this.passOver(output, offset + 1);
    const first = this.#open.get(source);
    for (let mark = first; mark !== undefined; mark = mark.next) {
      if (!isSamePartition(mark, output)) continue;
      mark.offset = Math.min(mark.offset, offset);
      return;
    }
    const { topic, partition } = output;
    this.#open.set(source, { topic, partition, offset, next: first });
  }

  /** The source record is settled: a commit says so itself. */
  settled(source: number): void {
    this.#open.delete(source);
  }

  /** Where the output ends now, asked while no output of this source partition was on its way. */
  passOver({ topic, partition }: TopicPartition, offset: number): void {
    const end = this.#ends.find((one) => one.partition === partition && one.topic === topic);
    if (end === undefined) this.#ends.push({ topic, partition, offset });
    else end.offset = Math.max(end.offset, offset);
  }

  /** @param watermark below it all records of the source are done */
  positions(watermark: number, parked?: ParkedMarks): OutputPosition[] {
    const earlier = watermark < this.#earlierUntil || parked?.isUnclear ? this.#earlier : [];
    return this.#ends.map((end) => {
      let least = earlier.find((one) => isSamePartition(one, end))?.offset ?? end.offset;
      for (const first of this.#open.values()) {
        for (let mark: Mark | undefined = first; mark !== undefined; mark = mark.next)
          if (isSamePartition(mark, end)) least = Math.min(least, mark.offset);
      }
      if (parked?.low !== undefined && isSamePartition(parked.low, end)) least = Math.min(least, parked.low.offset);
      return { ...end, offset: Math.min(least, end.offset) };
    });
  }
}
