/** Reads topics from their beginning to the end they had when the reading began, outside of every consumer group of ours. */
import { randomUUID } from 'node:crypto';
import type { KafkaClient } from './client.ts';
import type { Headers } from './delivery.ts';

export interface ReadRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly timestamp: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: Headers;
}

/** kafkajs reads only as a member of a group; this one commits nothing, so nothing of it stays. */
const SESSION_TIMEOUT_MS = 10_000;

/** Calls `onRecord` for every record; resolves when the end is reached. Order holds within a partition. */
export async function readToEnd(
  kafka: KafkaClient,
  topics: readonly string[],
  onRecord: (record: ReadRecord) => void,
): Promise<void> {
  const ends = await endsOf(kafka, topics);
  if (ends.size === 0) return;
  const consumer = kafka.consumer({ groupId: `callmatch-reader-${randomUUID()}`, sessionTimeout: SESSION_TIMEOUT_MS });
  const finished = Promise.withResolvers<void>();
  consumer.on(consumer.events.CRASH, ({ payload }) => finished.reject(payload.error));
  try {
    await consumer.connect();
    await consumer.subscribe({ topics: [...topics], fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachBatch: async ({ batch }) => {
        const end = ends.get(`${batch.topic}/${batch.partition}`) ?? 0;
        for (const { offset, timestamp, key, value, headers = {} } of batch.messages) {
          if (Number(offset) >= end) break;
          const { topic, partition } = batch;
          onRecord({ topic, partition, offset: Number(offset), timestamp: Number(timestamp), key, value, headers });
        }
        if (Number(batch.lastOffset()) + 1 >= end) ends.delete(`${batch.topic}/${batch.partition}`);
        if (ends.size === 0) finished.resolve();
      },
    });
    await finished.promise;
  } finally {
    await consumer.disconnect();
  }
}

/** End offsets of the partitions that have records, by `topic/partition`. */
async function endsOf(kafka: KafkaClient, topics: readonly string[]): Promise<Map<string, number>> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    const ends = new Map<string, number>();
    for (const topic of topics) {
      for (const { partition, low, high } of await admin.fetchTopicOffsets(topic)) {
        if (Number(high) > Number(low)) ends.set(`${topic}/${partition}`, Number(high));
      }
    }
    return ends;
  } finally {
    await admin.disconnect();
  }
}
