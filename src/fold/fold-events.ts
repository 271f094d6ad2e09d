/** What happens to calls of several records; for logs and metrics. */
import type { TopicPartition } from '../kafka/delivery.ts';
import type { ClosedBy } from './open-folds.ts';

export interface FoldEvents {
  closed(by: ClosedBy, parts: number): void;
  late(partition: TopicPartition, offset: number): void;
  /** An earlier owner has parked it. */
  parkedBefore(partition: TopicPartition, offset: number): void;
  /** It could not be found out what was read to its end; it is tried again. */
  lookFailed(error: unknown): void;
}
