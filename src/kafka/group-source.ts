/**
 * The consumer group as a `Source`. kafkajs reads; positions, pauses and commits are ours, because kafkajs would
 * commit what is not done yet. What its behaviour demands is said where it is met.
 */
import type { Admin, Consumer, EachBatchPayload } from 'kafkajs';
import { type Clock, wait } from '../clock.ts';
import { CallmatchError } from '../errors.ts';
import type { Accept, PartitionStatus, Source, TopicPartition } from './delivery.ts';
import { AssignedPartition, type PartitionLimits } from './partition.ts';
import { type CommittedOffsets, committedOffsets, type StartFrom, startOffsets } from './positions.ts';

export interface GroupSourceSettings {
  readonly groupId: string;
  readonly topics: readonly string[];
  readonly startFrom: StartFrom;
  readonly limits: PartitionLimits;
  /** Milliseconds between commits while there is something to commit. */
  readonly commitInterval: number;
  /** Milliseconds without a heartbeat after which the member counts as gone. */
  readonly sessionTimeout: number;
}

export interface GroupSourceEvents {
  joined(member: { memberId: string; isLeader: boolean; partitions: readonly TopicPartition[]; ms: number }): void;
  restored(partitions: number, kept: number): void;
  restoreFailed(error: unknown): void;
  placed(partition: TopicPartition, offset: number, skipped: number): void;
  committed(partitions: number): void;
  commitFailed(error: unknown): void;
}

/** Pause between tries to read committed offsets, milliseconds. */
const RESTORE_RETRY_MS = 1_000;

export function createGroupSource(
  consumer: Consumer,
  admin: Admin,
  settings: GroupSourceSettings,
  clock: Clock,
  events: GroupSourceEvents,
): Source {
  return new GroupSource(consumer, admin, settings, clock, events);
}

class GroupSource implements Source {
  readonly #consumer: Consumer;
  readonly #admin: Admin;
  readonly #settings: GroupSourceSettings;
  readonly #clock: Clock;
  readonly #events: GroupSourceEvents;
  readonly #assigned = new Map<string, AssignedPartition>();
  readonly #closing = new AbortController();
  readonly #failure = Promise.withResolvers<never>();
  #accept: Accept = () => false;
  #memberId = '';
  /** Counts assignments: work begun for an earlier one is void. */
  #epoch = 0;
  #lastHeartbeat = Number.NEGATIVE_INFINITY;
  #commitRunning: Promise<void> | undefined;
  #isFetching = true;

  constructor(
    consumer: Consumer,
    admin: Admin,
    settings: GroupSourceSettings,
    clock: Clock,
    events: GroupSourceEvents,
  ) {
    this.#consumer = consumer;
    this.#admin = admin;
    this.#settings = settings;
    this.#clock = clock;
    this.#events = events;
    this.#failure.promise.catch(() => {});
  }

  get failed(): Promise<never> {
    return this.#failure.promise;
  }

  get isReady(): boolean {
    const isMember = this.#clock.now() - this.#lastHeartbeat < this.#settings.sessionTimeout;
    return this.#epoch > 0 && isMember && ![...this.#assigned.values()].some((partition) => partition.isRestoring);
  }

