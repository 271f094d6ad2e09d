/** What happens to parked calls; for logs and metrics. */
import type { ErrorCode } from '../errors.ts';
import type { TopicPartition } from '../kafka/delivery.ts';

/** A call and the source record that it comes from. */
export interface ParkedCall extends TopicPartition {
  readonly offset: number;
  readonly portal: string;
  readonly externalCallId: string;
}

export interface ParkingEvents {
  /** @param code why */
  parked(call: ParkedCall, code: ErrorCode): void;
  /** The parked record is too large: the call waits where it is. */
  refused(call: ParkedCall): void;
  /** Parked calls could not be read; it is tried again. */
  drainFailed(error: unknown): void;
  /** A parked record was deleted before its call had an end. @param offset in the parked topic */
  gone(portal: string, offset: number): void;
}
