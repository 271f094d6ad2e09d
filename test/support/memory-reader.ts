/** A reader of partitions that a test writes to while it is read. */
import type { TopicPartition } from '../../src/kafka/delivery.ts';
import type { PartitionBounds } from '../../src/kafka/partition-logs.ts';
import type { OffsetRange, RangeReader, ReadRecord } from '../../src/kafka/range-reader.ts';

/** What is written; the rest of a record follows from its place. */
export type Written = Partial<Pick<ReadRecord, 'value' | 'headers'>>;

interface Log {
  readonly partition: TopicPartition;
  start: number;
  records: ReadRecord[];
}

export class MemoryReader implements RangeReader {
  /** Every read: of which partition, and from where. */
  readonly reads: string[] = [];
  /** While it is set every request fails with it. */
  trouble: Error | undefined;
  readonly #logs = new Map<string, Log>();

  /** @param partitions how many of each topic */
  constructor(partitions: Readonly<Record<string, number>>) {
    for (const [topic, count] of Object.entries(partitions)) {
      for (let partition = 0; partition < count; partition += 1) {
        this.#logs.set(`${topic}/${partition}`, { partition: { topic, partition }, start: 0, records: [] });
      }
    }
  }

  /** @returns the offset at which it stands */
  append(partition: TopicPartition, { value = null, headers = {} }: Written): number {
    const log = this.#log(partition);
    const offset = endOf(log);
    log.records.push({ ...log.partition, offset, timestamp: 0, key: null, value, headers });
    return offset;
  }

  /** As retention does. */
  deleteBelow(partition: TopicPartition, offset: number): void {
    const log = this.#log(partition);
    log.records = log.records.filter((record) => record.offset >= offset);
    log.start = offset;
  }

  /** As when the topic is deleted and created again. */
  clear(partition: TopicPartition): void {
    Object.assign(this.#log(partition), { start: 0, records: [] });
  }

  async read(
    partition: TopicPartition,
    { from, to = Number.POSITIVE_INFINITY }: OffsetRange,
    onRecord: (record: ReadRecord) => unknown,
    signal?: AbortSignal,
  ): Promise<number> {
    signal?.throwIfAborted();
    this.reads.push(`${partition.topic}/${partition.partition} from ${from}`);
    if (this.trouble) throw this.trouble;
    const log = this.#log(partition);
    const end = Math.min(to, endOf(log));
    for (const record of log.records.filter(({ offset }) => offset >= from && offset < end)) {
      if (onRecord(record) === false) return record.offset + 1;
    }
    return end;
  }

  async bounds(topic: string): Promise<readonly PartitionBounds[]> {
    if (this.trouble) throw this.trouble;
    return [...this.#logs.values()]
      .filter((log) => log.partition.topic === topic)
      .map((log) => {
        const end = endOf(log);
        return { partition: log.partition.partition, start: log.start, end, highWatermark: end };
      });
  }

  async [Symbol.asyncDispose](): Promise<void> {}

  #log({ topic, partition }: TopicPartition): Log {
    const log = this.#logs.get(`${topic}/${partition}`);
    if (log === undefined) throw new Error(`there is no ${topic}/${partition}`);
    return log;
  }
}

function endOf({ start, records }: Log): number {
  return (records.at(-1)?.offset ?? start - 1) + 1;
}
