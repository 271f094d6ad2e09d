/**
 * The partitions that are ours, from one assignment to the next: which trackers are kept, which are dropped, and what
 * is restored before a record of theirs is handled. Nothing here holds up a batch handler: that would stall the other
 * partitions of the broker, and the heartbeat.
 */
import type { Admin } from 'kafkajs';
import { type Clock, wait } from '../clock.ts';
import type { CommitMetadata } from './commit-metadata.ts';
import { decodeMetadata } from './commit-metadata.ts';
import type { PartitionCommit } from './committer.ts';
import type { TopicPartition } from './delivery.ts';
import type { StartFrom } from './first-start.ts';
import type { IssuingParts } from './issuing.ts';
import { AssignedPartition, type PartitionLimits } from './partition.ts';
import { committedOffsets, entryOf, topicBounds } from './positions.ts';
import type { OffsetLoss } from './taken-over.ts';
import { type OutputLog, type Snapshot, takeOver } from './takeover.ts';

export interface OwnershipSettings {
  readonly groupId: string;
  readonly topics: readonly string[];
  readonly startFrom: StartFrom;
  /** What to do when records were deleted before they were read. */
  readonly onOffsetLost: 'stop' | 'resume';
  /** Most records between watermark and tail of a partition. */
  readonly window: number;
  /** Most records and bytes that are unsettled, of all partitions together. */
  readonly budget: { readonly records: number; readonly bytes: number };
  /** What was on the wire for a partition when it went to another member may be published for so long, milliseconds. */
  readonly publishGrace: number;
}

export interface OwnershipEvents {
  /** Partitions are open again; `ms` since the first sign of the rebalance. */
  restored(partitions: number, kept: number, ms: number): void;
  restoreFailed(error: unknown): void;
  placed(partition: TopicPartition, offset: number, skipped: number): void;
  offsetLost(partition: TopicPartition, loss: OffsetLoss, isResumed: boolean): void;
}

/** What kafkajs is asked to do for a partition. */
export interface Fetching {
  seek(partition: TopicPartition, offset: number): void;
  pause(partitions: readonly TopicPartition[]): void;
  resume(partition: TopicPartition): void;
}

export interface OwnershipParts {
  readonly admin: Admin;
  readonly outputs: OutputLog;
  readonly fetching: Fetching;
  readonly issuing: IssuingParts;
  /** A partition is ours anew: what was parked of it can be drained. */
  readonly opened: (partition: AssignedPartition) => void;
  /** Commits one offset for a start. */
  readonly place: (partition: TopicPartition, offset: number, metadata: CommitMetadata) => Promise<void>;
  readonly clock: Clock;
  readonly events: OwnershipEvents;
  /** Unique to this process. */
  readonly run: string;
}

/** Pause between tries to restore, milliseconds. */
const RETRY_MS = 1_000;
/** Fewest unsettled records that a partition may have, however many partitions there are. */
const LEAST_RECORDS = 64;

export class Ownership {
  readonly #settings: OwnershipSettings;
  readonly #parts: OwnershipParts;
  readonly #limits: PartitionLimits;
  readonly #assigned = new Map<string, AssignedPartition>();
  readonly #closing = new AbortController();
  /** Counts assignments: work begun for an earlier one is void. */
  #epoch = 0;
  #opening = 0;
  #isStopping = false;

