/** A record in our hands: what was read, what may be done with it, and the one way to say that it is done. */

export interface TopicPartition {
  readonly topic: string;
  readonly partition: number;
}

export type Headers = Readonly<Record<string, Buffer | string | (Buffer | string)[] | undefined>>;

/** Whether something may be sent for a record at this very moment: its partition is ours, and the broker knows us. */
export interface Permission {
  /** Not now: the group is rebalancing, the partition is being restored, or there was no heartbeat for too long. */
  granted(): boolean;
  /** Resolves when it may be granted again; rejects with the signal's reason when it aborts. */
  wait(signal: AbortSignal): Promise<void>;
  /**
   * Asked last, right before the send. `true`: it goes, and counts as sent. A promise: a commit has to say so first;
   * it resolves soon, with true when it is worth to ask again, with false when all that is held should be given back.
   */
  claim(): true | Promise<boolean>;
}

/** What earlier owners of the partition have published of its records. A call is named by a text of the caller's. */
export interface ReadBack {
  /** Whether the call has an end, as far as the outputs have been read. */
  hasEnded(offset: number, call: string): boolean;
  /**
   * The same, once nothing of an earlier owner can come any more: at once when the end is there, else when the time to
   * settle has passed. Rejects with the signal's reason when it aborts first.
   */
  untilSettled(offset: number, call: string, signal: AbortSignal): Promise<boolean>;
}

/** A partition while it is ours, for calls that do not go the straight way of their record. */
export interface Tenure extends TopicPartition {
  readonly issuing: {
    /** Aborts when nothing more may be sent. */
    readonly sending: AbortSignal;
    /** Aborts when nothing more may be published. */
    readonly publishing: AbortSignal;
    /** For calls of which something durable says already that they may have been sent. */
    readonly issued: Permission;
  };
  /** Keeps an output to be read again until the call is settled. @param mark names the call; below 0 it is no offset */
  readonly outputs: {
    published(mark: number, output: TopicPartition, offset: number): void;
    settled(mark: number): void;
  };
  /** Records that may come on top of those that are unsettled. */
  readonly room: number;
  /** The newest record is so far from the oldest one that is not done that before long nothing is read any more. */
  readonly isPressed: boolean;
  /** Less than half of what it may hold is unsettled: of records, of their bytes, and between oldest and newest. */
  readonly hasRoom: boolean;
}

export interface Delivery extends TopicPartition {
  readonly offset: number;
  /** Timestamp of the record, epoch milliseconds. */
  readonly timestamp: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: Headers;
  /** Aborts when nothing more may be sent for this record: its partition has another owner, or the process stops. */
  readonly signal: AbortSignal;
  /** Aborts when nothing more may be published for this record: its new owner publishes it. */
  readonly publishing: AbortSignal;
  readonly permission: Permission;
  /** An earlier owner may have sent this record's calls, and did not say that they are done. */
  readonly inDoubt: boolean;
  /** The calls of this record were taken when it came for the first time: only their outcomes are missing. Default false. */
  readonly isTaken?: boolean;
  readonly readBack: ReadBack;
  /** The ownership of the partition that the record came with; undefined where nothing can be parked. */
  readonly tenure: Tenure | undefined;
  /** An output of this record was acknowledged. Call it as soon as that is known, before anything is awaited. */
  published(output: TopicPartition, offset: number): void;
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
  /** Records were deleted before they were read: nothing is read until a person decides. */
  readonly offsetLost: boolean;
}
