/** Reads topics from their beginning to the end they had when the reading began, outside of every consumer group. */
import type { KafkaClient } from './client.ts';
import type { ReadRecord } from './range-reader.ts';

/** Calls `onRecord` for every record; resolves when the end is reached. Order holds within a partition. */
export async function readToEnd(
  kafka: Pick<KafkaClient, 'reader'>,
  topics: readonly string[],
  onRecord: (record: ReadRecord) => void,
): Promise<void> {
  await using reader = kafka.reader();
  // Whatever `onRecord` returns: it is not to stop the reading.
  const onEach = (record: ReadRecord) => void onRecord(record);
  await Promise.all(
    topics.map(async (topic) => {
      const bounds = await reader.bounds(topic);
      await Promise.all(
        bounds.map(({ partition, start, end }) => reader.read({ topic, partition }, { from: start, to: end }, onEach)),
      );
    }),
  );
}
