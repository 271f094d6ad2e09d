/** What a scenario does with the cluster of the run: topics of its own, records in, records out. */
import { randomUUID } from 'node:crypto';
import {
  type Admin,
  type CompressionTypes,
  Kafka,
  type KafkaMessage,
  logLevel,
  type Message,
  Partitioners,
  type RecordMetadata,
} from 'kafkajs';
import { inject } from 'vitest';
import { cureKafkajs } from '../../src/kafka/cures.ts';
import { createTopics } from '../../src/kafka/topics.ts';

export type ConsumedRecord = KafkaMessage & { readonly topic: string; readonly partition: number };

export interface Cluster extends AsyncDisposable {
  readonly brokers: readonly string[];
  readonly registryUrl: string;
  /** For what is not offered here. */
  readonly kafka: Kafka;
  /** Connected. */
  readonly admin: Admin;
  /**
   * Makes a topic of that name with a random end, so that tests that run at the same time do not meet. Returns its name.
   * `partitions` is 1 by default; `config` holds topic settings such as `{'max.message.bytes': '5000000'}`.
   */
  createTopic(name: string, partitions?: number, config?: Readonly<Record<string, string>>): Promise<string>;
  /** Makes topics of exactly these names, for what derives one topic's name from another's. */
  createTopicsNamed(names: readonly string[], partitions?: number): Promise<void>;
  /** Writes all records in one request and awaits all acknowledgements. */
  produce(topic: string, messages: Message[], compression?: CompressionTypes): Promise<RecordMetadata[]>;
  /** Reads from the beginning until there are `count` records. Rejects when there are fewer within `withinMs` (20 s). */
  consume(topic: string, count: number, withinMs?: number): Promise<ConsumedRecord[]>;
}

/** `name` with a random end, for groups, clients and whatever else must be a test's own. */
export function uniqueName(name: string): string {
  return `${name}-${randomUUID().slice(0, 8)}`;
}

/** Connects to a cluster. Default: the one that the global set-up started. */
export async function connectCluster(
  { brokers, registryUrl }: Pick<Cluster, 'brokers' | 'registryUrl'> = {
    brokers: inject('brokers'),
    registryUrl: inject('registryUrl'),
  },
): Promise<Cluster> {
  cureKafkajs();
  const kafka = new Kafka({ brokers: [...brokers], clientId: uniqueName('test'), logLevel: logLevel.NOTHING });
  const admin = kafka.admin();
  const producer = kafka.producer({
    allowAutoTopicCreation: false,
    createPartitioner: Partitioners.DefaultPartitioner,
    // kafkajs sends a whole request again when one partition of a new topic has no leader yet.
    idempotent: true,
    maxInFlightRequests: 1,
  });
  await Promise.all([admin.connect(), producer.connect()]);

  const createNamed = (names: readonly string[], partitions: number, config: Readonly<Record<string, string>>) =>
    createTopics(
      admin,
      names.map((name) => ({ name, role: 'source', partitions, config })),
      1,
    );

  return {
    brokers,
    registryUrl,
    kafka,
    admin,
    async createTopic(name, partitions = 1, config = {}) {
      const topic = uniqueName(name);
      await createNamed([topic], partitions, config);
      return topic;
    },
    async createTopicsNamed(names, partitions = 1) {
      await createNamed(names, partitions, {});
    },
    produce: (topic, messages, compression) =>
      producer.send({ topic, messages, acks: -1, ...(compression !== undefined && { compression }) }),
    consume: (topic, count, withinMs = 20_000) => consumeUntil(kafka, topic, count, withinMs),
    async [Symbol.asyncDispose]() {
      await Promise.all([admin.disconnect(), producer.disconnect()]);
    },
  };
}

async function consumeUntil(kafka: Kafka, topic: string, count: number, withinMs: number): Promise<ConsumedRecord[]> {
  const records: ConsumedRecord[] = [];
  if (count === 0) return records;
  const consumer = kafka.consumer({
    groupId: uniqueName('reader'),
    maxWaitTimeInMs: 100,
    allowAutoTopicCreation: false,
  });
  const complete = Promise.withResolvers<void>();
  const deadline = setTimeout(
    () => complete.reject(new Error(`${records.length} of ${count} records in ${topic} after ${withinMs} ms`)),
    withinMs,
  );
  try {
    await consumer.connect();
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    consumer.on('consumer.crash', ({ payload }) => complete.reject(payload.error));
    await consumer.run({
      eachBatch: async ({ batch }) => {
        for (const message of batch.messages) {
          records.push({ ...message, topic, partition: batch.partition });
        }
        if (records.length >= count) complete.resolve();
      },
    });
    await complete.promise;
  } finally {
    clearTimeout(deadline);
    await consumer.disconnect();
  }
  return records;
}