  async start(accept: Accept): Promise<void> {
    this.#accept = accept;
    const { GROUP_JOIN, REBALANCING, HEARTBEAT, CRASH } = this.#consumer.events;
    this.#consumer.on(GROUP_JOIN, ({ payload }) => this.#onJoin(payload));
    // The generation is still good here, so a commit goes through, and the next owner repeats less.
    this.#consumer.on(REBALANCING, () => void this.commit().catch(() => {}));
    this.#consumer.on(HEARTBEAT, () => {
      this.#lastHeartbeat = this.#clock.now();
    });
    this.#consumer.on(CRASH, ({ payload }) => {
      if (!payload.restart)
        this.#failure.reject(new CallmatchError('consumer-crashed', payload.error.message, { cause: payload.error }));
    });
    await this.#consumer.connect();
    // Always true: `false` would lose the first records of a partition that is added later. Where the group starts is
    // decided by an explicit commit at `startFrom`.
    await this.#consumer.subscribe({ topics: [...this.#settings.topics], fromBeginning: true });
    await this.#consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      // One worker hands over in no time: everything slow happens behind `accept`.
      partitionsConsumedConcurrently: 1,
      eachBatch: (payload) => this.#onBatch(payload),
    });
    this.#scheduleCommit();
  }

  resume({ topic, partition }: TopicPartition): void {
    this.#assigned.get(keyOf(topic, partition))?.resume('refused');
  }

  stopFetching(): void {
    this.#isFetching = false;
    for (const partition of this.#assigned.values()) {
      partition.pause('stopped');
      partition.stopIssuing();
    }
  }

  partitions(): readonly PartitionStatus[] {
    return [...this.#assigned.values()].map((partition) => partition.status());
  }

  async commit(): Promise<void> {
    // One commit at a time: two on the way could arrive in the wrong order and rewind the group.
    while (this.#commitRunning !== undefined) await this.#commitRunning.catch(() => {});
    this.#commitRunning = this.#commitNow();
    try {
      await this.#commitRunning;
    } finally {
      this.#commitRunning = undefined;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort(new Error('the source is closed'));
    // kafkajs waits for running handlers, leaves the group and closes its sockets.
    await this.#consumer.disconnect();
  }

  async #commitNow(): Promise<void> {
    const due = [...this.#assigned.values()].flatMap((partition) => {
      const commit = partition.isRestoring ? undefined : partition.commitDue();
      return commit === undefined ? [] : [{ partition, commit }];
    });
    if (due.length === 0) return;
    for (const { partition, commit } of due) partition.commitSent(commit);
    await this.#consumer.commitOffsets(
      due.map(({ partition: { topic, partition }, commit: { offset, metadata } }) => {
        return { topic, partition, offset: String(offset), metadata };
      }),
    );
    for (const { partition, commit } of due) partition.commitAcknowledged(commit);
    this.#events.committed(due.length);
  }

  #scheduleCommit(): void {
    this.#clock.after(this.#settings.commitInterval, async () => {
      if (this.#closing.signal.aborted) return;
      await this.commit().catch((error: unknown) => this.#events.commitFailed(error));
      this.#scheduleCommit();
    });
  }

  /** Runs inside kafkajs's join, before the first fetch: what is paused here is not fetched. */
  #onJoin(payload: {
    memberId: string;
    isLeader: boolean;
    memberAssignment: Record<string, number[]>;
    duration: number;
  }): void {
    this.#epoch += 1;
    this.#lastHeartbeat = this.#clock.now();
    const partitions = Object.entries(payload.memberAssignment).flatMap(([topic, ids]) =>
      ids.map((partition) => ({ topic, partition })),
    );
    const isSameMember = payload.memberId === this.#memberId;
    this.#memberId = payload.memberId;
    const stays = new Set(partitions.map(({ topic, partition }) => keyOf(topic, partition)));
    for (const [key, partition] of this.#assigned) {
      // A new member id: we were expelled and somebody else may have worked on it.
      if (!isSameMember || !stays.has(key)) this.#drop(key, partition);
      else partition.pause('restoring');
    }
    this.#pause(partitions);
    this.#events.joined({ memberId: payload.memberId, isLeader: payload.isLeader, partitions, ms: payload.duration });
    void this.#restore(partitions, this.#epoch);
  }

  async #restore(partitions: readonly TopicPartition[], epoch: number): Promise<void> {
    while (epoch === this.#epoch && !this.#closing.signal.aborted) {
      try {
        const committed = await committedOffsets(this.#admin, this.#settings.groupId, partitions);
        const placed = await this.#placeFirstStarts(committed);
        if (epoch === this.#epoch) this.#open([...committed.filter(({ offset }) => offset !== undefined), ...placed]);
        return;
      } catch (error) {
        this.#events.restoreFailed(error);
        await wait(this.#clock, RESTORE_RETRY_MS, this.#closing.signal).catch(() => {});
      }
    }
  }

  /** Commits the start of partitions on which the group has none, so that a restart before the first commit repeats it. */
  async #placeFirstStarts(committed: CommittedOffsets): Promise<CommittedOffsets> {
    const missing = committed.filter(({ offset }) => offset === undefined);
    if (missing.length === 0) return [];
    const starts = await startOffsets(this.#admin, missing, this.#settings.startFrom);
    await this.#consumer.commitOffsets(
      starts.map(({ topic, partition, offset }) => ({ topic, partition, offset: String(offset) })),
    );
    for (const { topic, partition, offset, skipped } of starts)
      this.#events.placed({ topic, partition }, offset, skipped);
    return starts;
  }

  #open(positions: CommittedOffsets): void {
    let kept = 0;
    for (const { topic, partition, offset = 0, metadata = '' } of positions) {
      const key = keyOf(topic, partition);
      const known = this.#assigned.get(key);
      if (known?.isOwnCommit(offset)) kept += 1;
      else if (known) this.#drop(key, known);
      const assigned = this.#assigned.get(key) ?? this.#create({ topic, partition }, { offset, metadata });
      this.#assigned.set(key, assigned);
      // A join puts kafkajs back to the committed offset; what is behind our tail is in our hands already.
      this.#consumer.seek({ topic, partition, offset: String(assigned.tracker.tail) });
      assigned.resume('restoring');
      if (!this.#isFetching) assigned.pause('stopped');
    }
    this.#events.restored(positions.length, kept);
  }

  #create(partition: TopicPartition, committed: { offset: number; metadata: string }): AssignedPartition {
    const assigned = new AssignedPartition(partition, committed, this.#settings.limits, (changed) => {
      if (changed.isPaused) this.#pause([changed]);
      else this.#resume(changed);
    });
    assigned.pause('restoring');
    return assigned;
  }

  #drop(key: string, partition: AssignedPartition): void {
    this.#assigned.delete(key);
    partition.lose();
  }

  async #onBatch({ batch, resolveOffset }: EachBatchPayload): Promise<void> {
    const assigned = this.#assigned.get(keyOf(batch.topic, batch.partition));
    if (assigned === undefined || assigned.isPaused) return;
    assigned.end = Number(batch.highWatermark);
    let last: string | undefined;
    for (const { offset, timestamp, key, value, headers = {} } of batch.messages) {
      const record = { offset: Number(offset), timestamp: Number(timestamp), key, value, headers };
      if (!assigned.offer(record, this.#accept)) break;
      last = offset;
    }
    if (last === undefined) return;
    resolveOffset(last);
    // Behind the last record there may be control records, which are read but never delivered.
    if (last === batch.messages.at(-1)?.offset) assigned.tracker.skipTo(Number(batch.lastOffset()) + 1);
  }

  #pause(partitions: readonly TopicPartition[]): void {
    this.#consumer.pause(partitions.map(({ topic, partition }) => ({ topic, partitions: [partition] })));
  }

  #resume({ topic, partition }: TopicPartition): void {
    this.#consumer.resume([{ topic, partitions: [partition] }]);
  }
}

function keyOf(topic: string, partition: number): string {
  return `${topic}/${partition}`;
}
