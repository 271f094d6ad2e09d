/** Writes records of several topics so that all of them can be read, or none. */
import type { Producer } from 'kafkajs';
import { CallmatchError, messageOf } from '../errors.ts';
import type { OutputRecord } from './sink.ts';

export interface TransactionalRecord extends OutputRecord {
  /** Epoch milliseconds. Default: the time of the write. */
  readonly timestamp?: number;
}

/**
 * Resolves when the records stand in their topics. Rejects with `broker-unavailable`; then none of them can be read, or
 * nobody knows whether they can, if the answer to the commit was lost.
 */
export async function writeTogether(producer: Producer, records: readonly TransactionalRecord[]): Promise<void> {
  const transaction = await producer.transaction();
  try {
    await transaction.sendBatch({ acks: -1, topicMessages: byTopic(records) });
  } catch (error) {
    await transaction.abort().catch(() => {});
    throw explained(error);
  }
  await transaction.commit().catch((error: unknown) => Promise.reject(explained(error)));
}

function explained(error: unknown): CallmatchError {
  return new CallmatchError('broker-unavailable', `the transaction failed: ${messageOf(error)}`, { cause: error });
}

function byTopic(records: readonly TransactionalRecord[]) {
  return [...Map.groupBy(records, ({ topic }) => topic)].map(([topic, ofTopic]) => ({
    topic,
    messages: ofTopic.map(({ partition, key, value, headers = {}, timestamp }) => {
      return {
        partition,
        key,
        value,
        headers: { ...headers },
        ...(timestamp !== undefined && { timestamp: String(timestamp) }),
      };
    }),
  }));
}
