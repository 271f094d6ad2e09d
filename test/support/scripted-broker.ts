/** A broker behind a producer, with a size limit, that can be down. A real one (scenario suite) does not fail on command. */
import {
  KafkaJSNonRetriableError,
  KafkaJSProtocolError,
  type Producer,
  type ProducerBatch,
  type RecordMetadata,
} from 'kafkajs';
import { createSink, type OutputRecord } from '../../src/kafka/sink.ts';
import { ManualClock } from './manual-clock.ts';

export class ScriptedBroker {
  /** Keys by partition, in the order of writing. */
  readonly written = new Map<string, string[]>();
  readonly batches: ProducerBatch[] = [];
  /** Requests to fail, before the next one goes through. */
  outages = 0;
  /** Requests of which only the first partition is written, and kafkajs says nothing of the others. */
  omissions = 0;
  disconnects = 0;
  /** Holds requests back until it is opened. */
  door: Promise<void> = Promise.resolve();
  readonly #limit: number;

  constructor(limit = Number.POSITIVE_INFINITY) {
    this.#limit = limit;
  }

  async connect(): Promise<void> {}

  async sendBatch(batch: ProducerBatch): Promise<RecordMetadata[]> {
    this.batches.push(batch);
    await this.door;
    if (this.outages > 0) {
      this.outages -= 1;
      throw new Error('no leader');
    }
    let partitions = partitionsOf(batch);
    if (this.omissions > 0) {
      this.omissions -= 1;
      partitions = partitions.slice(0, 1);
    }
    // A broker refuses per partition: the others of the request are written all the same.
    const fitting = partitions.filter(({ bytes }) => bytes <= this.#limit);
    const answer = fitting.map(({ topicName, partition, keys }) => {
      return { topicName, partition, errorCode: 0, baseOffset: this.#write(`${topicName}/${partition}`, keys) };
    });
    if (fitting.length < partitions.length) throw tooLarge();
    return answer;
  }

  async disconnect(): Promise<void> {
    this.disconnects += 1;
  }

  /** The offset of the first one. */
  #write(partition: string, keys: readonly string[]): string {
    const log = this.written.get(partition) ?? [];
    this.written.set(partition, [...log, ...keys]);
    return String(log.length);
  }
}

/** A sink at such a broker. */
export function openSink(broker = new ScriptedBroker()) {
  const clock = new ManualClock();
  const failures: number[] = [];
  const world = { broker, clock, failures, producers: 0, mayWrite: true };
  const sink = createSink({
    producer() {
      world.producers += 1;
      // Only these three methods of a producer are used.
      return broker as unknown as Producer;
    },
    mayWrite: () => world.mayWrite,
    clock,
    events: { publishFailed: (_error, records) => failures.push(records) },
  });
  return Object.assign(world, { sink });
}

export function output(key: string, { partition = 0, bytes = 10, topic = 'calls.enriched' } = {}): OutputRecord {
  return { topic, partition, key, value: Buffer.alloc(bytes) };
}

function partitionsOf({ topicMessages = [] }: ProducerBatch) {
  return topicMessages.flatMap(({ topic, messages }) =>
    [...Map.groupBy(messages, ({ partition = 0 }) => partition)].map(([partition, own]) => ({
      topicName: topic,
      partition,
      keys: own.map(({ key }) => String(key)),
      bytes: own.reduce((sum, { value }) => sum + (value?.length ?? 0), 0),
    })),
  );
}

/** As kafkajs 2.2.4 throws it: its retrier wraps the answer of the broker. */
function tooLarge(): Error {
  const answer = Object.assign(new Error('too large'), { type: 'MESSAGE_TOO_LARGE', code: 10, retriable: false });
  const error = new KafkaJSProtocolError(answer);
  return Object.assign(new KafkaJSNonRetriableError(error), { cause: error });
}
