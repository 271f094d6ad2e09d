/** One assigned partition of the source: its tracker, what is out of it, and why it is paused. No I/O of its own. */

import { decodeMetadata, encodeMetadata } from './commit-metadata.ts';
import type { Accept, Delivery, Headers, PartitionStatus, TopicPartition } from './delivery.ts';
import { PartitionTracker } from './tracker.ts';

/** Why nothing is fetched: positions being restored, too much unsettled, a record refused, or a stop. */
export type PauseReason = 'restoring' | 'full' | 'refused' | 'stopped';

export interface PartitionLimits {
  /** Most records between the watermark and the tail. */
  readonly window: number;
  /** Most bytes of unsettled records. A single larger record is taken alone. */
  readonly bytes: number;
}

/** A commit that is due: the watermark, and what is done behind it. */
export interface DueCommit {
  readonly offset: number;
  readonly metadata: string;
  /** `PartitionTracker.changes` that it covers. */
  readonly changes: number;
}

/** A record as the client hands it over; its buffers are slices of a whole fetch response. */
export interface FetchedRecord {
  readonly offset: number;
  readonly timestamp: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: Headers;
}

export class AssignedPartition implements TopicPartition {
  readonly topic: string;
  readonly partition: number;
  readonly tracker: PartitionTracker;
  readonly #limits: PartitionLimits;
  readonly #onPauseChange: (partition: AssignedPartition) => void;
  readonly #issuing = new AbortController();
  #isLost = false;
  readonly #pausedBy = new Set<PauseReason>();
  #unsettled = 0;
  #unsettledBytes = 0;
  #committed: number;
  #committing: number | undefined;
  #committedChanges = 0;
  /** Offset after the newest record of the partition, as of the last fetch. */
  end: number;

  /** @param committed the committed offset, and the metadata committed with it */
  constructor(
    { topic, partition }: TopicPartition,
    { offset: committed, metadata }: { readonly offset: number; readonly metadata: string },
    limits: PartitionLimits,
    onPauseChange: (partition: AssignedPartition) => void,
  ) {
    this.topic = topic;
    this.partition = partition;
    this.#committed = committed;
    this.#limits = limits;
    this.#onPauseChange = onPauseChange;
    this.tracker = new PartitionTracker(committed, limits.window, decodeMetadata(metadata, committed)?.done);
    this.end = committed;
  }

  get isPaused(): boolean {
    return this.#pausedBy.size > 0;
  }

  get isRestoring(): boolean {
    return this.#pausedBy.has('restoring');
  }

  pause(reason: PauseReason): void {
    const was = this.isPaused;
    this.#pausedBy.add(reason);
    if (!was) this.#onPauseChange(this);
  }

  resume(reason: PauseReason): void {
    if (this.#pausedBy.delete(reason) && !this.isPaused) this.#onPauseChange(this);
  }

  /** Offers one fetched record. False: it was not taken and has to be fetched again; the partition is paused. */
  offer(record: FetchedRecord, accept: Accept): boolean {
    if (this.isPaused) return false;
    if (this.#unsettledBytes >= this.#limits.bytes) return this.#refuse('full');
    const verdict = this.tracker.accept(record.offset);
    if (verdict === 'seen') return true;
    if (verdict === 'full') return this.#refuse('full');
    const bytes = sizeOf(record);
    if (accept(this.#deliver(record, bytes))) return true;
    this.tracker.retract(record.offset);
    this.#forget(bytes);
    return this.#refuse('refused');
  }

  /** Nothing is sent any more for what is open here; what is on the wire can still be settled. */
  stopIssuing(): void {
    this.#issuing.abort(new Error(`nothing more is sent for ${this.topic}/${this.partition}`));
  }

  /** The partition belongs to another member: what is open here is no longer ours to send or to settle. */
  lose(): void {
    this.#isLost = true;
    this.stopIssuing();
  }

  /** The commit to make, or undefined when the last one still says all. */
  commitDue(): DueCommit | undefined {
    const { watermark, changes } = this.tracker;
    if (watermark === this.#committed && changes === this.#committedChanges) return undefined;
    const metadata = encodeMetadata({ base: watermark, done: this.tracker.doneBits() });
    return { offset: watermark, metadata, changes };
  }

  commitSent({ offset }: DueCommit): void {
    this.#committing = offset;
  }

  commitAcknowledged({ offset, changes }: DueCommit): void {
    if (offset < this.#committed) return;
    this.#committed = offset;
    this.#committedChanges = changes;
  }

  /**
   * Whether a committed offset read at the broker is one of ours. The one on its way counts: its acknowledgement may
   * have been lost to the rebalance. If it is another's, someone worked on the partition in between.
   */
  isOwnCommit(offset: number): boolean {
    return offset === this.#committed || offset === this.#committing;
  }

  status(): PartitionStatus {
    return {
      topic: this.topic,
      partition: this.partition,
      watermark: this.tracker.watermark,
      span: this.tracker.span,
      unsettled: this.#unsettled,
      lag: Math.max(0, this.end - this.tracker.watermark),
      paused: this.isPaused,
    };
  }

  #deliver({ offset, timestamp, key, value, headers }: FetchedRecord, bytes: number): Delivery {
    this.#unsettled += 1;
    this.#unsettledBytes += bytes;
    let isSettled = false;
    return {
      topic: this.topic,
      partition: this.partition,
      offset,
      timestamp,
      // Copies: a slice would keep the whole fetch response, up to megabytes, alive until this record is settled. For
      // the same reason nothing below may refer to the record.
      key: key && Buffer.from(key),
      value: value && Buffer.from(value),
      headers: copyOf(headers),
      signal: this.#issuing.signal,
      settle: () => {
        if (isSettled || this.#isLost) return;
        isSettled = true;
        this.tracker.complete(offset);
        this.#forget(bytes);
        if (this.#hasRoom()) this.resume('full');
      },
    };
  }

  #forget(bytes: number): void {
    this.#unsettled -= 1;
    this.#unsettledBytes -= bytes;
  }

  #refuse(reason: PauseReason): false {
    this.pause(reason);
    return false;
  }

  /** Low mark at half: a pause costs a fetch that was on its way, so it should not flicker. */
  #hasRoom(): boolean {
    return this.tracker.span <= this.tracker.capacity / 2 && this.#unsettledBytes <= this.#limits.bytes / 2;
  }
}

function copyOf(headers: Headers): Headers {
  const copies: Record<string, Headers[string]> = {};
  for (const [name, value] of Object.entries(headers)) {
    copies[name] = Array.isArray(value) ? value.map(copyOfOne) : value && copyOfOne(value);
  }
  return copies;
}

function copyOfOne(value: Buffer | string): Buffer | string {
  return typeof value === 'string' ? value : Buffer.from(value);
}

function sizeOf(record: FetchedRecord): number {
  return (record.key?.length ?? 0) + (record.value?.length ?? 0);
}
