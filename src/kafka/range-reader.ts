/** Reads any range of offsets of any partition, without a consumer group: it begins at once and leaves nothing behind. */
import { untilAborted } from '../abort.ts';
import { type Clock, wait } from '../clock.ts';
import { CallmatchError, messageOf } from '../errors.ts';
import { committedMessages } from './committed-messages.ts';
import type { Headers, TopicPartition } from './delivery.ts';
import type { Fetched, PartitionBounds, PartitionLogs } from './partition-logs.ts';

/** Its buffers are slices of a whole answer, up to megabytes: copy what is kept for long. */
export interface ReadRecord extends TopicPartition {
  readonly offset: number;
  /** Epoch milliseconds; -1 where the record has none. */
  readonly timestamp: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: Headers;
}

export interface OffsetRange {
  /** Below the start of the log, the log is read from its start. */
  readonly from: number;
  /** First offset that is not read. Default, and at most: the last stable offset when the reading begins. */
  readonly to?: number | undefined;
}

/**
 * Every method rejects with `topic-missing`, with `broker-unavailable` when no broker has answered for half a minute or
 * none lets us in, with `undecodable` for a batch that cannot be decompressed, and with the reason of the signal.
 */
export interface RangeReader extends AsyncDisposable {
  /**
   * Gives the records of a range in their order, those of aborted transactions left out. Reads of several partitions may
   * run side by side.
   * @param onRecord returns false to stop; what it throws, `read` rejects with
   * @returns the offset at which a later read goes on: after the range, gaps included. Below `from` if the partition ends
   * below it, because it was deleted and created anew, or lost its newest records.
   */
  read(
    partition: TopicPartition,
    range: OffsetRange,
    onRecord: (record: ReadRecord) => unknown,
    signal?: AbortSignal,
  ): Promise<number>;
  /** Where the partitions of a topic begin and end, in their order. */
  bounds(topic: string, signal?: AbortSignal): Promise<readonly PartitionBounds[]>;
}

const RETRY_MS = { first: 100, longest: 2_000 } as const;
/** Longer than a broker takes to start anew, and than a partition is without a leader. */
const PATIENCE_MS = 30_000;
/** A topic that was just created is not known to every broker at once. */
const MISSING_TOPIC_PATIENCE_MS = 3_000;

/** @param explain makes of what kafkajs throws what people can act on */
export function createRangeReader(
  logs: PartitionLogs,
  clock: Pick<Clock, 'now' | 'after'>,
  explain: (error: unknown) => CallmatchError,
): RangeReader {
  const closing = new AbortController();
  const signalOf = (signal?: AbortSignal) => (signal ? AbortSignal.any([signal, closing.signal]) : closing.signal);

  const patiently = async <Answer>(signal: AbortSignal, ask: () => Promise<Answer>): Promise<Answer> => {
    const since = clock.now();
    for (let pause: number = RETRY_MS.first; ; pause = Math.min(RETRY_MS.longest, pause * 2)) {
      signal.throwIfAborted();
      try {
        // kafkajs cannot be told to give up a request: it ends by itself, and its answer is ignored.
        return await untilAborted(ask(), signal);
      } catch (error) {
        signal.throwIfAborted();
        if (error instanceof CallmatchError) throw error;
        const isMissing = typeOf(error) === 'UNKNOWN_TOPIC_OR_PARTITION';
        const patience = isMissing ? MISSING_TOPIC_PATIENCE_MS : PATIENCE_MS;
        if (isFinal(error) || clock.now() + pause - since > patience) {
          throw isMissing ? new CallmatchError('topic-missing', messageOf(error), { cause: error }) : explain(error);
        }
      }
      await wait(clock, pause, signal);
    }
  };

  return {
    async read(partition, { from, to = Number.POSITIVE_INFINITY }, onRecord, callerSignal) {
      if (from >= to) return from;
      const signal = signalOf(callerSignal);
      // Where nothing is to be read, which is usual, this is all that is asked.
      const bounds = await patiently(signal, () => boundsOf(logs, partition));
      if (from > bounds.highWatermark) return bounds.end;
      const end = Math.min(to, bounds.end);
      let position = Math.max(from, bounds.start);
      while (position < end) {
        const fetched = await patiently(signal, () => logs.fetch(partition, position));
        if (fetched.kind === 'outside') {
          if (position > fetched.bounds.end) return fetched.bounds.end;
          position = fetched.bounds.start;
          continue;
        }
        for (const record of recordsOf(partition, fetched, position, end)) {
          if (onRecord(record) === false) return record.offset + 1;
          signal.throwIfAborted();
        }
        position = Math.min(end, fetched.next);
      }
      return position;
    },
    bounds: (topic, signal) => patiently(signalOf(signal), () => logs.bounds(topic)),
    async [Symbol.asyncDispose]() {
      closing.abort(new Error('the reader is closed'));
      await logs[Symbol.asyncDispose]();
    },
  };
}

async function boundsOf(logs: PartitionLogs, { topic, partition }: TopicPartition): Promise<PartitionBounds> {
  const [bounds] = await logs.bounds(topic, [partition]);
  if (bounds === undefined) throw new Error(`no bounds of ${topic}/${partition}`);
  return bounds;
}

function* recordsOf(
  { topic, partition }: TopicPartition,
  { messages, aborted }: Extract<Fetched, { kind: 'records' }>,
  from: number,
  to: number,
): Generator<ReadRecord> {
  for (const { offset: text, timestamp = '-1', key, value, headers = {} } of committedMessages(messages, aborted)) {
    const offset = Number(text);
    if (offset >= to) return;
    if (offset >= from) yield { topic, partition, offset, timestamp: Number(timestamp), key, value, headers };
  }
}

/** What kafkajs knows to fail again: we may not, or the credentials are wrong. Its own retries are no such reason. */
function isFinal(error: unknown): boolean {
  if (!(error instanceof Error) || error.name === 'KafkaJSNumberOfRetriesExceeded') return false;
  return 'retriable' in error && error.retriable === false;
}

/** Protocol errors of kafkajs have the name that Kafka gives them. */
function typeOf(error: unknown): unknown {
  return error instanceof Error && 'type' in error ? error.type : undefined;
}
