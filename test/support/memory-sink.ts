/** A sink that keeps what is published, acknowledges when the test lets it, and refuses what is too large. */
import { CallmatchError } from '../../src/errors.ts';
import type { OutputRecord, PublishOptions, Sink } from '../../src/kafka/sink.ts';

export class MemorySink implements Sink {
  readonly records: OutputRecord[] = [];
  /** Bytes of key, value and headers from which on a record is refused. */
  limit = Number.POSITIVE_INFINITY;
  /** Acknowledgements wait for this. */
  acknowledged: Promise<void> = Promise.resolve();

  async connect(): Promise<void> {}

  async publish(record: OutputRecord, { signal, acknowledged }: PublishOptions = {}): Promise<void> {
    const bytes = [record.value, record.key, ...Object.values(record.headers ?? {}).flat()].reduce(
      (sum, part) => sum + (part?.length ?? 0),
      0,
    );
    if (bytes >= this.limit) throw new CallmatchError('record-too-large', `${record.topic} refuses a record`);
    await this.acknowledged;
    signal?.throwIfAborted();
    this.records.push(record);
    acknowledged?.(this.records.length - 1);
  }

  of(topic: string): OutputRecord[] {
    return this.records.filter((record) => record.topic === topic);
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}
