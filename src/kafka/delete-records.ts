/** Deletes the beginning of a partition. */
import type { Admin } from 'kafkajs';
import { CallmatchError, messageOf } from '../errors.ts';
import type { TopicPartition } from './delivery.ts';

/** Deletes everything below the offset. Throws `broker-unavailable`, also where we may not. */
export async function deleteRecordsBelow(
  admin: Pick<Admin, 'fetchTopicOffsets' | 'deleteTopicRecords'>,
  { topic, partition }: TopicPartition,
  offset: number,
): Promise<void> {
  try {
    // kafkajs looks for the leader among topics that it knows, and gets to know one only when it is asked for this.
    await admin.fetchTopicOffsets(topic);
    await admin.deleteTopicRecords({ topic, partitions: [{ partition, offset: String(offset) }] });
  } catch (error) {
    const message = `records of ${topic}/${partition} could not be deleted: ${messageOf(error)}`;
    throw new CallmatchError('broker-unavailable', message, { cause: error });
  }
}
