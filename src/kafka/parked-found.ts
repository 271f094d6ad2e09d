/** What a new owner finds of the calls that earlier ones have parked. */
import type { ReadBack, TopicPartition } from './delivery.ts';
import type { ParkedIndex } from './parked-index.ts';

/** A parked call that HubSpot may have. */
export interface ParkedDoubt {
  readonly portal: string;
  /** Offset in the parked topic. */
  readonly at: number;
  /** Offset of its source record, and its name among the calls of it. */
  readonly offset: number;
  readonly call: string;
}

export interface ParkedFound {
  /** The partition of the parked topic. */
  readonly place: TopicPartition;
  readonly index: ParkedIndex;
  /** Ends of the parked calls in the outputs. That a call was parked is none. */
  readonly ends: ReadBack;
  readonly doubts: readonly ParkedDoubt[];
  /**
   * Resolves when nothing of an earlier owner can come any more, with the offsets of records that it has written twice
   * and whose calls have ended; never, when the partition is lost before.
   */
  readonly settled: Promise<readonly number[]>;
}
