/**
 * Where the outputs of one source partition have to be read again from, so that a new owner finds every one of a record
 * that is not committed as done. Pure.
 *
 * An output partition ends, for us, behind the last record of ours that was acknowledged: what is on its way comes
 * later in the log. But a record that has some outputs and is not done yet (one of its calls is still open) holds the
 * position back to its first output. And as long as records of an earlier owner are not done, their outputs have to be
 * found once more if we crash as well.
 */
import type { TopicPartition } from './delivery.ts';

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

export class OutputMarks {
  readonly #ends = new Map<string, OutputPosition>();
  /** First outputs of records that are not settled, by source offset. */
  readonly #open = new Map<number, Map<string, number>>();
  readonly #earlier: Map<string, number>;
  readonly #earlierUntil: number;

  /** @param ends how far the outputs were read when the partition was taken over */
  constructor(ends: readonly OutputPosition[], { since, until }: EarlierOutputs = { since: [], until: 0 }) {
    for (const end of ends) this.#ends.set(keyOf(end), end);
    this.#earlier = new Map(since.map((position) => [keyOf(position), position.offset]));
    this.#earlierUntil = until;
  }

  /** An output of the source record was acknowledged at `offset`. */
  published(source: number, output: TopicPartition, offset: number): void {
    const key = keyOf(output);
    this.#moveEnd(output, offset + 1);
    const marks = this.#open.get(source) ?? new Map<string, number>();
    this.#open.set(source, marks.set(key, Math.min(offset, marks.get(key) ?? offset)));
  }

  /** The source record is settled: a commit says so itself. */
  settled(source: number): void {
    this.#open.delete(source);
  }

  /** Where the output ends now, asked while no output of this source partition was on its way. */
  passOver(output: TopicPartition, end: number): void {
    this.#moveEnd(output, end);
  }

  /** @param watermark below it all records of the source are done */
  positions(watermark: number): OutputPosition[] {
    const marks = [...this.#open.values(), ...(watermark < this.#earlierUntil ? [this.#earlier] : [])];
    return [...this.#ends].map(([key, end]) => {
      const offset = marks.reduce((least, of) => Math.min(least, of.get(key) ?? least), end.offset);
      return { ...end, offset };
    });
  }

  #moveEnd({ topic, partition }: TopicPartition, offset: number): void {
    const key = keyOf({ topic, partition });
    if (offset > (this.#ends.get(key)?.offset ?? -1)) this.#ends.set(key, { topic, partition, offset });
  }
}

function keyOf({ topic, partition }: TopicPartition): string {
  return `${topic}/${partition}`;
}
