/** What a new owner finds of the calls that earlier ones have parked. */
import type { Delivery, ReadBack, TopicPartition } from './delivery.ts';
import type { ParkedIndex } from './parked-index.ts';

/** A parked call that HubSpot may have. */
export interface ParkedDoubt {
  readonly portal: string;
  /** Offset in the parked topic. */
  readonly at: number;
  /** Offset of its source record, and its name among the calls of it. */
  readonly offset: number;
  /** Undefined for a call of several records: its name shows when they are read. */
  readonly call: string | undefined;
}

/** A record as it was read. */
export type TakenRecord = Pick<Delivery, 'topic' | 'partition' | 'offset' | 'timestamp' | 'key' | 'value' | 'headers'>;

/** A parked record of a call that is not whole yet. */
export interface HeldRecord {
  /** Offset in the parked topic. */
  readonly at: number;
  /** Offset of its source record, and the place of the part in it. */
  readonly offset: number;
  readonly callIndex: number;
  /** Timestamp of its source record, epoch milliseconds. */
  readonly recordTime: number;
  /** The source record once more. */
  readonly source: TakenRecord;
  readonly inDoubt: boolean;
  /** Undefined where only the whole call tells it. */
  readonly portal: string | undefined;
}

/** What has been parked of a call that is not whole yet. */
export interface HeldCall {
  /** What its records have in common. */
  readonly key: string;
  /** Source offset of the first record it had, which names it together with the key. */
  readonly first: number;
  /** Records it has; undefined when it was open. */
  readonly size: number | undefined;
  /** In the order of the source, at least one. */
  readonly records: readonly HeldRecord[];
}

export interface ParkedFound {
  /** The partition of the parked topic. */
  readonly place: TopicPartition;
  readonly index: ParkedIndex;
  /** Ends of the parked calls in the outputs. That a call was parked is none. */
  readonly ends: ReadBack;
  readonly doubts: readonly ParkedDoubt[];
  readonly held: readonly HeldCall[];
  /** What the records of calls have in common that are whole, and not over. */
  readonly whole: readonly string[];
  /**
   * Resolves when nothing of an earlier owner can come any more, with the offsets of records that it has written twice
   * and whose calls have ended; never, when the partition is lost before.
   */
  readonly settled: Promise<readonly number[]>;
}
