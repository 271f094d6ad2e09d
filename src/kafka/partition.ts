/** One assigned partition of the source: what is done of it, what may be sent, and why it is paused. No I/O of its own. */
import { encodeMetadata } from './commit-metadata.ts';
import type { Accept, Delivery, PartitionStatus, ReadBack, Tenure, TopicPartition } from './delivery.ts';
import { type CeilingProposal, DispatchCeiling } from './dispatch-ceiling.ts';
import { copyOfBytes, type FetchedRecord, sizeOf } from './fetched-record.ts';
import { Issuing, type IssuingParts } from './issuing.ts';
import { OutputMarks, type OutputPosition, type ParkedMarks } from './output-marks.ts';
import type { ParkedFound } from './parked-found.ts';
import type { OffsetLoss, TakenOver } from './taken-over.ts';
import { PartitionTracker } from './tracker.ts';

/** Why nothing is fetched: being restored, too much unsettled, a record refused, records lost, or a stop. */
export type PauseReason = 'restoring' | 'full' | 'refused' | 'offset-lost' | 'stopped';

export interface PartitionLimits {
  /** Most records between the watermark and the tail. */
  readonly window: number;
  /** Most records unsettled at a time: this partition's part of what the process can hold. */
  readonly unsettled: () => number;
  /** Most bytes of unsettled records, likewise. A single larger record is taken alone. */
  readonly bytes: () => number;
}

const NOTHING_PUBLISHED: ReadBack = { hasEnded: () => false, untilSettled: async () => false };

/** A commit that is due: the watermark, and what the next owner has to know. */
export interface DueCommit {
  readonly offset: number;
  readonly metadata: string;
  /** `PartitionTracker.changes` that it covers. */
  readonly changes: number;
  readonly proposal: CeilingProposal;
  readonly positions: string;
}

export class AssignedPartition implements Tenure {
  readonly topic: string;
  readonly partition: number;
  readonly tracker: PartitionTracker;
  readonly issuing: Issuing;
  readonly outputs: OutputMarks;
  readonly #limits: PartitionLimits;
  readonly #takenOver: TakenOver;
  /** Below it an earlier owner may have sent what is not done. */
  readonly #doubtTo: number;
  #readBack: ReadBack;
  readonly #onPauseChange: (partition: AssignedPartition) => void;
  readonly #pausedBy = new Set<PauseReason>();
  #isLost = false;
  #unsettled = 0;
  #unsettledBytes = 0;
  #accepted = 0;
  #committed = '';
  #committedChanges = 0;
  /** The last commit is another owner's, or from before a rebalance: the next one may not wait. */
  #isFresh = true;
  /** Offset after the newest record of the partition, as of the last fetch. */
  end: number;

