/**
 * When commits are made: all that is due once an interval, what somebody waits for soon, and one at a time, because two
 * on the way could arrive in the wrong order and rewind the group.
 */
import type { Clock } from '../clock.ts';
import type { AssignedPartition, DueCommit } from './partition.ts';

export interface PartitionCommit {
  readonly partition: AssignedPartition;
  readonly commit: DueCommit;
}

export interface CommitterParts {
  /** Sends the commits in one request; resolves when acknowledged. */
  readonly send: (commits: readonly PartitionCommit[]) => Promise<void>;
  /** The partitions that may be committed now. */
  readonly partitions: () => Iterable<AssignedPartition>;
  readonly clock: Clock;
  /** Milliseconds between commits of all that is due. */
  readonly interval: number;
  readonly committed: (partitions: number) => void;
  readonly failed: (error: unknown) => void;
}

/** Shortest time between commits that somebody waits for, milliseconds: what comes within it goes together. */
const SPACING_MS = 20;

export class Committer {
  readonly #parts: CommitterParts;
  readonly #onTheWay = new Set<Promise<void>>();
  #lastStart = Number.NEGATIVE_INFINITY;
  #cancelRequest: (() => void) | undefined;
  #cancelInterval: (() => void) | undefined;
  #isStopped = false;

  constructor(parts: CommitterParts) {
    this.#parts = parts;
  }

  start(): void {
    const { clock, interval, failed } = this.#parts;
    this.#cancelInterval = clock.after(interval, async () => {
      await this.all().catch(failed);
      if (!this.#isStopped) this.start();
    });
  }

  /** Nothing more is committed, but by `atOnce`. */
  stop(): void {
    this.#isStopped = true;
    this.#cancelInterval?.();
    this.#cancelRequest?.();
  }

  /** What is urgent shall be committed soon. */
  request(): void {
    if (this.#cancelRequest !== undefined || this.#isStopped) return;
    const { clock, failed } = this.#parts;
    const delay = Math.max(0, this.#lastStart + SPACING_MS - clock.now());
    this.#cancelRequest = clock.after(delay, async () => {
      // Until then it goes for all that ask: a commit can hang for long.
      await this.settled();
      this.#cancelRequest = undefined;
      // A failed one stays urgent; the interval tries again, and a broker in trouble is not asked 50 times a second.
      await this.#commit(({ isUrgent }) => isUrgent).catch(failed);
    });
  }

  /** Commits all that is due. Resolves when acknowledged; rejects when it could not be. */
  all(): Promise<void> {
    return this.#commit(() => true);
  }

  /** Resolves when no commit is on its way, however it ended. */
  async settled(): Promise<void> {
    while (this.#onTheWay.size > 0) await Promise.allSettled(this.#onTheWay);
  }

  /**
   * Sends these at once, whatever is on its way: the connection keeps their order. Later ones wait for it, because
   * kafkajs may try it a second time.
   */
  async atOnce(commits: readonly PartitionCommit[]): Promise<void> {
    if (commits.length === 0) return;
    this.#lastStart = this.#parts.clock.now();
    const sending = this.#parts.send(commits);
    this.#onTheWay.add(sending);
    try {
      await sending;
    } catch (error) {
      for (const { partition } of commits) partition.commitFailed();
      throw error;
    } finally {
      this.#onTheWay.delete(sending);
    }
    for (const { partition, commit } of commits) partition.commitAcknowledged(commit);
    this.#parts.committed(commits.length);
  }

  async #commit(isMeant: (partition: AssignedPartition) => boolean): Promise<void> {
    await this.settled();
    // Others may have waited as well, and one of them was first.
    if (this.#onTheWay.size > 0) return this.#commit(isMeant);
    if (this.#isStopped) return;
    const due = [...this.#parts.partitions()].flatMap((partition) => {
      const commit = isMeant(partition) ? partition.commitDue() : undefined;
      return commit === undefined ? [] : [{ partition, commit }];
    });
    await this.atOnce(due);
  }
}
