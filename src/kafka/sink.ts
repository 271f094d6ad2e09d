/**
 * Writes output records, each acknowledged by all in-sync replicas before its promise resolves. kafkajs sends one
 * request per call and knows no linger: here a record that comes alone goes at once, and those that come while a
 * request is on its way form the next one.
 */
import type { Producer, RecordMetadata } from 'kafkajs';
import { type Clock, wait } from '../clock.ts';
import { CallmatchError } from '../errors.ts';

export interface OutputRecord {
  readonly topic: string;
  readonly partition: number;
  readonly key: Buffer | string | null;
  readonly value: Buffer | null;
  readonly headers?: Readonly<Record<string, Buffer | string | (Buffer | string)[]>>;
}

export interface PublishOptions {
  /** Takes the record back while it is not on its way: somebody else publishes it. */
  readonly signal?: AbortSignal;
  /**
   * Told the offset of the record, for all records of a request before any promise resolves: whoever looks in between
   * must not see a later record acknowledged and an earlier one not.
   */
  readonly acknowledged?: (offset: number) => void;
}

export interface Sink extends AsyncDisposable {
  /** Throws `broker-unavailable` when no broker answers or lets us in. */
  connect(): Promise<void>;
  /**
   * Resolves when the record is acknowledged. A broker that is down is waited for, without end; rejects with
   * `record-too-large` when the broker refuses this very record, with the signal's reason when it aborts, and with the
   * reason of the close when it is closed.
   */
  publish(record: OutputRecord, options?: PublishOptions): Promise<void>;
}

export interface SinkParts {
  /** Makes a producer; again when one has failed for long: one of kafkajs can be beyond help. */
  readonly producer: () => Producer;
  /** Whether this process may write at all: not when others may have taken over its work. */
  readonly mayWrite: () => boolean;
  readonly clock: Clock;
  readonly events: SinkEvents;
}

export interface SinkEvents {
  publishFailed(error: unknown, records: number): void;
}

/** Bounds of one request; well below the broker's default of 1 MiB per batch. */
const LARGEST_REQUEST = { records: 1_000, bytes: 512 * 1024 } as const;
/** Bytes that a record adds besides key and value. */
const RECORD_OVERHEAD = 100;
/** While records keep coming, one request in this time: a request costs the broker as much as a hundred records. */
const PACE_MS = 10;
const RETRY_MS = { first: 100, longest: 5_000 } as const;
/** Failed requests in a row, each tried for seconds by kafkajs itself, after which the producer is replaced. */
const FAILURES_OF_A_PRODUCER = 3;
/** How soon to look again whether we may write. */
const HELD_MS = 50;
/** What brokers answer to a record over their limit; the second is the topic's, the first the log segment's. */
const TOO_LARGE = new Set(['RECORD_LIST_TOO_LARGE', 'MESSAGE_TOO_LARGE']);

