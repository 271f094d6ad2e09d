/**
 * The consumer group as a `Source`. kafkajs reads; positions, pauses and commits are ours, because kafkajs would
 * commit what is not done yet. What its behaviour demands is said where it is met.
 */
import { randomUUID } from 'node:crypto';
import kafkajs, { type Admin, type Consumer, type ConsumerEndBatchProcessEvent, type EachBatchPayload } from 'kafkajs';
import { type Clock, wait } from '../clock.ts';
import { CallmatchError, messageOf } from '../errors.ts';
import type { KafkaClient } from './client.ts';
import { encodeMetadata } from './commit-metadata.ts';
import { Committer, type PartitionCommit } from './committer.ts';
import { commitConfirmed } from './confirmed-commit.ts';
import { isOutage } from './consumer-crash.ts';
import type { Accept, PartitionStatus, TopicPartition } from './delivery.ts';
import { createMembership, type Joined, type Membership } from './membership.ts';
import { tellingOffsetOutOfRange } from './offset-manager.ts';
import { Ownership, type OwnershipEvents, type OwnershipSettings } from './ownership.ts';
import type { Opened, Source } from './source.ts';
import { createStickyAssigner } from './sticky-assigner.ts';
import type { OutputLog } from './takeover.ts';

export interface GroupSourceSettings extends OwnershipSettings {
  /** Milliseconds between commits while there is something to commit. */
  readonly commitInterval: number;
  /** Milliseconds without a heartbeat after which the member counts as gone. */
  readonly sessionTimeout: number;
  /** Longest that something sent for a record is on its way, milliseconds. */
  readonly requestTimeout: number;
}

export interface GroupSourceEvents extends OwnershipEvents {
  joined(member: Joined): void;
  committed(partitions: number): void;
  commitFailed(error: unknown): void;
  /** The consumer ended with an error; if that is an outage it is started again. */
  gaveUp(error: unknown): void;
}

/** How often the ends of the outputs are looked up for partitions without work, milliseconds. */
const REFRESH_MS = 15_000;
/** Pause before a consumer that gave up is started again, milliseconds. */
const RESTART_MS = 2_000;

export function createGroupSource(
  kafka: KafkaClient,
  admin: Admin,
  outputs: OutputLog,
  settings: GroupSourceSettings,
  clock: Clock,
  events: GroupSourceEvents,
): Source {
  return new GroupSource(kafka, admin, outputs, settings, clock, events);
}

class GroupSource implements Source {
  readonly #consumer: Consumer;
  readonly #outputs: OutputLog;
  readonly #settings: GroupSourceSettings;
  readonly #clock: Clock;
  readonly #events: GroupSourceEvents;
  readonly #membership: Membership;
  readonly #committer: Committer;
  readonly #ownership: Ownership;
  readonly #failure = Promise.withResolvers<never>();
  #accept: Accept = () => false;
  #opened: Opened = () => {};
  /** First sign of the rebalance under way. */
  #joiningSince = 0;
  #isClosed = false;