  constructor(settings: OwnershipSettings, parts: OwnershipParts) {
    this.#settings = settings;
    this.#parts = parts;
    const { window, budget } = settings;
    const share = (whole: number) => Math.floor(whole / Math.max(1, this.#assigned.size));
    this.#limits = {
      window,
      unsettled: () => Math.max(LEAST_RECORDS, share(budget.records)),
      bytes: () => share(budget.bytes),
    };
  }

  /** Every partition of the assignment is restored, and none has lost records. */
  get isWhole(): boolean {
    return this.#epoch > 0 && this.#opening === 0 && !this.all().some((one) => one.isPausedBy('offset-lost'));
  }

  get(topic: string, partition: number): AssignedPartition | undefined {
    return this.#assigned.get(keyOf({ topic, partition }));
  }

  all(): AssignedPartition[] {
    return [...this.#assigned.values()];
  }

  /** Those that are not being restored: they may be committed. */
  open(): AssignedPartition[] {
    return this.all().filter((one) => !one.isPausedBy('restoring'));
  }

  /** A rebalance begins: nothing is sent any more. The last commits of this generation, for whoever comes next. */
  close(): PartitionCommit[] {
    return this.open().map((partition) => ({ partition, commit: partition.close() }));
  }

  /** No more records, and nothing more to be sent for those that are out. */
  stop(): void {
    this.#isStopping = true;
    for (const partition of this.all()) this.#stop(partition);
  }

  dispose(): void {
    this.#closing.abort(new Error('the source is closed'));
    for (const partition of this.all()) partition.issuing.stopPublishing();
  }

  /**
   * The group has assigned these partitions. Runs inside kafkajs's join, before the first fetch: what is paused here is
   * not fetched. @param isKnown the broker knew this member all the time: nobody else can have worked on what it keeps
   * @param since the first sign of the rebalance (`Clock.now`)
   */
  assign(partitions: readonly TopicPartition[], isKnown: boolean, since: number): void {
    this.#epoch += 1;
    const stays = new Set(partitions.map(keyOf));
    for (const one of this.all()) {
      if (isKnown && !stays.has(keyOf(one))) this.#handOver(one);
      else if (!isKnown) this.#drop(one);
      else one.pause('restoring');
    }
    this.#parts.fetching.pause(partitions);
    this.#opening = partitions.length;
    void this.#restore(partitions, this.#epoch, since);
  }

  /** kafkajs could not fetch where we are: retention has passed us, or the topic is another. */
  async offsetOutOfRange(partition: TopicPartition): Promise<void> {
    const one = this.get(partition.topic, partition.partition);
    if (one === undefined || one.isPaused) return;
    one.pause('offset-lost');
    const epoch = this.#epoch;
    await this.#trying(epoch, async () => {
      const bounds = entryOf(await topicBounds(this.#parts.admin, [partition.topic]), partition);
      if (bounds === undefined) return;
      const { tail } = one.tracker;
      const isInRange = tail >= bounds.low && tail <= bounds.high;
      const records = tail > bounds.high ? undefined : bounds.low - tail;
      if (isInRange) this.#goOn(one);
      else await this.#isLost(one, { records, resumeAt: bounds.low }, epoch);
    });
  }

  async #restore(partitions: readonly TopicPartition[], epoch: number, since: number): Promise<void> {
    const { admin, events, clock } = this.#parts;
    const { groupId, topics } = this.#settings;
    const snapshot = await this.#trying(epoch, async (): Promise<Snapshot> => {
      return { committed: await committedOffsets(admin, groupId, topics), bounds: await topicBounds(admin, topics) };
    });
    if (snapshot === undefined) return;
    let kept = 0;
    const open = async (partition: TopicPartition) => {
      const isKept = await this.#trying(epoch, () => this.#open(partition, snapshot, epoch));
      if (isKept === undefined) return;
      if (isKept) kept += 1;
      this.#opening -= 1;
    };
    await Promise.all(partitions.map(open));
    if (epoch === this.#epoch) events.restored(partitions.length, kept, clock.now() - since);
  }

