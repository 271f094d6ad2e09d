import type { TopicPartition } from './delivery.ts';

/** Whether both are one partition of one topic. */
export function isSamePartition(one: TopicPartition, other: TopicPartition): boolean {
  return one.partition === other.partition && one.topic === other.topic;
}