  constructor(
    { topic, partition }: TopicPartition,
    takenOver: TakenOver,
    limits: PartitionLimits,
    parts: IssuingParts,
    onPauseChange: (partition: AssignedPartition) => void,
  ) {
    const { offset, metadata } = takenOver;
    this.topic = topic;
    this.partition = partition;
    this.#takenOver = takenOver;
    this.#doubtTo = metadata?.ceiling ?? offset;
    this.#readBack = takenOver.readBack;
    this.#limits = limits;
    this.#onPauseChange = onPauseChange;
    this.tracker = new PartitionTracker(offset, limits.window, metadata?.done);
    this.issuing = new Issuing(this, new DispatchCeiling(offset, this.#doubtTo, this.tracker.capacity), parts);
    this.outputs = new OutputMarks(takenOver.outputs, { since: metadata?.outputs ?? [], until: this.#doubtTo });
    this.end = offset;
  }

  get isPaused(): boolean {
    return this.#pausedBy.size > 0;
  }

  isPausedBy(reason: PauseReason): boolean {
    return this.#pausedBy.has(reason);
  }

  get parked(): ParkedFound | undefined {
    return this.#takenOver.parked;
  }

  /** Records and parked calls taken so far: tells whether any came between two moments. */
  get accepted(): number {
    return this.#accepted + (this.parked?.index.taken ?? 0);
  }

  /** Whether every record that was taken is settled. */
  get isIdle(): boolean {
    return this.#unsettled === 0;
  }

  /** Whether no output of it can be on its way. */
  get isQuiet(): boolean {
    return this.isIdle && !this.parked?.index.working;
  }

  get room(): number {
    return Math.max(0, Math.min(this.#limits.window, this.#limits.unsettled()) - this.#unsettled);
  }

  get isPressed(): boolean {
    return this.tracker.span > this.tracker.capacity / 2;
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
    const isFull = this.#unsettledBytes >= this.#limits.bytes() || this.#unsettled >= this.#limits.unsettled();
    if (isFull && !this.isIdle) return this.#refuse('full');
    const verdict = this.tracker.accept(record.offset);
    if (verdict === 'seen') return true;
    if (verdict === 'full') return this.#refuse('full');
    const bytes = sizeOf(record);
    this.#accepted += 1;
    if (accept(this.#deliver(record, bytes))) return true;
    this.tracker.retract(record.offset);
    this.#forget(bytes);
    return this.#refuse('refused');
  }

  /**
   * The partition belongs to another member: what is open here is no longer ours to send or to settle. What is on the
   * wire may still be published, until `Issuing.stopPublishing`.
   */
  lose(): void {
    this.#isLost = true;
    this.issuing.stopSending();
  }

  /** Goes on behind records that were deleted. Only while nothing is open. */
  restartAt({ records, resumeAt }: OffsetLoss): void {
    this.tracker.restartAt(resumeAt);
    // Of another topic of the same name nothing has been published, whatever stands in the outputs.
    if (records === undefined) this.#readBack = NOTHING_PUBLISHED;
  }

  /** The next commit is made also when there is nothing new to say. */
  refresh(): void {
    this.#committed = '';
  }

  /** Whether a commit should not wait for its turn: somebody waits for it. */
  get isUrgent(): boolean {
    return this.#isFresh || this.issuing.isLow;
  }

  /** The commit to make, or undefined when the last one still says all. */
  commitDue(): DueCommit | undefined {
    const { watermark, changes } = this.tracker;
    const isNew = () =>
      changes !== this.#committedChanges || positionsOf(watermark, this.#outputsAt(watermark)) !== this.#committed;
    if (!this.isUrgent && !isNew()) return undefined;
    this.#isFresh = false;
    return this.#commit(this.issuing.propose(watermark), changes);
  }

  /** Nothing is sent until the partition is `reopen`ed; the commit that tells the next owner how far it came. */
  close(): DueCommit {
    this.issuing.hold();
    const { watermark, changes } = this.tracker;
    return this.#commit(this.issuing.withdraw(watermark, watermark < this.#doubtTo ? this.#doubtTo : 0), changes);
  }

  /** The partition is still ours after a rebalance: sending goes on after a commit. */
  reopen(): void {
    this.#isFresh = true;
    this.issuing.release();
  }

  commitAcknowledged({ changes, positions, proposal }: DueCommit): void {
    this.#committedChanges = changes;
    this.#committed = positions;
    this.issuing.grant(proposal);
  }

  /** The commit may not have been made: it has to be made again. */
  commitFailed(): void {
    this.#isFresh = true;
  }

  /** Whether what is committed is of this ownership. If not, somebody else has worked on the partition. */
  isOwnCommit(offset: number, text: string, run: string | undefined): boolean {
    return run === this.#takenOver.mark.run || (offset === this.#takenOver.offset && text === this.#takenOver.text);
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
      offsetLost: this.isPausedBy('offset-lost'),
    };
  }

  #commit(proposal: CeilingProposal, changes: number): DueCommit {
    const { watermark } = this.tracker;
    const outputs = this.#outputsAt(watermark);
    const metadata = encodeMetadata({
      base: watermark,
      done: this.tracker.doneBits(),
      ceiling: proposal.ceiling,
      outputs,
      ...this.#takenOver.mark,
    });
    return { offset: watermark, metadata, changes, proposal, positions: positionsOf(watermark, outputs) };
  }

  #outputsAt(watermark: number): OutputPosition[] {
    return this.outputs.positions(watermark, this.parked && marksOf(this.parked));
  }

  #deliver(record: FetchedRecord, bytes: number): Delivery {
    // Nothing below may refer to the record: it would keep its fetch response alive.
    const { offset, timestamp } = record;
    this.#unsettled += 1;
    this.#unsettledBytes += bytes;
    let isSettled = false;
    return {
      topic: this.topic,
      partition: this.partition,
      offset,
      timestamp,
      ...copyOfBytes(record),
      signal: this.issuing.sending,
      publishing: this.issuing.publishing,
      permission: this.issuing.permissionFor(offset),
      inDoubt: offset < this.#doubtTo,
      readBack: this.#readBack,
      tenure: this,
      published: (output, at) => {
        if (!isSettled) this.outputs.published(offset, output, at);
      },
      settle: () => {
        if (isSettled || this.#isLost) return;
        isSettled = true;
        this.tracker.complete(offset);
        this.outputs.settled(offset);
        this.#forget(bytes);
        if (this.hasRoom) this.resume('full');
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
  get hasRoom(): boolean {
    const { unsettled, bytes } = this.#limits;
    return (
      this.tracker.span <= this.tracker.capacity / 2 &&
      this.#unsettledBytes <= bytes() / 2 &&
      this.#unsettled <= unsettled() / 2
    );
  }
}

function marksOf({ place, index }: ParkedFound): ParkedMarks {
  const { low, isUnclear } = index;
  return { low: low === undefined ? undefined : { ...place, offset: low }, isUnclear };
}

/** What of a commit can change without a record being completed: gaps move the watermark, time the outputs. */
function positionsOf(watermark: number, outputs: readonly OutputPosition[]): string {
  return [watermark, ...outputs.map(({ offset }) => offset)].join();
}
