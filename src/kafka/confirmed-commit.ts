/**
 * Commits offsets, and makes sure that they were committed. kafkajs resolves also where it commits nothing: while its
 * consumer is down, and for a partition that is not assigned any more. What counts is what it says to have committed.
 */
import type { Consumer, TopicPartitionOffsetAndMetadata } from 'kafkajs';
import { CallmatchError } from '../errors.ts';

/** Resolves when all are acknowledged. Throws `broker-unavailable` when one of them was not made. */
export async function commitConfirmed(
  consumer: Pick<Consumer, 'on' | 'events' | 'commitOffsets'>,
  offsets: readonly TopicPartitionOffsetAndMetadata[],
): Promise<void> {
  const made = new Set<string>();
  const stopListening = consumer.on(consumer.events.COMMIT_OFFSETS, ({ payload }) => {
    for (const { topic, partitions } of payload.topics)
      for (const { partition, offset } of partitions) made.add(nameOf({ topic, partition, offset }));
  });
  try {
    await consumer.commitOffsets([...offsets]);
  } finally {
    stopListening();
  }
  const missing = offsets.map(nameOf).filter((name) => !made.has(name));
  if (missing.length > 0) throw new CallmatchError('broker-unavailable', `not committed: ${missing.join(', ')}`);
}

function nameOf({ topic, partition, offset }: { topic: string; partition: number; offset: string }): string {
  // kafkajs has made a Long of the offset by the time it tells of it.
  return `${topic}/${partition}@${String(offset)}`;
}
