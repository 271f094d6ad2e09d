/** Where records come from. */
import type { Accept, PartitionStatus, Tenure, TopicPartition } from './delivery.ts';
import type { ParkedFound } from './parked-found.ts';

/** Told of every partition when it becomes ours, and of what earlier owners have parked of it. */
export type Opened = (tenure: Tenure, found: ParkedFound) => void;

export interface Source extends AsyncDisposable {
  /** Joins the group and delivers until `stop`. */
  start(accept: Accept, opened: Opened): Promise<void>;
  /** Delivers again from a partition whose record was refused. */
  resume(partition: TopicPartition): void;
  /** No more deliveries, and nothing more to be sent for those that are out; they can still be settled. */
  stopFetching(): void;
  /**
   * The last commit, after which nothing is sent: it names exactly what was, so that a drained stop leaves nothing in
   * doubt. Resolves when acknowledged; rejects when it could not be.
   */
  commitLast(): Promise<void>;
  /** Whether the broker counts on us: outputs may be written. Not so after a freeze, until it has answered again. */
  mayWrite(): boolean;
  /** Whether the group was joined and every partition restored. */
  readonly isReady: boolean;
  partitions(): readonly PartitionStatus[];
  /** Rejects when the source can never deliver again. */
  readonly failed: Promise<never>;
}