interface Pending {
  readonly record: OutputRecord;
  readonly bytes: number;
  readonly options: PublishOptions;
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

export function createSink({ producer: create, mayWrite, clock, events }: SinkParts): Sink {
  const closing = new AbortController();
  let producer = create();
  let queue: Pending[] = [];
  let running: Promise<void> | undefined;

  const drain = async () => {
    // One turn of the event loop: calls that end together go out together.
    await new Promise(setImmediate);
    while (queue.length > 0) {
      const batch = cut(queue);
      queue = queue.slice(batch.length);
      const isFull = queue.length > 0;
      const start = clock.now();
      await write(batch);
      // Only under load is anything waiting by now: more records a request is less work for both sides.
      const rest = start + PACE_MS - clock.now();
      if (!isFull && queue.length > 0 && rest > 0) await wait(clock, rest, closing.signal).catch(() => {});
    }
    running = undefined;
  };

  const write = async (batch: readonly Pending[]): Promise<void> => {
    let pause: number = RETRY_MS.first;
    let open = batch;
    for (let failures = 0; ; ) {
      // Asked again before each try: while we waited the records may have become another's to write.
      open = open.filter(isWanted);
      if (open.length === 0) return;
      try {
        closing.signal.throwIfAborted();
        if (!mayWrite()) {
          await wait(clock, HELD_MS, closing.signal);
          continue;
        }
        const request = { acks: -1, topicMessages: byTopic(open, String(clock.wall())) };
        open = acknowledge(open, await producer.sendBatch(request));
        if (open.length === 0) return;
        throw new Error(`kafkajs has left ${open.length} records out of a request`);
      } catch (error) {
        if (closing.signal.aborted) {
          for (const { reject } of open) reject(closing.signal.reason);
          return;
        }
        if (isTooLarge(error)) return await divide(open, error);
        events.publishFailed(error, open.length);
        failures += 1;
        if (failures % FAILURES_OF_A_PRODUCER === 0) await replace();
        await wait(clock, pause, closing.signal).catch(() => {});
        pause = Math.min(RETRY_MS.longest, pause * 2);
      }
    }
  };

  const replace = async () => {
    const old = producer;
    producer = create();
    await old.disconnect().catch(() => {});
    // If this fails the next try does, and says so.
    await producer.connect().catch(() => {});
  };

  /** The limit counts the batch: halve it until the record that is too large stands alone. */
  const divide = async (batch: readonly Pending[], error: unknown): Promise<void> => {
    if (batch.length === 1) {
      const [pending] = batch;
      const message = `${pending?.record.topic} refuses a record of ${pending?.bytes} bytes`;
      return pending?.reject(new CallmatchError('record-too-large', message, { cause: error }));
    }
    const middle = Math.ceil(batch.length / 2);
    await write(batch.slice(0, middle));
    await write(batch.slice(middle));
  };

  return {
    connect: () => producer.connect(),
    publish(record, options = {}) {
      if (closing.signal.aborted) return Promise.reject(closing.signal.reason);
      return new Promise<void>((resolve, reject) => {
        queue.push({ record, bytes: sizeOf(record), options, resolve, reject });
        running ??= drain();
      });
    },
    async [Symbol.asyncDispose]() {
      closing.abort(new Error('the sink is closed'));
      await running;
      await producer.disconnect();
    },
  };
}

/** False for a record that was taken back; its promise is rejected. */
function isWanted({ options: { signal }, reject }: Pending): boolean {
  if (signal?.aborted) reject(signal.reason);
  return signal?.aborted !== true;
}

/**
 * The records of a partition stand in the log in the order of the request, from the base offset on.
 * @returns those that were not written: when one of two leaders answers that it leads no more, and the other one leads
 * by the time kafkajs tries again, it does not ask that one again (producer/sendMessages), and says nothing of it
 */
function acknowledge(batch: readonly Pending[], answer: readonly RecordMetadata[]): readonly Pending[] {
  const next = new Map(answer.map(({ topicName, partition, baseOffset }) => [`${topicName}/${partition}`, baseOffset]));
  const written: Pending[] = [];
  const left: Pending[] = [];
  for (const pending of batch) {
    const key = `${pending.record.topic}/${pending.record.partition}`;
    if (!next.has(key)) {
      left.push(pending);
      continue;
    }
    written.push(pending);
    const offset = Number(next.get(key));
    next.set(key, String(offset + 1));
    // Brokers before 0.11 name no base offset: then nobody reads past it.
    if (!Number.isNaN(offset)) pending.options.acknowledged?.(offset);
  }
  for (const { resolve } of written) resolve();
  return left;
}

/** The longest prefix within the bounds of one request, but at least one record. */
function cut(queue: readonly Pending[]): Pending[] {
  let bytes = 0;
  let count = 0;
  for (const pending of queue) {
    bytes += pending.bytes;
    if (count > 0 && (bytes > LARGEST_REQUEST.bytes || count >= LARGEST_REQUEST.records)) break;
    count += 1;
  }
  return queue.slice(0, count);
}

function byTopic(batch: readonly Pending[], timestamp: string) {
  const topics = new Map<
    string,
    { partition: number; key: Buffer | string | null; value: Buffer | null; timestamp: string }[]
  >();
  for (const { record } of batch) {
    const { topic, partition, key, value, headers } = record;
    const messages = topics.get(topic) ?? [];
    if (messages.length === 0) topics.set(topic, messages);
    messages.push({ partition, key, value, timestamp, ...(headers !== undefined && { headers: { ...headers } }) });
  }
  return [...topics].map(([topic, messages]) => ({ topic, messages }));
}

function isTooLarge(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if ('type' in cause && typeof cause.type === 'string' && TOO_LARGE.has(cause.type)) return true;
  }
  return false;
}

function sizeOf({ key, value, headers = {} }: OutputRecord): number {
  let bytes = RECORD_OVERHEAD + (key?.length ?? 0) + (value?.length ?? 0);
  for (const [name, header] of Object.entries(headers)) {
    bytes += name.length + [header].flat().reduce((sum, part) => sum + part.length, 0);
  }
  return bytes;
}