  /** Opens one partition; true if its tracker was kept. */
  async #open(partition: TopicPartition, snapshot: Snapshot, epoch: number): Promise<boolean> {
    const { groupId } = this.#settings;
    const known = this.get(partition.topic, partition.partition);
    if (known !== undefined) {
      const { offset = -1, metadata = '' } = entryOf(snapshot.committed, partition) ?? {};
      if (known.isOwnCommit(offset, metadata, decodeMetadata(metadata, offset, groupId)?.run)) {
        this.#goOn(known);
        return true;
      }
      this.#drop(known);
    }
    const { events, place } = this.#parts;
    const settings = {
      group: groupId,
      run: `${this.#parts.run}.${epoch}`,
      startFrom: this.#settings.startFrom,
      outputs: this.#parts.outputs,
      place: async (at: TopicPartition, offset: number, skipped: number, metadata: CommitMetadata) => {
        await place(at, offset, metadata);
        events.placed(at, offset, skipped);
      },
    };
    const { takenOver, loss } = await takeOver(partition, snapshot, settings, this.#closing.signal);
    if (epoch !== this.#epoch) return false;
    const onPauseChange = (one: AssignedPartition) => {
      if (one.isPaused) this.#parts.fetching.pause([one]);
      else this.#parts.fetching.resume(one);
    };
    const one = new AssignedPartition(partition, takenOver, this.#limits, this.#parts.issuing, onPauseChange);
    one.pause('restoring');
    this.#assigned.set(keyOf(partition), one);
    this.#parts.opened(one);
    if (loss !== undefined && loss.records !== 0) {
      const isLost = await this.#isLost(one, loss, epoch);
      if (isLost) one.resume('restoring');
      return false;
    }
    // What was deleted was done.
    if (loss !== undefined) one.restartAt(loss);
    this.#goOn(one);
    return false;
  }

  /** Whether the partition stops here. If a person has decided that it may, it goes on where records are again. */
  async #isLost(one: AssignedPartition, loss: OffsetLoss, epoch: number): Promise<boolean> {
    const isResumed = this.#settings.onOffsetLost === 'resume';
    one.pause('offset-lost');
    this.#parts.events.offsetLost(one, loss, isResumed);
    if (!isResumed) return true;
    // The gap can be longer than the window: it fits when nothing is open before it. What is open of a partition that is
    // lost meanwhile is never settled.
    while (!one.isIdle && epoch === this.#epoch) await wait(this.#parts.clock, RETRY_MS, this.#closing.signal);
    if (epoch !== this.#epoch) return true;
    one.restartAt(loss);
    this.#goOn(one);
    return false;
  }

  #goOn(one: AssignedPartition): void {
    // A join puts kafkajs back to the committed offset; what is behind our tail is in our hands already.
    this.#parts.fetching.seek(one, one.tracker.tail);
    one.reopen();
    one.resume('offset-lost');
    one.resume('restoring');
    if (this.#isStopping) this.#stop(one);
    this.#parts.issuing.onLow();
  }

  #stop(one: AssignedPartition): void {
    one.pause('stopped');
    one.issuing.stopSending();
  }

  /** Another member has it now, and knows of what is on the wire: it waits for its outcome before it looks it up. */
  #handOver(one: AssignedPartition): void {
    this.#assigned.delete(keyOf(one));
    one.lose();
    this.#parts.clock.after(this.#settings.publishGrace, () => one.issuing.stopPublishing());
  }

  /** Another member may have worked on it: nothing of what is open here counts any more. */
  #drop(one: AssignedPartition): void {
    this.#assigned.delete(keyOf(one));
    one.lose();
    one.issuing.stopPublishing();
  }

  /** Tries until it works. Undefined when the assignment is void meanwhile. */
  async #trying<Result>(epoch: number, work: () => Promise<Result>): Promise<Result | undefined> {
    while (epoch === this.#epoch && !this.#closing.signal.aborted) {
      try {
        return await work();
      } catch (error) {
        if (this.#closing.signal.aborted) break;
        this.#parts.events.restoreFailed(error);
        await wait(this.#parts.clock, RETRY_MS, this.#closing.signal).catch(() => {});
      }
    }
    return undefined;
  }
}

function keyOf({ topic, partition }: TopicPartition): string {
  return `${topic}/${partition}`;
}
