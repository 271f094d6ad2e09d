/** A record in our hands: what was read, and the one way to say that it is done. */

export interface TopicPartition {
  readonly topic: string;
  readonly partition: number;
}

export type Headers = Readonly<Record<string, Buffer | string | (Buffer | string)[] | undefined>>;

export interface Delivery extends TopicPartition {
  readonly offset: number;
  /** Timestamp of the record, epoch milliseconds. */
  readonly timestamp: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: Headers;
  /** Aborts when nothing more may be sent for this record: its partition has another owner, or the process stops. */
  readonly signal: AbortSignal;
  /**
   * The record has become something durable, or needs nothing: it may be committed.
   * Ignored when the partition was lost meanwhile: its new owner decides.
   */
  settle(): void;
}

/** Takes one record, or refuses it for now; a refused one is delivered again after `Source.resume`. */
export type Accept = (delivery: Delivery) => boolean;

export interface PartitionStatus extends TopicPartition {
  /** Next offset to commit: every record below is settled. */
  readonly watermark: number;
  /** Records between the watermark and the newest one read. */
  readonly span: number;
  /** Records taken and not settled. */
  readonly unsettled: number;
  /** Records between the watermark and the end of the partition, as of the last fetch. */
  readonly lag: number;
  readonly paused: boolean;
}

/** Where records come from. */
export interface Source extends AsyncDisposable {
  /** Joins the group and delivers until `stop`. */
  start(accept: Accept): Promise<void>;
  /** Delivers again from a partition whose record was refused. */
  resume(partition: TopicPartition): void;
  /** No more deliveries, and nothing more to be sent for those that are out; they can still be settled. */
  stopFetching(): void;
  /** Commits every watermark that moved. Resolves when acknowledged; rejects when it could not be. */
  commit(): Promise<void>;
  /** Whether the group was joined and every partition restored. */
  readonly isReady: boolean;
  partitions(): readonly PartitionStatus[];
  /** Rejects when the source can never deliver again. */
  readonly failed: Promise<never>;
}