  constructor(
    kafka: KafkaClient,
    admin: Admin,
    outputs: OutputLog,
    settings: GroupSourceSettings,
    clock: Clock,
    events: GroupSourceEvents,
  ) {
    this.#outputs = outputs;
    this.#settings = settings;
    this.#clock = clock;
    this.#events = events;
    this.#failure.promise.catch(() => {});
    this.#consumer = kafka.consumer({
      groupId: settings.groupId,
      sessionTimeout: settings.sessionTimeout,
      partitionAssigners: [
        tellingOffsetOutOfRange(
          createStickyAssigner({
            owned: () => this.#ownership.all(),
            generation: () => this.#membership.generation,
            onJoining: () => this.#onJoining(),
          }),
          (partition) => void this.#ownership.offsetOutOfRange(partition),
        ),
        // In case that a member of another version of callmatch does not know ours.
        kafkajs.PartitionAssigners.roundRobin,
      ],
    });
    this.#membership = createMembership(this.#consumer, settings, clock, () => {
      for (const { issuing } of this.#ownership.all()) issuing.wake();
    });
    this.#committer = new Committer({
      send: (commits) => this.#send(commits),
      partitions: () => (this.#membership.isJoining ? [] : this.#ownership.open()),
      clock,
      interval: settings.commitInterval,
      committed: events.committed,
      failed: events.commitFailed,
    });
    this.#ownership = new Ownership(settings, {
      admin,
      outputs,
      clock,
      events,
      opened: (one) => one.parked && this.#opened(one, one.parked),
      run: randomUUID().slice(0, 13),
      issuing: { isLeased: () => this.#membership.isLeased, onLow: () => this.#committer.request(), clock },
      fetching: {
        seek: ({ topic, partition }, offset) => this.#consumer.seek({ topic, partition, offset: String(offset) }),
        pause: (partitions) =>
          this.#consumer.pause(partitions.map(({ topic, partition }) => ({ topic, partitions: [partition] }))),
        resume: ({ topic, partition }) => this.#consumer.resume([{ topic, partitions: [partition] }]),
      },
      place: ({ topic, partition }, offset, metadata) =>
        commitConfirmed(this.#consumer, [
          { topic, partition, offset: String(offset), metadata: encodeMetadata(metadata) },
        ]),
    });
  }

  get failed(): Promise<never> {
    return this.#failure.promise;
  }

  get isReady(): boolean {
    return this.#membership.isLeased && !this.#membership.isJoining && this.#ownership.isWhole;
  }

  mayWrite(): boolean {
    return this.#membership.isLeased;
  }

  async start(accept: Accept, opened: Opened): Promise<void> {
    this.#accept = accept;
    this.#opened = opened;
    const { GROUP_JOIN, REBALANCING, CRASH, END_BATCH_PROCESS } = this.#consumer.events;
    this.#consumer.on(REBALANCING, () => this.#onJoining());
    this.#consumer.on(GROUP_JOIN, ({ payload }) => {
      const { memberId, isLeader, memberAssignment, duration: ms } = payload;
      const partitions = Object.entries(memberAssignment).flatMap(([topic, ids]) =>
        ids.map((partition) => ({ topic, partition })),
      );
      const isKnown = this.#membership.joined(memberId);
      this.#ownership.assign(partitions, isKnown, this.#joiningSince);
      this.#events.joined({ memberId, isLeader, partitions, isKnown, ms });
    });
    this.#consumer.on(END_BATCH_PROCESS, ({ payload }) => {
      if (payload.batchSize === 0) this.#passOver(payload);
    });
    this.#consumer.on(CRASH, ({ payload }) => {
      // By now kafkajs has left the group: what we have is another's, until we have joined again.
      this.#onJoining();
      this.#events.gaveUp(payload.error);
      if (!payload.restart) void this.#restart(payload.error);
    });
    await this.#consumer.connect();
    // Always true: `false` would lose the first records of a partition that is added later. Where the group starts is
    // decided by an explicit commit at `startFrom`.
    await this.#consumer.subscribe({ topics: [...this.#settings.topics], fromBeginning: true });
    await this.#runConsumer();
    this.#committer.start();
    this.#scheduleRefresh();
  }

  resume({ topic, partition }: TopicPartition): void {
    this.#ownership.get(topic, partition)?.resume('refused');
  }

  stopFetching(): void {
    this.#ownership.stop();
  }

  partitions(): readonly PartitionStatus[] {
    return this.#ownership.all().map((partition) => partition.status());
  }

  async commitLast(): Promise<void> {
    this.#committer.stop();
    await this.#committer.settled();
    if (!this.#membership.isJoining) await this.#committer.atOnce(this.#ownership.close());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    this.#committer.stop();
    this.#ownership.dispose();
    // kafkajs waits for running handlers, leaves the group and closes its sockets.
    await this.#consumer.disconnect();
  }

  /**
   * A rebalance: from the first sign on nothing is sent. The generation is still good here, so a commit goes through if
   * it is on the connection before the request to join; and it names exactly what was sent.
   */
  #onJoining(): void {
    if (!this.#membership.joining()) return;
    this.#joiningSince = this.#clock.now();
    // Without it the next owner has more to look up, that is all.
    this.#committer.atOnce(this.#ownership.close()).catch(() => {});
  }

  #runConsumer(): Promise<void> {
    return this.#consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      // One worker hands over in no time: everything slow happens behind `accept`.
      partitionsConsumedConcurrently: 1,
      eachBatch: (payload) => this.#onBatch(payload),
    });
  }

  /** kafkajs has given up. An outage of the brokers is waited for: the process stays alive, and is not ready. */
  async #restart(crash: unknown): Promise<void> {
    for (let error = crash; !this.#isClosed; ) {
      if (!isOutage(error))
        return this.#failure.reject(new CallmatchError('consumer-crashed', messageOf(error), { cause: error }));
      await wait(this.#clock, RESTART_MS);
      try {
        await this.#consumer.connect();
        // A crash from here on is told by another event.
        return await this.#runConsumer();
      } catch (next) {
        error = next;
      }
    }
  }

  #send(commits: readonly PartitionCommit[]): Promise<void> {
    return commitConfirmed(
      this.#consumer,
      commits.map(({ partition: { topic, partition }, commit: { offset, metadata } }) => {
        return { topic, partition, offset: String(offset), metadata };
      }),
    );
  }

  #scheduleRefresh(): void {
    this.#clock.after(REFRESH_MS, async () => {
      if (this.#isClosed) return;
      await this.#refresh().catch(this.#events.commitFailed);
      this.#scheduleRefresh();
    });
  }

  /**
   * Others write to our output partitions as well. Where nothing is in work the next owner need not read all that: the
   * position moves to the end, unless a record came while we asked for it. And every partition is committed again, for
   * the case that a late commit of an earlier owner has put it back.
   */
  async #refresh(): Promise<void> {
    const idle = this.#ownership.open().filter(({ isQuiet }) => isQuiet);
    const accepted = new Map(idle.map((partition) => [partition, partition.accepted]));
    const ends = await this.#outputs.ends(idle);
    for (const partition of idle) {
      if (!partition.isQuiet || partition.accepted !== accepted.get(partition)) continue;
      for (const end of ends.get(partition) ?? []) partition.outputs.passOver(end, end.offset);
    }
    for (const partition of this.#ownership.open()) partition.refresh();
  }

  /**
   * A batch without a record for us (control records, an aborted transaction): kafkajs goes on behind it by itself, also
   * while the partition is paused, and tells of it in no other way.
   */
  #passOver({ topic, partition, highWatermark, lastOffset }: ConsumerEndBatchProcessEvent['payload']): void {
    const assigned = this.#ownership.get(topic, partition);
    if (assigned === undefined || assigned.isPausedBy('restoring') || assigned.isPausedBy('offset-lost')) return;
    assigned.end = Number(highWatermark);
    assigned.tracker.skipTo(Number(lastOffset) + 1);
  }

  async #onBatch({ batch, resolveOffset }: EachBatchPayload): Promise<void> {
    const assigned = this.#ownership.get(batch.topic, batch.partition);
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
}
